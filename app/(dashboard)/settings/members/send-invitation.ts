import "server-only";
import { readNames } from "@/app/(dashboard)/settings/members/tell";
import { mailDelivery } from "@/app/mail-delivery";
import type { Db } from "@/db/client";
import type { RequestOrigin } from "@/lib/audit/record";
import {
  createInvitation,
  permissionToInvite,
  renewInvitation,
  type SentInvitation,
  takeInvitationAttempt,
} from "@/lib/auth/invitation";
import { appOrigin } from "@/lib/env";
import { newId } from "@/lib/id";
import { invitationMail } from "@/lib/mail/member-templates";
import { queueMail } from "@/lib/mail/outbox";
import { requirePermission } from "@/lib/permissions";
import type { Role, Scope } from "@/lib/scope";

/** What the inviter gets: the link where no mail server could bring it to its reader, else nothing. */
export interface InvitationSent {
  link: string | null;
}

async function mailInvitation(
  tx: Db,
  scope: Scope,
  { email, role, token }: SentInvitation,
  isMailed: boolean,
): Promise<InvitationSent> {
  const link = `${appOrigin()}/link/invitation?token=${token}`;
  const { workspaceName, actorName } = await readNames(tx, scope);
  await queueMail(tx, {
    ...{ workspaceId: scope.workspaceId, userId: null, kind: "invitation", to: email },
    reference: `invitation:${newId("event")}`,
    ...invitationMail(link, { workspaceName, inviterName: actorName, role }),
  });
  return { link: isMailed ? null : link };
}

/** Invites an address. Throws as `createInvitation` does, and RATE_LIMITED. */
export async function sendInvitation(
  db: Db,
  scope: Scope,
  input: { email: string; role: Role },
  origin: RequestOrigin,
): Promise<InvitationSent> {
  requirePermission(scope, permissionToInvite(input.role));
  await takeInvitationAttempt(db, scope);
  const isMailed = mailDelivery() === "smtp";
  return await db.transaction(async (tx) => {
    const sent = await createInvitation(tx, scope, input, isMailed, origin);
    return await mailInvitation(tx, scope, sent, isMailed);
  });
}

/** Sends another link for an open invitation; the one before opens nothing any more. Throws as above. */
export async function sendInvitationAgain(
  db: Db,
  scope: Scope,
  invitationId: string,
  origin: RequestOrigin,
): Promise<InvitationSent> {
  requirePermission(scope, "members.manage");
  const isMailed = mailDelivery() === "smtp";
  return await db.transaction(async (tx) => {
    const sent = await renewInvitation(tx, scope, invitationId, isMailed, origin);
    await takeInvitationAttempt(tx, scope);
    return await mailInvitation(tx, scope, sent, isMailed);
  });
}

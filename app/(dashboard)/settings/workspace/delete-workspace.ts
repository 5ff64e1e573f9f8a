import "server-only";
import { mailPerson } from "@/app/(auth)/account-mails";
import { readNames } from "@/app/(dashboard)/settings/members/tell";
import type { Db } from "@/db/client";
import type { RequestOrigin } from "@/lib/audit/record";
import { forgetCard } from "@/lib/billing/profile-mutations";
import { readFunds } from "@/lib/billing/queries";
import { endAllKeys } from "@/lib/keys/end-keys";
import { workspaceDeletedMail } from "@/lib/mail/member-templates";
import type { Scope } from "@/lib/scope";
import { endAllEndpoints } from "@/lib/webhooks/mutations";
import { endWorkspace } from "@/lib/workspaces/delete-workspace";

/**
 * Deletes the caller's workspace in one transaction, with its keys, its webhooks and its saved card, and tells
 * everybody who was in it. Answers the card that is still to be forgotten at its provider. Throws as
 * `endWorkspace` does.
 */
export async function deleteOwnWorkspace(
  db: Db,
  scope: Scope,
  confirmation: string,
  origin: RequestOrigin,
): Promise<Awaited<ReturnType<typeof forgetCard>>> {
  const { workspaceId, userId } = scope;
  return await db.transaction(async (tx) => {
    const { actorName } = await readNames(tx, scope);
    const { name, readers } = await endWorkspace(tx, scope, confirmation, origin);
    await endAllKeys(tx, workspaceId, userId, origin);
    await endAllEndpoints(tx, workspaceId);
    const card = await forgetCard(tx, scope, origin);
    const { balanceNanos } = await readFunds(tx, { workspaceId });
    const facts = { workspaceName: name, workspaceId, actorName, balanceNanos };
    const mail = workspaceDeletedMail(facts);
    for (const reader of readers) await mailPerson(tx, reader, "workspace_deleted", mail);
    return card;
  });
}

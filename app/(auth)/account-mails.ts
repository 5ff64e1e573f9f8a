import "server-only";
import type { Db } from "@/db/client";
import { describeDevice } from "@/lib/auth/device";
import type { MailPurpose } from "@/lib/auth/mail-token";
import { appOrigin } from "@/lib/env";
import { newId } from "@/lib/id";
import type { ActOrigin, SecretMail } from "@/lib/mail/account-templates";
import type { MailMessage } from "@/lib/mail/message";
import { queueMail } from "@/lib/mail/outbox";

/** The mailed links, by the last part of their address. */
export const linkPurposes: Record<string, { purpose: MailPurpose; page: string }> = {
  reset: { purpose: "reset", page: "/reset-password" },
  "sign-up": { purpose: "sign_up", page: "/sign-up/confirm" },
  verify: { purpose: "verify", page: "/verify-email" },
  "sign-in": { purpose: "sign_in", page: "/sign-in/link" },
  "change-email": { purpose: "change_email", page: "/confirm-email" },
};

/** The address that a mail carries. */
export function linkFor(purpose: MailPurpose, token: string): string {
  const [path] = Object.entries(linkPurposes).find(([, one]) => one.purpose === purpose) ?? [""];
  return `${appOrigin()}/link/${path}?token=${token}`;
}

/** Queues a mail about somebody's account; it belongs to the person, not to a workspace they are in. */
export async function mailPerson(
  tx: Db,
  to: { userId: string | null; email: string },
  kind: string,
  mail: MailMessage | SecretMail,
): Promise<void> {
  const content = "message" in mail ? mail : { message: mail };
  await queueMail(tx, {
    workspaceId: null,
    userId: to.userId,
    kind,
    // Each of these is an occasion of its own.
    reference: `${kind}:${newId("event")}`,
    to: to.email,
    ...content,
  });
}

/** Where an act came from, for the mail that tells of it. */
export function actOrigin(from: { address: string | null; userAgent: string | null }): ActOrigin {
  return { at: new Date(), device: describeDevice(from.userAgent), address: from.address };
}

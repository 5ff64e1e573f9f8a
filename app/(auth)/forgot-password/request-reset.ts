import "server-only";
import { linkFor, mailPerson } from "@/app/(auth)/account-mails";
import type { Db } from "@/db/client";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { issueMailToken } from "@/lib/auth/mail-token";
import { findAccount } from "@/lib/auth/queries";
import { resetMail } from "@/lib/mail/account-templates";

/** Mails the way to a new password to whoever has the address; does nothing where nobody has. */
export async function requestReset(db: Db, email: string, origin: RequestOrigin): Promise<void> {
  const account = await findAccount(db, email);
  if (!account) return;
  const { userId, workspaceId } = account;
  await db.transaction(async (tx) => {
    const token = await issueMailToken(tx, { purpose: "reset", userId, email });
    await mailPerson(tx, { userId, email }, "reset", resetMail(linkFor("reset", token)));
    await recordAudit(tx, {
      workspaceId,
      // Whoever asked has shown nothing yet.
      userId: null,
      action: "user.reset_requested",
      targetType: "user",
      targetId: userId,
      origin,
    });
  });
}

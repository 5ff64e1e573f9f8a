import "server-only";
import { linkFor, mailPerson } from "@/app/(auth)/account-mails";
import { requestReset } from "@/app/(auth)/forgot-password/request-reset";
import type { Db } from "@/db/client";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { issueMailToken } from "@/lib/auth/mail-token";
import { findAccount, findUser } from "@/lib/auth/queries";
import { signInMail } from "@/lib/mail/account-templates";

/**
 * Mails a link that signs in to whoever has the address; does nothing where nobody has. While nobody has confirmed the
 * address, whoever opened the account may have been somebody else, who knows its password: its reader is mailed the
 * way to a new one instead, which ends all that was opened with the old.
 */
export async function requestSignInLink(
  db: Db,
  input: { email: string; callbackUrl: string },
  origin: RequestOrigin,
): Promise<void> {
  const { email, callbackUrl } = input;
  const account = await findAccount(db, email);
  if (!account) return;
  const { userId, workspaceId } = account;
  if (!(await findUser(db, userId))?.isEmailVerified) return await requestReset(db, email, origin);
  await db.transaction(async (tx) => {
    const details = { callbackUrl };
    const token = await issueMailToken(tx, { purpose: "sign_in", userId, email, details });
    await mailPerson(tx, { userId, email }, "sign_in", signInMail(linkFor("sign_in", token)));
    await recordAudit(tx, {
      workspaceId,
      userId: null,
      action: "session.link_requested",
      targetType: "user",
      targetId: userId,
      origin,
    });
  });
}

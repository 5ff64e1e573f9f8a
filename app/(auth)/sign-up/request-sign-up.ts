import "server-only";
import { z } from "zod";
import { linkFor, mailPerson } from "@/app/(auth)/account-mails";
import type { Db } from "@/db/client";
import { issueMailToken } from "@/lib/auth/mail-token";
import { findAccount } from "@/lib/auth/queries";
import { alreadySignedUpMail, signUpMail, verifyMail } from "@/lib/mail/account-templates";

/** What the sign-up form said, kept with the token until the address is confirmed. */
export const PendingSignUp = z.object({
  name: z.string(),
  passwordHash: z.string(),
  callbackUrl: z.string(),
});
export type PendingSignUp = z.infer<typeof PendingSignUp>;

/**
 * Mails the link that opens the account; there is no account before. Whoever has one already is told by mail
 * instead, so that the browser learns nothing.
 */
export async function requestSignUp(
  db: Db,
  email: string,
  pending: PendingSignUp,
  browser: string,
): Promise<void> {
  const account = await findAccount(db, email);
  await db.transaction(async (tx) => {
    if (account) {
      const to = { userId: account.userId, email };
      await mailPerson(tx, to, "already_signed_up", alreadySignedUpMail());
      return;
    }
    const token = await issueMailToken(tx, {
      purpose: "sign_up",
      userId: null,
      email,
      browser,
      details: { ...pending },
    });
    const to = { userId: null, email };
    await mailPerson(tx, to, "sign_up", signUpMail(linkFor("sign_up", token)));
  });
}

/** Mails the link that confirms the address of an account that is open. */
export async function requestVerification(
  db: Db,
  user: { userId: string; email: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const token = await issueMailToken(tx, { purpose: "verify", ...user });
    await mailPerson(tx, user, "verify", verifyMail(linkFor("verify", token)));
  });
}

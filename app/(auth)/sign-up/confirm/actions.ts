"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { requireMailedToken } from "@/app/(auth)/mailed-token";
import { openAccount } from "@/app/(auth)/sign-up/open-account";
import { PendingSignUp } from "@/app/(auth)/sign-up/request-sign-up";
import { createPublicAction } from "@/lib/auth/action";
import { setSessionCookie } from "@/lib/auth/auth";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { dropPassing, readPassing } from "@/lib/auth/cookies";
import { isAskingBrowser, spendMailToken } from "@/lib/auth/mail-token";
import { startSession } from "@/lib/auth/mutations";
import { ownOrigins } from "@/lib/auth/origin";
import { verifyPassword } from "@/lib/auth/password";
import { ConfirmSignUp } from "@/lib/auth/schema";
import { takeProofAttempt } from "@/lib/auth/throttle";
import { readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { usdToNanos } from "@/lib/money";

const confirm = createPublicAction(ConfirmSignUp, async (context, input) => {
  const token = await requireMailedToken("sign_up");
  const { name, passwordHash, callbackUrl } = PendingSignUp.parse(token.details);
  if (!isAskingBrowser(token, await readPassing("browser"))) {
    // The mail may be about a sign-up that its reader knows nothing of, with a stranger's password.
    await takeProofAttempt(context.db, "password", token.id);
    if (!(await verifyPassword(input.password ?? "", passwordHash))) {
      const fields = { password: "This isn’t the password chosen at sign-up." };
      throw new AppError("VALIDATION_ERROR", undefined, { fields });
    }
  }
  const welcomeNanos = usdToNanos(readEnv().WELCOME_CREDIT_USD);
  const { email } = token;
  const account = await context.db.transaction(async (tx) => {
    await spendMailToken(tx, "sign_up", token);
    const details = { name, email, passwordHash, welcomeNanos, isVerified: true };
    return await openAccount(tx, details, context);
  });
  const sessionId = await startSession(context.db, { ...account, method: "link" }, context);
  await setSessionCookie({ userId: account.userId, sessionId });
  await dropPassing("link");
  await dropPassing("browser");
  return safeCallbackPath(callbackUrl, ownOrigins());
});

export async function confirmSignUpAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await confirm(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect(result.data as Route);
}

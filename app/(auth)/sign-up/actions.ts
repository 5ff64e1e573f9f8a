"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { afterAnswer } from "@/app/(auth)/after-answer";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { findShownInvitation, invitationPath } from "@/app/(auth)/invitation/shown-invitation";
import { openAccount } from "@/app/(auth)/sign-up/open-account";
import { requestSignUp, requestVerification } from "@/app/(auth)/sign-up/request-sign-up";
import { mailDelivery } from "@/app/mail-delivery";
import { createPublicAction } from "@/lib/auth/action";
import { setSessionCookie } from "@/lib/auth/auth";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { keepPassing } from "@/lib/auth/cookies";
import { requireGoodPassword } from "@/lib/auth/credentials";
import { linkMinutes, makeSecret } from "@/lib/auth/mail-token";
import { startSession } from "@/lib/auth/mutations";
import { ownOrigins } from "@/lib/auth/origin";
import { hashPassword } from "@/lib/auth/password";
import { SignUp } from "@/lib/auth/schema";
import { takeMailAttempt, takeSignUpAttempt } from "@/lib/auth/throttle";
import { readEnv } from "@/lib/env";
import { usdToNanos } from "@/lib/money";

/**
 * With a mail server the address is confirmed first, and a taken one gets the same answer as a free one. Without
 * one nobody could confirm anything: the account is open at once, and the address can be confirmed later. An
 * invitation that was mailed confirms its address.
 */
const signUp = createPublicAction(SignUp, async (context, input) => {
  requireGoodPassword(input.password, input);
  await takeSignUpAttempt(context.db, context);
  const path = safeCallbackPath(input.callbackUrl, ownOrigins());
  // Whoever holds a link that only its address was sent has read that mail.
  const invitation = path === invitationPath ? await findShownInvitation() : null;
  const isProved = invitation?.isMailed === true && invitation.email === input.email;
  if (mailDelivery() === "smtp" && !isProved) {
    await takeMailAttempt(context.db, "sign-up", input.email, context);
    const pending = {
      name: input.name,
      passwordHash: await hashPassword(input.password),
      callbackUrl: path,
    };
    const browser = makeSecret();
    await keepPassing("browser", browser, linkMinutes.sign_up);
    afterAnswer(context.requestId, () => requestSignUp(context.db, input.email, pending, browser));
    return "/sign-up?sent=1";
  }
  // Hashed before the address is looked at, so that a taken one answers no sooner.
  const passwordHash = await hashPassword(input.password);
  const welcomeNanos = usdToNanos(readEnv().WELCOME_CREDIT_USD);
  const { name, email } = input;
  const account = await openAccount(
    context.db,
    { name, email, passwordHash, welcomeNanos, isVerified: isProved },
    context,
  );
  const sessionId = await startSession(context.db, { ...account, method: "password" }, context);
  await setSessionCookie({ userId: account.userId, sessionId });
  if (mailDelivery() === "outbox" && !isProved) {
    const user = { userId: account.userId, email };
    afterAnswer(context.requestId, () => requestVerification(context.db, user));
  }
  return path;
});

export async function signUpAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await signUp(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect(result.data as Route);
}

"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { openAccount } from "@/app/(auth)/sign-up/open-account";
import { createPublicAction } from "@/lib/auth/action";
import { signInAndSetCookie } from "@/lib/auth/auth";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { ownOrigins } from "@/lib/auth/origin";
import { findPasswordProblem, hashPassword } from "@/lib/auth/password";
import { SignUp } from "@/lib/auth/schema";
import { takeSignUpAttempt } from "@/lib/auth/throttle";
import { readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { usdToNanos } from "@/lib/money";

const signUp = createPublicAction(SignUp, async (context, input) => {
  const problem = findPasswordProblem(input.password, input);
  if (problem) throw new AppError("VALIDATION_ERROR", undefined, { fields: { password: problem } });
  await takeSignUpAttempt(context.db, context);
  // Hashed before the address is looked at, so that a taken one answers no sooner.
  const passwordHash = await hashPassword(input.password);
  const welcomeNanos = usdToNanos(readEnv().WELCOME_CREDIT_USD);
  const account = { name: input.name, email: input.email, passwordHash, welcomeNanos };
  await openAccount(context.db, account, context);
  await signInAndSetCookie(input.email, input.password);
  return safeCallbackPath(input.callbackUrl, ownOrigins());
});

export async function signUpAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await signUp(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect(result.data as Route);
}

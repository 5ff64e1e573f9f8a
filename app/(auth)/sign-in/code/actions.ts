"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { actOrigin, mailPerson } from "@/app/(auth)/account-mails";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { createPublicAction } from "@/lib/auth/action";
import { setSessionCookie } from "@/lib/auth/auth";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { dropPassing, readPassing } from "@/lib/auth/cookies";
import { ownOrigins } from "@/lib/auth/origin";
import { CodeGiven } from "@/lib/auth/schema";
import { signInWithCode } from "@/lib/auth/sign-in";
import { readEnv } from "@/lib/env";
import { secondFactorMail } from "@/lib/mail/account-templates";

const signInByCode = createPublicAction(CodeGiven, async (context, input) => {
  const token = (await readPassing("challenge")) ?? "";
  const { code } = input;
  const authSecret = readEnv().AUTH_SECRET;
  const session = await signInWithCode(context.db, { token, code, authSecret }, context);
  if (session.kind === "recovery") {
    const mail = secondFactorMail("recovery_code_used", actOrigin(context));
    await mailPerson(context.db, session, "recovery_code_used", mail);
  }
  await setSessionCookie(session);
  await dropPassing("challenge");
  return safeCallbackPath(input.callbackUrl, ownOrigins());
});

export async function signInCodeAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await signInByCode(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect(result.data as Route);
}

"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { createPublicAction } from "@/lib/auth/action";
import { enterWith } from "@/lib/auth/auth";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { ownOrigins } from "@/lib/auth/origin";
import { SignIn } from "@/lib/auth/schema";
import { signInWithPassword } from "@/lib/auth/sign-in";

const signIn = createPublicAction(SignIn, async (context, input) => {
  const outcome = await signInWithPassword(context.db, input, context);
  return await enterWith(outcome, safeCallbackPath(input.callbackUrl, ownOrigins()));
});

export async function signInAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await signIn(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect(result.data as Route);
}

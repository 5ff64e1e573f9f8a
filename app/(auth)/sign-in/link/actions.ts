"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { requireMailedToken } from "@/app/(auth)/mailed-token";
import { createPublicAction } from "@/lib/auth/action";
import { enterWith } from "@/lib/auth/auth";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { dropPassing } from "@/lib/auth/cookies";
import { signInWithLink } from "@/lib/auth/credentials";
import { ownOrigins } from "@/lib/auth/origin";
import { findUser } from "@/lib/auth/queries";
import { LinkDetails, Nothing } from "@/lib/auth/schema";
import { AppError } from "@/lib/errors";

const signInByLink = createPublicAction(Nothing, async (context) => {
  const token = await requireMailedToken("sign_in");
  const owner = token.userId ? await findUser(context.db, token.userId) : null;
  if (!owner) throw new AppError("INVALID_TOKEN");
  const { callbackUrl } = LinkDetails.parse(token.details);
  const outcome = await context.db.transaction(
    async (tx) => await signInWithLink(tx, token, owner, context),
  );
  await dropPassing("link");
  return await enterWith(outcome, safeCallbackPath(callbackUrl, ownOrigins()));
});

export async function signInLinkAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await signInByLink(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect(result.data as Route);
}

"use server";

import { redirect } from "next/navigation";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { requireMailedToken } from "@/app/(auth)/mailed-token";
import { createPublicAction } from "@/lib/auth/action";
import { dropPassing } from "@/lib/auth/cookies";
import { verifyEmail } from "@/lib/auth/credentials";
import { findUser } from "@/lib/auth/queries";
import { Nothing } from "@/lib/auth/schema";
import { AppError } from "@/lib/errors";

const verify = createPublicAction(Nothing, async (context) => {
  const token = await requireMailedToken("verify");
  const owner = token.userId ? await findUser(context.db, token.userId) : null;
  if (!owner) throw new AppError("INVALID_TOKEN");
  await context.db.transaction(async (tx) => await verifyEmail(tx, token, owner, context));
  await dropPassing("link");
});

export async function verifyEmailAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await verify(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect("/verify-email?done=1");
}

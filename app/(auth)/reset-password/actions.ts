"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { actOrigin, mailPerson } from "@/app/(auth)/account-mails";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { requireMailedToken } from "@/app/(auth)/mailed-token";
import { createPublicAction } from "@/lib/auth/action";
import { clearSessionCookie } from "@/lib/auth/auth";
import { dropPassing } from "@/lib/auth/cookies";
import { requireGoodPassword, resetPassword } from "@/lib/auth/credentials";
import { hashPassword } from "@/lib/auth/password";
import { findUser } from "@/lib/auth/queries";
import { ChosenPassword } from "@/lib/auth/schema";
import { AppError } from "@/lib/errors";
import { passwordChangedMail } from "@/lib/mail/account-templates";

const reset = createPublicAction(ChosenPassword, async (context, input) => {
  const token = await requireMailedToken("reset");
  const owner = token.userId ? await findUser(context.db, token.userId) : null;
  if (!owner) throw new AppError("INVALID_TOKEN");
  requireGoodPassword(input.password, owner);
  const passwordHash = await hashPassword(input.password);
  await context.db.transaction(async (tx) => {
    await resetPassword(tx, token, owner, passwordHash, context);
    await mailPerson(tx, owner, "password_changed", passwordChangedMail(actOrigin(context)));
  });
  await dropPassing("link");
  await dropPassing("challenge");
  await clearSessionCookie();
});

export async function resetPasswordAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await reset(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect("/sign-in?notice=password-changed" as Route);
}

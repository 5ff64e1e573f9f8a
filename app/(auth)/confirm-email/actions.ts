"use server";

import { redirect } from "next/navigation";
import { actOrigin, mailPerson } from "@/app/(auth)/account-mails";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { requireMailedToken } from "@/app/(auth)/mailed-token";
import { createAction } from "@/lib/auth/action";
import { dropPassing } from "@/lib/auth/cookies";
import { changeEmail } from "@/lib/auth/credentials";
import { Nothing } from "@/lib/auth/schema";
import { emailChangedMail } from "@/lib/mail/account-templates";

const confirm = createAction(Nothing, async (context) => {
  const token = await requireMailedToken("change_email");
  await context.db.transaction(async (tx) => {
    const { from, to } = await changeEmail(tx, context.scope, token, context);
    const notice = emailChangedMail(to, actOrigin(context));
    const { userId } = context.scope;
    await mailPerson(tx, { userId, email: from }, "email_changed", notice);
  });
  await dropPassing("link");
});

export async function confirmEmailAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await confirm(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect("/confirm-email?done=1");
}

"use server";

import { redirect } from "next/navigation";
import { afterAnswer } from "@/app/(auth)/after-answer";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { requestSignInLink } from "@/app/(auth)/sign-in/email/request-link";
import { mailDelivery } from "@/app/mail-delivery";
import { createPublicAction } from "@/lib/auth/action";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { ownOrigins } from "@/lib/auth/origin";
import { EmailOnly } from "@/lib/auth/schema";
import { takeMailAttempt } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";

const request = createPublicAction(EmailOnly, async (context, input) => {
  if (mailDelivery() !== "smtp") throw new AppError("NOT_FOUND");
  await takeMailAttempt(context.db, "sign-in", input.email, context);
  const callbackUrl = safeCallbackPath(input.callbackUrl, ownOrigins());
  const asked = { email: input.email, callbackUrl };
  afterAnswer(context.requestId, () => requestSignInLink(context.db, asked, context));
});

/** Says the same for every address, whether it has an account or not. */
export async function requestSignInLinkAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await request(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect("/sign-in/email?sent=1");
}

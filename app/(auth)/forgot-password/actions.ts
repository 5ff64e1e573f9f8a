"use server";

import { redirect } from "next/navigation";
import { afterAnswer } from "@/app/(auth)/after-answer";
import { requestReset } from "@/app/(auth)/forgot-password/request-reset";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { mailDelivery } from "@/app/mail-delivery";
import { createPublicAction } from "@/lib/auth/action";
import { EmailOnly } from "@/lib/auth/schema";
import { takeMailAttempt } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";

const request = createPublicAction(EmailOnly, async (context, input) => {
  if (mailDelivery() === "none") throw new AppError("NOT_FOUND");
  await takeMailAttempt(context.db, "reset", input.email, context);
  afterAnswer(context.requestId, () => requestReset(context.db, input.email, context));
});

/** Says the same for every address, whether it has an account or not. */
export async function requestResetAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await request(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect("/forgot-password?sent=1");
}

"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { type AuthFormState, refusedForm } from "@/app/(auth)/form-state";
import { createPublicAction } from "@/lib/auth/action";
import { beginProviderTrip } from "@/lib/auth/auth";
import { safeCallbackPath } from "@/lib/auth/callback-url";
import { keepIntent } from "@/lib/auth/intent";
import { ownOrigins } from "@/lib/auth/origin";
import { requireProvider } from "@/lib/auth/providers";
import { ProviderChoice } from "@/lib/auth/schema";

const begin = createPublicAction(ProviderChoice, async (_context, input) => {
  const provider = requireProvider(input.provider);
  await keepIntent({ act: "sign_in", to: safeCallbackPath(input.callbackUrl, ownOrigins()) });
  return await beginProviderTrip(provider);
});

/** Leads to the provider's own page. */
export async function signInWithProviderAction(
  _previous: AuthFormState,
  form: FormData,
): Promise<AuthFormState> {
  const result = await begin(Object.fromEntries(form));
  if (!result.ok) return refusedForm(form, result.error);
  redirect(result.data as Route);
}

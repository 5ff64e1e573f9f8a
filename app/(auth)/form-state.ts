import type { ActionError } from "@/lib/result";

/** What a form of this group knows after an attempt; a password never comes back. */
export interface AuthFormState {
  error: ActionError | null;
  values: { name: string; email: string };
}

export const emptyAuthForm: AuthFormState = { error: null, values: { name: "", email: "" } };

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === "string" ? value.slice(0, 1_024) : "";
}

/** The state after a refusal, with what was typed, so that it also stands there without scripts. */
export function refusedForm(form: FormData, error: ActionError): AuthFormState {
  return { error, values: { name: textOf(form, "name"), email: textOf(form, "email") } };
}

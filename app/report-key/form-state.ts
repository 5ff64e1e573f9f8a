import type { ActionError } from "@/lib/result";

/** What the form knows after it was sent; the key never comes back. */
export interface ReportFormState {
  isReported: boolean;
  error: ActionError | null;
  values: { url: string; email: string };
}

export const emptyReportForm: ReportFormState = {
  isReported: false,
  error: null,
  values: { url: "", email: "" },
};

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === "string" ? value.slice(0, 2_048) : "";
}

/** The state after a refusal, with what was typed but for the key, so that it also stands without scripts. */
export function refusedReport(form: FormData, error: ActionError): ReportFormState {
  const values = { url: textOf(form, "url"), email: textOf(form, "email") };
  return { isReported: false, error, values };
}

"use server";

import { type ReportFormState, refusedReport } from "@/app/report-key/form-state";
import { reportKey } from "@/app/report-key/report-key";
import { untilChangesAreKnown } from "@/db/changes";
import { createPublicAction } from "@/lib/auth/action";
import { ReportKey } from "@/lib/keys/exposure-report";

const report = createPublicAction(ReportKey, async (context, input) => {
  await reportKey(context.db, input, context);
  await untilChangesAreKnown(context.db);
});

export async function reportKeyAction(
  _previous: ReportFormState,
  form: FormData,
): Promise<ReportFormState> {
  const result = await report(Object.fromEntries(form));
  if (!result.ok) return refusedReport(form, result.error);
  return { isReported: true, error: null, values: { url: "", email: "" } };
}

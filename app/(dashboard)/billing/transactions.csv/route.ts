import { buildExport } from "@/app/(dashboard)/billing/transactions.csv/build-export";
import { answerRead } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { type ThrottlePolicy, takeAttempt, tooManyAttempts } from "@/lib/auth/throttle";
import { StatementExport } from "@/lib/billing/schema";
import { exportStatement } from "@/lib/billing/statement";
import { AppError } from "@/lib/errors";
import { hourMs } from "@/lib/time";

const exportPolicy: ThrottlePolicy = { kind: "window", failuresMax: 5, windowMs: hourMs };

/** `?from=&to=` (UTC days, both included) `&kind=usage|payments|credits` → the transactions as CSV. */
export function GET(request: Request): Promise<Response> {
  return answerRead("billing.read", async (scope) => {
    const params = Object.fromEntries(new URL(request.url).searchParams);
    const parsed = StatementExport.safeParse(params);
    if (!parsed.success) {
      throw new AppError(
        "VALIDATION_ERROR",
        "Choose days such as 2026-11-21, the first one first.",
      );
    }
    const db = getDb();
    const subject = `export:${scope.workspaceId}:${scope.userId}`;
    const waitMs = await takeAttempt(db, subject, exportPolicy);
    if (waitMs > 0) throw tooManyAttempts(waitMs);
    const { filename, body } = buildExport(
      await exportStatement(db, scope, parsed.data),
      parsed.data,
    );
    return new Response(body, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${filename}"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  });
}

import { buildAuditExport } from "@/app/(dashboard)/settings/audit/log.csv/build-export";
import { answerRead } from "@/app/api/answer-json";
import { takeExport } from "@/app/api/take-export";
import { getDb } from "@/db/client";
import { readAuditLogQuery } from "@/lib/audit/log-query";
import { brand } from "@/lib/brand";

/** The page's filters → all that they leave of the audit log, as CSV. */
export function GET(request: Request): Promise<Response> {
  return answerRead("audit.read", async (scope) => {
    const db = getDb();
    await takeExport(db, scope);
    const query = { ...readAuditLogQuery(new URL(request.url).searchParams), before: "" };
    const company = brand.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const day = new Date().toISOString().slice(0, 10);
    return new Response(buildAuditExport(db, scope, query), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${company}-audit-log-${day}.csv"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  });
}

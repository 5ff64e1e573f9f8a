import { buildOperatorExport } from "@/app/(admin)/admin/audit/log.csv/build-export";
import { answerOperator } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { readOperatorLogQuery } from "@/lib/audit/operator-log-query";
import { brand } from "@/lib/brand";

/** The page's filters → all that they leave of the operators' log, as CSV. */
export function GET(request: Request): Promise<Response> {
  return answerOperator(async () => {
    const query = { ...readOperatorLogQuery(new URL(request.url).searchParams), before: "" };
    const company = brand.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const day = new Date().toISOString().slice(0, 10);
    return new Response(buildOperatorExport(getDb(), query), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${company}-operators-${day}.csv"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  });
}

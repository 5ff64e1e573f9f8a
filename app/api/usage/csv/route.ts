import { headers } from "next/headers";
import { answerRead } from "@/app/api/answer-json";
import { takeExport } from "@/app/api/take-export";
import { readUsageQuery } from "@/app/api/usage/read-query";
import { getDb } from "@/db/client";
import { summarizeError } from "@/lib/auth/error-summary";
import { requestIdHeader } from "@/lib/auth/request-headers";
import { log } from "@/lib/log";
import type { Scope } from "@/lib/scope";
import type { UsagePlan } from "@/lib/usage/buckets";
import { usageCsvHead, usageCsvLine, usageCsvName } from "@/lib/usage/csv";
import { exportUsage } from "@/lib/usage/export-queries";
import { readPlan } from "@/lib/usage/queries";
import type { UsageQuery } from "@/lib/usage/schema";

/** The figures of `/api/usage` as CSV, every group by name; streamed, five an hour. */
export function GET(request: Request): Promise<Response> {
  return answerRead("usage.read", async (scope) => {
    const query = readUsageQuery(new URL(request.url).searchParams);
    const { plan } = await readPlan(getDb(), scope, query);
    await takeExport(getDb(), scope);
    const requestId = (await headers()).get(requestIdHeader);
    return new Response(streamCsv(scope, query, plan, requestId), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${usageCsvName(plan, query.group)}"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  });
}

/** Reads on only as fast as the file is taken; a failure cuts it off, so that it isn't taken for whole. */
function streamCsv(
  scope: Scope,
  query: UsageQuery,
  plan: UsagePlan,
  requestId: string | null,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const batches = exportUsage(getDb(), scope, query, plan);
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(usageCsvHead(query.group)));
    },
    async pull(controller) {
      try {
        const { done, value } = await batches.next();
        if (done) return controller.close();
        const lines = value.map((row) => usageCsvLine(plan, query.group, row)).join("");
        controller.enqueue(encoder.encode(lines));
      } catch (error) {
        log.error({ requestId, error: summarizeError(error) }, "export failed");
        controller.error(error);
      }
    },
    async cancel() {
      await batches.return(undefined);
    },
  });
}

import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

/** What a request used and cost; null while it isn't in the books. */
export const RequestReceipt = z
  .object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    /** Nano-dollars in a decimal string. */
    costNanos: z.string().regex(/^\d+$/),
    latencyMs: z.number(),
    firstByteMs: z.number().nullable(),
  })
  .nullable();
export type RequestReceipt = z.infer<typeof RequestReceipt>;

/**
 * The books' entry of a request of the last day. Another workspace's is null, as one that never was and
 * one that is still being settled.
 */
export async function findReceipt(
  db: Db,
  scope: Scope,
  requestId: string,
): Promise<RequestReceipt> {
  if (!isId("request", requestId)) return null;
  const [row] = await db.execute(sql`
    select input_tokens as "inputTokens", output_tokens as "outputTokens",
      cost_nanos::text as "costNanos", latency_ms as "latencyMs", first_byte_ms as "firstByteMs"
    from request_log
    where id = ${requestId} and workspace_id = ${scope.workspaceId}
      and at > now() - interval '1 day'`);
  return RequestReceipt.parse(row ?? null);
}

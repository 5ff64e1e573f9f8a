import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { LogRow } from "@/lib/usage/log-page";
import { dateOfMicros, markText } from "@/lib/usage/request-log";
import type { Found } from "@/lib/usage/request-log-walk";

const Named = z.object({
  kind: z.enum(["key", "secret"]),
  id: z.string(),
  name: z.string(),
  environment: z.enum(["live", "test"]).nullable(),
});

/** The names of the keys, and the ends of the secrets, that some requests were made with. */
export async function nameRows(db: Db, workspaceId: string, found: Found[]): Promise<LogRow[]> {
  if (found.length === 0) return [];
  const keyIds = [...new Set(found.map((row) => row.key_id))];
  const secretIds = [...new Set(found.flatMap((row) => row.secret_id ?? []))];
  const rows = await db.execute(sql`
    select 'key' as kind, id, name, environment from api_keys
    where workspace_id = ${workspaceId} and id in ${keyIds}
    union all
    select 'secret', id, last4, null from api_key_secrets
    where workspace_id = ${workspaceId} and id in ${secretIds.length > 0 ? secretIds : [""]}`);
  const named = new Map(
    rows.map((row) => {
      const one = Named.parse(row);
      return [`${one.kind} ${one.id}`, one];
    }),
  );
  return found.map((row) => {
    const key = named.get(`key ${row.key_id}`);
    return {
      id: row.id,
      mark: markText({ atMicros: row.at_micros, id: row.id }),
      at: dateOfMicros(row.at_micros).toISOString(),
      method: row.method,
      path: row.path,
      model: row.model,
      status: row.status,
      errorCode: row.error_code,
      keyId: row.key_id,
      keyName: key?.name ?? `Deleted key …${row.key_id.slice(-4)}`,
      hasKey: key !== undefined,
      last4: named.get(`secret ${row.secret_id}`)?.name ?? "",
      environment: key?.environment ?? null,
      latencyMs: row.latency_ms,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      costNanos: row.cost_nanos.toString(),
    };
  });
}

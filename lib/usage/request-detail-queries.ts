import "server-only";
import { and, eq, gte, lt, or, type SQL } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { requestLog } from "@/db/schema/usage";
import { madeAt } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs } from "@/lib/time";

/** Later than anything that was made; an invented id may claim a year that no database has. */
const latestMs = Date.UTC(9000, 0);

/** Everything that is kept of one request. Bodies aren't. */
export interface LoggedRequest {
  id: string;
  at: Date;
  method: string;
  path: string;
  model: string;
  stream: boolean;
  status: number;
  outcome: (typeof requestLog.$inferSelect)["outcome"];
  errorCode: string | null;
  /** What the check that refused compared; the shape is the failure's own. */
  details: unknown;
  inputTokens: number;
  outputTokens: number;
  costNanos: bigint;
  heldNanos: bigint;
  /** Null where nothing was priced. */
  inputNanosPerMtok: bigint | null;
  outputNanosPerMtok: bigint | null;
  latencyMs: number;
  firstByteMs: number | null;
  address: string;
  userAgent: string;
  late: boolean;
  estimated: boolean;
  keyId: string;
  /** Null for a key that is gone. */
  key: { name: string; environment: "live" | "test" } | null;
  /** Of the secret that was used. */
  last4: string | null;
}

const columns = {
  id: requestLog.id,
  at: requestLog.at,
  method: requestLog.method,
  path: requestLog.path,
  model: requestLog.model,
  stream: requestLog.stream,
  status: requestLog.status,
  outcome: requestLog.outcome,
  errorCode: requestLog.errorCode,
  details: requestLog.details,
  inputTokens: requestLog.inputTokens,
  outputTokens: requestLog.outputTokens,
  costNanos: requestLog.costNanos,
  heldNanos: requestLog.heldNanos,
  inputNanosPerMtok: requestLog.inputNanosPerMtok,
  outputNanosPerMtok: requestLog.outputNanosPerMtok,
  latencyMs: requestLog.latencyMs,
  firstByteMs: requestLog.firstByteMs,
  address: requestLog.address,
  userAgent: requestLog.userAgent,
  late: requestLog.late,
  estimated: requestLog.estimated,
  keyId: requestLog.keyId,
  keyName: apiKeys.name,
  environment: apiKeys.environment,
  last4: apiKeySecrets.last4,
};

/**
 * One of the workspace's requests; null for another's as for none. Ids tell when they were made, so that
 * the days around are looked at first, and all others only where it isn't there.
 */
export async function findRequest(
  db: Db,
  { workspaceId }: Pick<Scope, "workspaceId">,
  id: string,
): Promise<LoggedRequest | null> {
  for (const when of whereToLook(id)) {
    const [row] = await db
      .select(columns)
      .from(requestLog)
      .leftJoin(
        apiKeys,
        and(eq(apiKeys.id, requestLog.keyId), eq(apiKeys.workspaceId, workspaceId)),
      )
      .leftJoin(
        apiKeySecrets,
        and(eq(apiKeySecrets.id, requestLog.secretId), eq(apiKeySecrets.workspaceId, workspaceId)),
      )
      .where(and(eq(requestLog.id, id), eq(requestLog.workspaceId, workspaceId), when))
      .limit(1);
    if (!row) continue;
    const { keyName, environment, ...request } = row;
    const key = keyName !== null && environment !== null ? { name: keyName, environment } : null;
    return { ...request, key };
  }
  return null;
}

/** Days that a request of this id is looked for in, the likeliest first. */
function whereToLook(id: string): Array<SQL | undefined> {
  const made = madeAt("request", id);
  if (!made || made.getTime() > latestMs) return [undefined];
  const [first, last] = [addMs(made, -hourMs), addMs(made, dayMs)];
  return [
    and(gte(requestLog.at, first), lt(requestLog.at, last)),
    or(lt(requestLog.at, first), gte(requestLog.at, last)),
  ];
}

import "server-only";
import { and, asc, desc, eq, gte, ilike, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { usageHourly } from "@/db/schema/usage";
import { AppError } from "@/lib/errors";
import { isId } from "@/lib/id";
import type { KeyListQuery } from "@/lib/keys/schema";
import type { Scope } from "@/lib/scope";

/** All that anybody is shown of a key. The hash is never selected. */
export interface KeySummary {
  id: string;
  name: string;
  environment: "live" | "test";
  scopes: string[];
  /** `gate_live` */
  prefix: string;
  last4: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
}

export type KeyCounts = Record<KeyListQuery["status"], number>;

export interface KeyPage {
  /** Newest first. */
  keys: KeySummary[];
  /** Keys in each state, with the search and the environment applied. */
  counts: KeyCounts;
  /** False only where the workspace never had a key. */
  hasAny: boolean;
  hasNewer: boolean;
  hasOlder: boolean;
  /** The database's clock, which decides what has expired. */
  now: Date;
}

const pageSize = 50;

const summary = {
  id: apiKeys.id,
  name: apiKeys.name,
  environment: apiKeys.environment,
  scopes: apiKeys.scopes,
  prefix: apiKeySecrets.prefix,
  last4: apiKeySecrets.last4,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  lastUsedAt: apiKeySecrets.lastUsedAt,
  lastUsedAddress: apiKeySecrets.lastUsedAddress,
};

/** A key has exactly one active secret, whatever else a rotation holds beside it. */
const activeSecret = and(
  eq(apiKeySecrets.keyId, apiKeys.id),
  eq(apiKeySecrets.workspaceId, apiKeys.workspaceId),
  eq(apiKeySecrets.state, "active"),
);

const isExpired = sql`coalesce(${apiKeys.expiresAt} <= now(), false)`;

const statusConditions: Record<KeyListQuery["status"], SQL | undefined> = {
  all: sql`true`,
  active: and(isNull(apiKeys.revokedAt), sql`not ${isExpired}`),
  expired: and(isNull(apiKeys.revokedAt), isExpired),
  revoked: isNotNull(apiKeys.revokedAt),
};

/** The workspace's keys that the search and the environment leave. */
function selected(workspaceId: string, query: KeyListQuery): SQL | undefined {
  const { search, environment } = query;
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return and(
    eq(apiKeys.workspaceId, workspaceId),
    environment === "all" ? undefined : eq(apiKeys.environment, environment),
    search === "" ? undefined : or(ilike(apiKeys.name, pattern), eq(apiKeySecrets.last4, search)),
  );
}

async function countKeys(db: Db, workspaceId: string, query: KeyListQuery) {
  const countIf = (condition: SQL | undefined) =>
    sql`count(*) filter (where ${condition})`.mapWith(Number);
  const [row] = await db
    .select({
      all: countIf(statusConditions.all),
      active: countIf(statusConditions.active),
      expired: countIf(statusConditions.expired),
      revoked: countIf(statusConditions.revoked),
      hasAny: sql<boolean>`exists (select from api_keys any_key where any_key.workspace_id = ${workspaceId})`,
      now: sql`now()`.mapWith(apiKeys.createdAt),
    })
    .from(apiKeys)
    .innerJoin(apiKeySecrets, activeSecret)
    .where(selected(workspaceId, query));
  if (!row) throw new Error("an aggregate answered no row");
  const { hasAny, now, ...counts } = row;
  return { hasAny, now, counts };
}

/**
 * Compares with another key's place in the list. The place is read in SQL, because a JavaScript Date
 * would cut the microseconds off and lose keys that were made in the same millisecond.
 */
function beyond(workspaceId: string, id: string, side: "<" | ">"): SQL {
  return sql`(${apiKeys.createdAt}, ${apiKeys.id}) ${sql.raw(side)} (
    select mark.created_at, mark.id from api_keys mark
    where mark.workspace_id = ${workspaceId} and mark.id = ${id})`;
}

/**
 * One page of at most 50 keys, newest first, beside `after` (older) or `before` (newer), and how many
 * there are in each state. A mark that isn't one of the workspace's keys leaves an empty page.
 */
export async function listKeys(db: Db, scope: Scope, query: KeyListQuery): Promise<KeyPage> {
  const { workspaceId } = scope;
  const isBackwards = query.before !== undefined;
  const mark = query.before ?? query.after;
  const order = isBackwards ? asc : desc;
  const [counted, rows] = await Promise.all([
    countKeys(db, workspaceId, query),
    db
      .select(summary)
      .from(apiKeys)
      .innerJoin(apiKeySecrets, activeSecret)
      .where(
        and(
          selected(workspaceId, query),
          statusConditions[query.status],
          mark === undefined ? undefined : beyond(workspaceId, mark, isBackwards ? ">" : "<"),
        ),
      )
      .orderBy(order(apiKeys.createdAt), order(apiKeys.id))
      .limit(pageSize + 1),
  ]);
  const hasMore = rows.length > pageSize;
  const keys = rows.slice(0, pageSize);
  if (isBackwards) keys.reverse();
  return {
    ...counted,
    keys,
    hasNewer: isBackwards ? hasMore : mark !== undefined,
    hasOlder: isBackwards || hasMore,
  };
}

/** One key of the workspace, or null where it is another's or doesn't exist. */
export async function findKey(db: Db, scope: Scope, id: string): Promise<KeySummary | null> {
  if (!isId("apiKey", id)) return null;
  const [row] = await db
    .select(summary)
    .from(apiKeys)
    .innerJoin(apiKeySecrets, activeSecret)
    .where(and(eq(apiKeys.workspaceId, scope.workspaceId), eq(apiKeys.id, id)));
  return row ?? null;
}

/** What stops working when a key is revoked. */
export interface KeyTraffic {
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
  /** Requests in this hour and the 24 before it. */
  requests: number;
}

/** What a key was used for lately. Throws NOT_FOUND. */
export async function getKeyTraffic(db: Db, scope: Scope, id: string): Promise<KeyTraffic> {
  const key = await findKey(db, scope, id);
  if (!key) throw new AppError("NOT_FOUND");
  const [row] = await db
    .select({ requests: sql`coalesce(sum(${usageHourly.requests}), 0)`.mapWith(Number) })
    .from(usageHourly)
    .where(
      and(
        eq(usageHourly.workspaceId, scope.workspaceId),
        gte(usageHourly.hour, sql`date_trunc('hour', now() - interval '24 hours', 'UTC')`),
        eq(usageHourly.keyId, id),
      ),
    );
  const { lastUsedAt, lastUsedAddress } = key;
  return { lastUsedAt, lastUsedAddress, requests: row?.requests ?? 0 };
}

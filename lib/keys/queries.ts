import "server-only";
import { and, eq, gte, ilike, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { usageHourly } from "@/db/schema/usage";
import { AppError } from "@/lib/errors";
import { isId } from "@/lib/id";
import type { RevokeReason } from "@/lib/keys/revoke-key";
import type { KeyListQuery, KeyStatusFilter } from "@/lib/keys/schema";
import { defaultOrders, type KeySort } from "@/lib/keys/terms";
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
  updatedAt: Date;
  expiresAt: Date | null;
  disabledAt: Date | null;
  revokedAt: Date | null;
  revokedReason: RevokeReason | null;
  /** The latest use of any of its secrets. */
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
  /** The end of the overlap, while an old secret still works beside the new one. */
  graceUntil: Date | null;
  /** When the new secret lapses, while it waits for its first use. */
  pendingLapsesAt: Date | null;
  /** An opened rotation that nobody has claimed by then ends the key. */
  rotationDeadlineAt: Date | null;
}

export type KeyCounts = Record<KeyListQuery["status"], number>;

export interface KeyPage {
  /** In the order asked for. */
  keys: KeySummary[];
  /** Keys in each state, with the search and the environment applied. */
  counts: KeyCounts;
  /** False only where the workspace never had a key. */
  hasAny: boolean;
  /** There are keys before the first shown. */
  hasPrevious: boolean;
  /** There are keys after the last shown. */
  hasNext: boolean;
  /** The database's clock, which decides what has expired. */
  now: Date;
}

const pageSize = 50;

/** A key's secrets of one kind. The alias keeps the inner table apart from a joined one. */
const secretsOf = (columns: string, rest: SQL) =>
  sql`(select ${sql.raw(columns)} from api_key_secrets own where own.key_id = ${apiKeys.id} ${rest})`;
const latestUse = sql`and own.last_used_at is not null order by own.last_used_at desc limit 1`;

export const summaryColumns = {
  id: apiKeys.id,
  name: apiKeys.name,
  environment: apiKeys.environment,
  scopes: apiKeys.scopes,
  prefix: apiKeySecrets.prefix,
  last4: apiKeySecrets.last4,
  createdAt: apiKeys.createdAt,
  updatedAt: apiKeys.updatedAt,
  expiresAt: apiKeys.expiresAt,
  disabledAt: apiKeys.disabledAt,
  revokedAt: apiKeys.revokedAt,
  revokedReason: apiKeys.revokedReason,
  rotationDeadlineAt: apiKeys.rotationDeadlineAt,
  lastUsedAt: sql<Date | null>`${secretsOf("own.last_used_at", latestUse)}`.mapWith(
    apiKeySecrets.lastUsedAt,
  ),
  lastUsedAddress: sql<string | null>`${secretsOf("own.last_used_address", latestUse)}`,
  graceUntil: sql<Date | null>`${secretsOf(
    "own.retires_at",
    sql`and own.state = 'retiring' and own.retires_at > now()`,
  )}`.mapWith(apiKeySecrets.retiresAt),
  pendingLapsesAt: sql<Date | null>`${secretsOf(
    "own.lapses_at",
    sql`and own.state = 'pending' and own.lapses_at > now()`,
  )}`.mapWith(apiKeySecrets.lapsesAt),
};

/** A key has exactly one active secret, whatever else a rotation holds beside it. */
export const activeSecret = and(
  eq(apiKeySecrets.keyId, apiKeys.id),
  eq(apiKeySecrets.workspaceId, apiKeys.workspaceId),
  eq(apiKeySecrets.state, "active"),
);

const endsAt = sql`least(${apiKeys.expiresAt}, ${apiKeys.rotationDeadlineAt})`;
const isExpired = sql`coalesce(${endsAt} <= now(), false)`;
const isUsable = and(isNull(apiKeys.revokedAt), sql`not ${isExpired}`, isNull(apiKeys.disabledAt));

function statusCondition(workspaceId: string, status: KeyStatusFilter): SQL | undefined {
  switch (status) {
    case "all":
      return sql`true`;
    case "active":
      return isUsable;
    case "rotating":
      return and(
        isUsable,
        sql`${apiKeys.id} in (
          select twin.key_id from api_key_secrets twin
          where twin.workspace_id = ${workspaceId} and (
            (twin.state = 'pending' and twin.lapses_at > now())
            or (twin.state = 'retiring' and twin.retires_at > now())))`,
      );
    case "disabled":
      return and(isNull(apiKeys.revokedAt), sql`not ${isExpired}`, isNotNull(apiKeys.disabledAt));
    case "expired":
      return and(isNull(apiKeys.revokedAt), isExpired);
    case "revoked":
      return isNotNull(apiKeys.revokedAt);
  }
}

/** The workspace's keys that the search and the environment leave. Old secrets' last four find too. */
function selected(workspaceId: string, query: KeyListQuery): SQL | undefined {
  const { search, environment } = query;
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return and(
    eq(apiKeys.workspaceId, workspaceId),
    environment === "all" ? undefined : eq(apiKeys.environment, environment),
    search === ""
      ? undefined
      : or(
          ilike(apiKeys.name, pattern),
          sql`${apiKeys.id} in (
            select found.key_id from api_key_secrets found
            where found.workspace_id = ${workspaceId} and found.last4 = ${search})`,
        ),
  );
}

async function countKeys(db: Db, workspaceId: string, query: KeyListQuery) {
  const countIf = (status: KeyStatusFilter) =>
    sql`count(*) filter (where ${statusCondition(workspaceId, status)})`.mapWith(Number);
  const [row] = await db
    .select({
      all: countIf("all"),
      active: countIf("active"),
      rotating: countIf("rotating"),
      disabled: countIf("disabled"),
      expired: countIf("expired"),
      revoked: countIf("revoked"),
      hasAny: sql<boolean>`exists (select from api_keys any_key where any_key.workspace_id = ${workspaceId})`,
      now: sql`now()`.mapWith(apiKeys.createdAt),
    })
    .from(apiKeys)
    .where(selected(workspaceId, query));
  if (!row) throw new Error("an aggregate answered no row");
  const { hasAny, now, ...counts } = row;
  return { hasAny, now, counts };
}

/** Where a key stands in an order; what was never used or never ends stands after everything else. */
function placeOf(sort: KeySort, key: "api_keys" | "mark"): SQL {
  switch (sort) {
    case "created":
      return sql.raw(`${key}.created_at`);
    case "name":
      return sql.raw(`lower(${key}.name)`);
    case "used":
      return key === "mark"
        ? sql`(select coalesce(max(last_used_at), '-infinity') from api_key_secrets where key_id = mark.id)`
        : sql`coalesce(uses.used_at, '-infinity')`;
    case "expires":
      return sql.raw(`coalesce(least(${key}.expires_at, ${key}.rotation_deadline_at), 'infinity')`);
  }
}

/** The ids of a page's keys in order, and of one more where there is one. */
export async function listKeyIds(
  db: Db,
  workspaceId: string,
  query: KeyListQuery,
  limit: number,
): Promise<string[]> {
  const { sort, order = defaultOrders[sort] } = query;
  const isAscending = (order === "asc") !== (query.before !== undefined);
  const direction = sql.raw(isAscending ? "asc" : "desc");
  const mark = query.before ?? query.after;
  const place = placeOf(sort, "api_keys");
  // Both places are read in SQL: a JavaScript Date would cut the microseconds off and lose neighbours.
  const beyond = sql`(${place}, ${apiKeys.id}) ${sql.raw(isAscending ? ">" : "<")} (
    select ${placeOf(sort, "mark")}, mark.id from api_keys mark
    where mark.workspace_id = ${workspaceId} and mark.id = ${mark})`;
  const uses = sql`left join (
    select key_id, max(last_used_at) as used_at from api_key_secrets
    where workspace_id = ${workspaceId} group by key_id) uses on uses.key_id = ${apiKeys.id}`;
  const conditions = and(
    selected(workspaceId, query),
    statusCondition(workspaceId, query.status),
    mark === undefined ? undefined : beyond,
  );
  const rows = await db.execute(sql`
    select ${apiKeys.id} as id from ${apiKeys} ${sort === "used" ? uses : sql``}
    where ${conditions}
    order by ${place} ${direction}, ${apiKeys.id} ${direction} limit ${limit + 1}`);
  return rows.map((row) => String(row.id));
}

/** The keys of these ids, in their order; another workspace's are left out. */
async function readSummaries(db: Db, workspaceId: string, ids: string[]): Promise<KeySummary[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select(summaryColumns)
    .from(apiKeys)
    .innerJoin(apiKeySecrets, activeSecret)
    .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, ids)));
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/**
 * One page of at most 50 keys in the order asked for, beside `after` or `before`, and how many there
 * are in each state. A mark that isn't one of the workspace's keys leaves an empty page.
 */
export async function listKeys(db: Db, scope: Scope, query: KeyListQuery): Promise<KeyPage> {
  const { workspaceId } = scope;
  const isBackwards = query.before !== undefined;
  const [counted, ids] = await Promise.all([
    countKeys(db, workspaceId, query),
    listKeyIds(db, workspaceId, query, pageSize),
  ]);
  const hasMore = ids.length > pageSize;
  const shown = ids.slice(0, pageSize);
  if (isBackwards) shown.reverse();
  return {
    ...counted,
    keys: await readSummaries(db, workspaceId, shown),
    hasPrevious: isBackwards ? hasMore : query.after !== undefined,
    hasNext: isBackwards || hasMore,
  };
}

/** One key of the workspace, or null where it is another's or doesn't exist. */
export async function findKey(db: Db, scope: Scope, id: string): Promise<KeySummary | null> {
  if (!isId("apiKey", id)) return null;
  const [key] = await readSummaries(db, scope.workspaceId, [id]);
  return key ?? null;
}

/** What a key may do; nothing where the workspace has none of this id. */
export async function findKeyScopes(db: Db, scope: Scope, id: string): Promise<string[]> {
  if (!isId("apiKey", id)) return [];
  const [key] = await db
    .select({ scopes: apiKeys.scopes })
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, scope.workspaceId), eq(apiKeys.id, id)));
  return key?.scopes ?? [];
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

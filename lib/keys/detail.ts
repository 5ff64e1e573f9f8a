import "server-only";
import { and, desc, eq, inArray, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import { users } from "@/db/schema/workspaces";
import { isId } from "@/lib/id";
import { activeSecret, type KeySummary, listKeyIds, summaryColumns } from "@/lib/keys/queries";
import { undoRevokeUntil } from "@/lib/keys/revoke-key";
import type { KeyListQuery } from "@/lib/keys/schema";
import type { CapInterval } from "@/lib/keys/terms";
import type { Scope } from "@/lib/scope";

/** A secret that opens the door now. The hash is never selected. */
export interface LiveSecret {
  id: string;
  prefix: string;
  last4: string;
  /** `pending` works and waits for its first use; `retiring` works until `retiresAt`. */
  state: "active" | "pending" | "retiring";
  createdAt: Date;
  /** First use, of a secret that a rotation made. */
  activatedAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
  lastUsedAgent: string | null;
  /** Of a pending one: the overlap that its first use starts. */
  graceSeconds: number | null;
  lapsesAt: Date | null;
  retiresAt: Date | null;
}

export interface KeyDetail extends KeySummary {
  /** Null allows every model, an empty list none. */
  modelAllowlist: string[] | null;
  addressAllowlist: string[] | null;
  requestsPerHour: number | null;
  /** In nano-dollars; null is no cap. */
  caps: Record<CapInterval, bigint | null>;
  /** The policy: how old a secret gets, and when the next rotation opens. */
  rotationDays: number | null;
  rotationDueAt: Date | null;
  createdBy: string;
  /** When its secret was taken over from another system; null where it is ours. */
  importedAt: Date | null;
  /** The key that made this one over the API. */
  createdByKey: { id: string; name: string } | null;
  revokedBy: string | null;
  /** Until when the revoke can be undone; null where it can't. */
  undoUntil: Date | null;
  /** Newest first: pending, then active, then retiring. */
  secrets: LiveSecret[];
  /** The database's clock. */
  now: Date;
}

async function readLiveSecrets(db: Db, workspaceId: string, keyId: string): Promise<LiveSecret[]> {
  const { id, prefix, last4, createdAt, activatedAt } = apiKeySecrets;
  const { lastUsedAt, lastUsedAddress, lastUsedAgent, graceSeconds, lapsesAt, retiresAt } =
    apiKeySecrets;
  return await db
    .select({
      ...{ id, prefix, last4, createdAt, activatedAt, lastUsedAt, lastUsedAddress, lastUsedAgent },
      ...{ graceSeconds, lapsesAt, retiresAt },
      state: sql<LiveSecret["state"]>`${apiKeySecrets.state}`,
    })
    .from(apiKeySecrets)
    .where(
      and(
        eq(apiKeySecrets.workspaceId, workspaceId),
        eq(apiKeySecrets.keyId, keyId),
        or(
          eq(apiKeySecrets.state, "active"),
          and(eq(apiKeySecrets.state, "pending"), sql`${lapsesAt} > now()`),
          and(eq(apiKeySecrets.state, "retiring"), sql`${retiresAt} > now()`),
        ),
      ),
    )
    .orderBy(desc(createdAt), desc(id));
}

/** A key with its limits, without its secrets. */
export type KeySettings = Omit<KeyDetail, "secrets">;

const [creator, revoker, maker] = [
  alias(users, "creator"),
  alias(users, "revoker"),
  alias(apiKeys, "maker"),
];

/** The keys of these ids, in their order; another workspace's are left out. */
async function readSettings(db: Db, workspaceId: string, ids: string[]): Promise<KeySettings[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({
      summary: summaryColumns,
      modelAllowlist: apiKeys.modelAllowlist,
      addressAllowlist: apiKeys.addressAllowlist,
      requestsPerHour: apiKeys.requestsPerHour,
      capDay: apiKeys.capDayNanos,
      capWeek: apiKeys.capWeekNanos,
      capMonth: apiKeys.capMonthNanos,
      capTotal: apiKeys.capTotalNanos,
      rotationDays: apiKeys.rotationDays,
      rotationDueAt: apiKeys.rotationDueAt,
      createdBy: creator.name,
      importedAt: apiKeySecrets.importedAt,
      makerId: maker.id,
      makerName: maker.name,
      revokedBy: revoker.name,
      now: sql`now()`.mapWith(apiKeys.createdAt),
    })
    .from(apiKeys)
    .innerJoin(apiKeySecrets, activeSecret)
    .innerJoin(creator, eq(creator.id, apiKeys.createdBy))
    .leftJoin(revoker, eq(revoker.id, apiKeys.revokedBy))
    .leftJoin(
      maker,
      and(eq(maker.id, apiKeys.createdByKeyId), eq(maker.workspaceId, apiKeys.workspaceId)),
    )
    .where(and(eq(apiKeys.workspaceId, workspaceId), inArray(apiKeys.id, ids)));
  const found = rows.map((row): KeySettings => {
    const { summary, makerId, makerName, capDay, capWeek, capMonth, capTotal, ...rest } = row;
    return {
      ...summary,
      ...rest,
      caps: { day: capDay, week: capWeek, month: capMonth, total: capTotal },
      createdByKey: makerId && makerName ? { id: makerId, name: makerName } : null,
      undoUntil: undoRevokeUntil(summary, rest.now),
    };
  });
  return ids.flatMap((id) => found.find((key) => key.id === id) ?? []);
}

/** All there is to see of one key, or null where it is another's or doesn't exist. */
export async function getKeyDetail(db: Db, scope: Scope, id: string): Promise<KeyDetail | null> {
  if (!isId("apiKey", id)) return null;
  const { workspaceId } = scope;
  const [[key], secrets] = await Promise.all([
    readSettings(db, workspaceId, [id]),
    readLiveSecrets(db, workspaceId, id),
  ]);
  return key ? { ...key, secrets } : null;
}

/**
 * At most `limit` keys with their limits in the order of the query, which starts after `query.after`;
 * `next` is the last one's id where more follow, else null.
 */
export async function listKeySettings(
  db: Db,
  scope: Scope,
  query: KeyListQuery,
  limit: number,
): Promise<{ keys: KeySettings[]; next: string | null }> {
  const ids = await listKeyIds(db, scope.workspaceId, query, limit);
  const shown = ids.slice(0, limit);
  const next = ids.length > limit ? (shown.at(-1) ?? null) : null;
  return { keys: await readSettings(db, scope.workspaceId, shown), next };
}

import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import {
  findRisks,
  type KeyForSafety,
  type Risk,
  type RiskKind,
  urgencyOf,
  usedDays,
} from "@/lib/keys/safety";
import { type KeyScope, keyScopes } from "@/lib/keys/terms";
import type { Scope } from "@/lib/scope";
import { dayMs } from "@/lib/time";

/** What a call of the API needs, as the gateway demands it; `any` is one scope, whichever. */
export interface NeededScope {
  method: string;
  /** As the log and the roll-ups name it: `/v1/resources/{id}`. */
  path: string;
  scope: KeyScope | "any";
}

export interface UnsafeKey {
  id: string;
  name: string;
  environment: "live" | "test";
  scopes: KeyScope[];
  /** `gate_live`, the readable start. */
  prefix: string;
  last4: string;
  /** In ISO 8601, for a change that must not overwrite somebody else's. */
  updatedAt: string;
  lastUsedAt: Date | null;
  /** Worst first; at least one. */
  risks: Risk[];
}

export interface KeySafety {
  /** Those of the page: the most urgent first. */
  keys: UnsafeKey[];
  /** How many keys have each kind of risk. */
  counts: Record<RiskKind, number>;
  /** Keys with any risk, and keys that work. */
  unsafe: number;
  working: number;
  page: number;
  pages: number;
  now: Date;
}

/** How many keys the page shows. */
export const safetyPageSize = 25;

const Instant = z.coerce.number().transform((ms) => new Date(ms));
const Nanos = z.coerce.bigint().nullable();

const KeyRow = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.enum(["live", "test"]),
  scopes: z.array(z.enum(keyScopes)),
  prefix: z.string(),
  last4: z.string(),
  cap_day_nanos: Nanos,
  cap_week_nanos: Nanos,
  cap_month_nanos: Nanos,
  cap_total_nanos: Nanos,
  expires_ms: Instant.nullable(),
  created_ms: Instant,
  updated_ms: Instant,
  last_used_ms: Instant.nullable(),
  due_ms: Instant.nullable(),
  deadline_ms: Instant.nullable(),
  activated_ms: Instant.nullable(),
  old_last4: z.string().nullable(),
  old_used_ms: Instant.nullable(),
  old_retires_ms: Instant.nullable(),
  new_last4: z.string().nullable(),
  new_made_ms: Instant.nullable(),
  now_ms: Instant,
});
type KeyRow = z.infer<typeof KeyRow>;

const ms = (column: string) => sql.raw(`floor(extract(epoch from ${column}) * 1000)::text`);

/** The keys that work at this moment, with what their secrets tell. */
async function readWorkingKeys(db: Db, workspaceId: string): Promise<KeyRow[]> {
  const rows = await db.execute(sql`
    select k.id, k.name, k.environment, to_json(k.scopes) as scopes, s.prefix, s.last4,
      k.cap_day_nanos::text, k.cap_week_nanos::text, k.cap_month_nanos::text,
      k.cap_total_nanos::text, ${ms("k.expires_at")} as expires_ms,
      ${ms("k.created_at")} as created_ms, ${ms("k.updated_at")} as updated_ms,
      ${ms("greatest(s.last_used_at, o.last_used_at, n.last_used_at)")} as last_used_ms,
      ${ms("k.rotation_due_at")} as due_ms, ${ms("k.rotation_deadline_at")} as deadline_ms,
      ${ms("s.activated_at")} as activated_ms, o.last4 as old_last4,
      ${ms("o.last_used_at")} as old_used_ms, ${ms("o.retires_at")} as old_retires_ms,
      n.last4 as new_last4, ${ms("n.created_at")} as new_made_ms, ${ms("now()")} as now_ms
    from api_keys k
    join api_key_secrets s on s.key_id = k.id and s.state = 'active'
    left join api_key_secrets o
      on o.key_id = k.id and o.state = 'retiring' and o.retires_at > now()
    left join api_key_secrets n
      on n.key_id = k.id and n.state = 'pending' and n.lapses_at > now()
    where k.workspace_id = ${workspaceId} and k.revoked_at is null and k.disabled_at is null
      and coalesce(k.expires_at > now(), true)
      and coalesce(k.rotation_deadline_at > now(), true)`);
  return z.array(KeyRow).parse([...rows]);
}

/** A narrower key than one with a single scope isn't one. */
function mayBeBroad({ scopes }: KeyRow): boolean {
  return scopes.length > 1 || scopes.includes("admin");
}

const UsedRow = z.object({ key_id: z.string(), path: z.string() });
const since = sql`now() - make_interval(days => ${usedDays}::int)`;

/** Which paths each key asked for in the last thirty days, from the roll-ups, refused requests included. */
async function readUsedPaths(db: Db, workspaceId: string) {
  // Day by day along the key: for a busy workspace the planner would rather read the whole table.
  const rows = await db.execute(sql`
    select distinct used.key_id, used.path
    from generate_series(date_trunc('hour', ${since}, 'UTC'), now(), interval '1 day') as day (starts)
    cross join lateral (
      select distinct key_id, endpoint as path from usage_hourly
      where workspace_id = ${workspaceId} and hour >= day.starts
        and hour < day.starts + interval '1 day'
    ) as used`);
  return z.array(UsedRow).parse([...rows]);
}

const MethodRow = z.object({ key_id: z.string(), path: z.string(), method: z.string() });

/** For paths that need another scope by each method: which methods were used, from the log itself. */
async function readUsedMethods(
  db: Db,
  workspaceId: string,
  keyIds: readonly string[],
  doubtful: readonly NeededScope[],
) {
  if (keyIds.length === 0) return [];
  const keys = sql`unnest(string_to_array(${keyIds.join(",")}, ',')) as k (id)`;
  const paths = [...new Set(doubtful.map(({ path }) => path))];
  // The first condition is that of an index, so that a key's many reads aren't looked through.
  const rows = await db.execute(sql`
    select k.id as key_id, w.path, w.method from ${keys} cross join lateral (
      select distinct l.path, l.method from request_log l
      where l.key_id = k.id and l.at >= ${since}
        and l.path like '/v1/resources%' and l.method <> 'GET'
    ) w
    union all
    select k.id, p.path, 'GET' from ${keys}
    cross join unnest(string_to_array(${paths.join(",")}, ',')) as p (path)
    where exists (
      select from request_log l
      where l.workspace_id = ${workspaceId} and l.key_id = k.id and l.path = p.path
        and l.method = 'GET' and l.at >= ${since}
    )`);
  return z.array(MethodRow).parse([...rows]);
}

const ChangeRow = z.object({ key_id: z.string(), scopes: z.array(z.enum(keyScopes)) });

/** What keys had thirty days ago, where their scopes were changed since. */
async function readEarlierScopes(db: Db, workspaceId: string, keyIds: readonly string[]) {
  if (keyIds.length === 0) return new Map<string, KeyScope[]>();
  const rows = await db.execute(sql`
    select distinct on (target_id) target_id as key_id, details -> 'scopes.from' as scopes
    from audit_log
    where workspace_id = ${workspaceId} and target_type = 'api_key' and target_id in ${[...keyIds]}
      and action = 'api_key.updated' and details ? 'scopes.from' and at >= ${since}
    order by target_id, at, id`);
  const changes = z.array(ChangeRow).parse([...rows]);
  return new Map(changes.map(({ key_id, scopes }) => [key_id, scopes]));
}

/** The scopes that each key's requests needed; keys without requests are left out. */
async function readUsedScopes(
  db: Db,
  workspaceId: string,
  keyIds: ReadonlySet<string>,
  table: readonly NeededScope[],
): Promise<Map<string, Set<KeyScope>>> {
  const used = new Map<string, Set<KeyScope>>();
  if (keyIds.size === 0) return used;
  const note = (keyId: string, path: string, method?: string) => {
    const scopes = used.get(keyId) ?? new Set();
    used.set(keyId, scopes);
    const needed = table.find(
      (one) => one.path === path && (method === undefined || one.method === method),
    );
    if (needed && needed.scope !== "any") scopes.add(needed.scope);
  };
  const byMethod = table.filter(({ path, scope }) =>
    table.some((other) => other.path === path && other.scope !== scope),
  );
  const doubtful = new Set<string>();
  for (const { key_id: keyId, path } of await readUsedPaths(db, workspaceId)) {
    if (!keyIds.has(keyId)) continue;
    if (byMethod.some((one) => one.path === path)) doubtful.add(keyId);
    else note(keyId, path);
  }
  for (const row of await readUsedMethods(db, workspaceId, [...doubtful], byMethod)) {
    note(row.key_id, row.path, row.method);
  }
  return used;
}

function toSafetyKey(
  row: KeyRow,
  used: ReadonlySet<KeyScope> | undefined,
  earlier: KeyScope[] | undefined,
): KeyForSafety {
  const { id, environment, scopes } = row;
  const isOldEnough = row.created_ms.getTime() <= row.now_ms.getTime() - usedDays * dayMs;
  return {
    ...{ id, environment, scopes },
    caps: {
      day: row.cap_day_nanos,
      week: row.cap_week_nanos,
      month: row.cap_month_nanos,
      total: row.cap_total_nanos,
    },
    expiresAt: row.expires_ms,
    createdAt: row.created_ms,
    lastUsedAt: row.last_used_ms,
    rotationDueAt: row.due_ms,
    rotationDeadlineAt: row.deadline_ms,
    oldSecret:
      row.old_last4 !== null && row.old_retires_ms && row.activated_ms
        ? {
            last4: row.old_last4,
            lastUsedAt: row.old_used_ms,
            activatedAt: row.activated_ms,
            retiresAt: row.old_retires_ms,
          }
        : null,
    newSecret:
      row.new_last4 !== null && row.new_made_ms
        ? { last4: row.new_last4, createdAt: row.new_made_ms }
        : null,
    usedScopes: used ? [...used].sort(byRank) : null,
    scopesBefore: isOldEnough ? (earlier ?? scopes) : null,
  };
}

/** As the forms and pages list scopes. */
const byRank = (a: KeyScope, b: KeyScope) => keyScopes.indexOf(a) - keyScopes.indexOf(b);

interface JudgedKey {
  row: KeyRow;
  risks: Risk[];
}

async function judgeKeys(
  db: Db,
  workspaceId: string,
  rows: readonly KeyRow[],
  table: readonly NeededScope[],
): Promise<JudgedKey[]> {
  const ids = new Set(rows.filter(mayBeBroad).map(({ id }) => id));
  const used = await readUsedScopes(db, workspaceId, ids, table);
  const earlier = await readEarlierScopes(db, workspaceId, [...used.keys()]);
  return rows.flatMap((row) => {
    const key = toSafetyKey(row, used.get(row.id), earlier.get(row.id));
    const risks = findRisks(key, row.now_ms);
    return risks.length > 0 ? [{ row, risks }] : [];
  });
}

function toUnsafeKey({ row, risks }: JudgedKey): UnsafeKey {
  const { id, name, environment, prefix, last4 } = row;
  return {
    ...{ id, name, environment, prefix, last4, risks },
    scopes: [...row.scopes].sort(byRank),
    updatedAt: row.updated_ms.toISOString(),
    lastUsedAt: row.last_used_ms,
  };
}

/**
 * What should be mended about the workspace's working keys: a page of them, the most urgent first. `table` says
 * which scope each call needs; `kind` leaves only the keys with that risk. Pages are counted from one; one
 * beyond the last is the last.
 */
export async function readKeySafety(
  db: Db,
  scope: Scope,
  table: readonly NeededScope[],
  { kind, page }: { kind: RiskKind | null; page: number },
): Promise<KeySafety> {
  const rows = await readWorkingKeys(db, scope.workspaceId);
  const judged = await judgeKeys(db, scope.workspaceId, rows, table);
  const countOf = (one: RiskKind) =>
    judged.filter(({ risks }) => risks.some((risk) => risk.kind === one)).length;
  const counts = {
    broad: countOf("broad"),
    uncapped: countOf("uncapped"),
    overdue: countOf("overdue"),
    endless: countOf("endless"),
    idle: countOf("idle"),
    secrets: countOf("secrets"),
  } satisfies Record<RiskKind, number>;
  const shown = judged
    .filter(({ risks }) => kind === null || risks.some((risk) => risk.kind === kind))
    .sort((a, b) => urgencyOf(b.risks) - urgencyOf(a.risks) || (a.row.id < b.row.id ? 1 : -1));
  const pages = Math.max(1, Math.ceil(shown.length / safetyPageSize));
  const at = Math.min(Math.max(1, page), pages);
  return {
    keys: shown.slice((at - 1) * safetyPageSize, at * safetyPageSize).map(toUnsafeKey),
    ...{ counts, unsafe: judged.length, working: rows.length, page: at, pages },
    now: rows[0]?.now_ms ?? new Date(),
  };
}

import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { AccountListQuery, AccountSort } from "@/lib/operators/account-terms";

/* Operators see every workspace: these are the queries that aren't limited to one. */

export const accountPageSize = 50;

export interface AccountSummary {
  id: string;
  name: string;
  planName: string;
  isSuspended: boolean;
  /** The first owner's; null where nobody is left. */
  ownerName: string | null;
  ownerEmail: string | null;
  memberCount: number;
  /** Keys that aren't revoked. */
  keyCount: number;
  /** As it stands at this moment. */
  balanceNanos: bigint;
  /** Of the last 30 UTC days, as of a minute ago at most. */
  spendNanos: bigint;
  lastSeenAt: Date | null;
  createdAt: Date;
}

export interface AccountPage {
  accounts: AccountSummary[];
  hasPrevious: boolean;
  hasNext: boolean;
}

const columns: Record<AccountSort, SQL> = {
  created: sql.raw("created_at"),
  balance: sql.raw("balance_nanos"),
  spend: sql.raw("spend_nanos"),
  seen: sql.raw("last_seen_at"),
};

/** Accounts that a term leads to: by name or id, by a member's address, by a key's id or its last four. */
function foundBy(term: string): SQL {
  const pattern = `%${term.replace(/[\\%_]/g, "\\$&")}%`;
  return sql`w.id in (
    select id from workspaces where id = ${term} or name ilike ${pattern}
    union all
    select m.workspace_id from members m join users u on u.id = m.user_id
    where u.email ilike ${pattern} or u.id = ${term}
    union all
    select workspace_id from api_keys where id = ${term}
    union all
    select workspace_id from api_key_secrets where last4 = ${term})`;
}

const states: Record<AccountListQuery["state"], SQL | null> = {
  all: null,
  active: sql`w.suspended_at is null`,
  suspended: sql`w.suspended_at is not null`,
};

const Ids = z.array(z.object({ id: z.string() }));

/** The ids of a page in order, and of one more where there is one. */
export async function listAccountIds(
  db: Db,
  query: AccountListQuery,
  limit: number,
): Promise<string[]> {
  const { search, sort, order, plan, state } = query;
  const isAscending = (order === "asc") !== (query.before !== "");
  const direction = sql.raw(isAscending ? "asc" : "desc");
  const column = columns[sort];
  const mark = query.before || query.after;
  const conditions = [
    sql`w.deleted_at is null`,
    states[state],
    plan === "" ? null : sql`w.plan_id = ${plan}`,
    search === "" ? null : foundBy(search),
    mark === ""
      ? null
      : sql`(f.${column}, f.workspace_id) ${sql.raw(isAscending ? ">" : "<")} (
          select mark.${column}, mark.workspace_id from account_figures mark
          where mark.workspace_id = ${mark})`,
  ].filter((condition) => condition !== null);
  const rows = await db.execute(sql`
    select f.workspace_id as id from account_figures f
    join workspaces w on w.id = f.workspace_id
    where ${sql.join(conditions, sql` and `)}
    order by f.${column} ${direction}, f.workspace_id ${direction}
    limit ${limit + 1}`);
  return Ids.parse([...rows]).map(({ id }) => id);
}

/** drizzle leaves instants of plain statements as text. */
const Instant = z.coerce.date();

const Row = z
  .object({
    id: z.string(),
    name: z.string(),
    plan_name: z.string(),
    is_suspended: z.boolean(),
    owner_name: z.string().nullable(),
    owner_email: z.string().nullable(),
    member_count: z.coerce.number(),
    key_count: z.coerce.number(),
    balance_nanos: z.coerce.bigint(),
    spend_nanos: z.coerce.bigint(),
    last_seen_at: Instant.nullable(),
    created_at: Instant,
  })
  .transform(
    (row): AccountSummary => ({
      id: row.id,
      name: row.name,
      planName: row.plan_name,
      isSuspended: row.is_suspended,
      ownerName: row.owner_name,
      ownerEmail: row.owner_email,
      memberCount: row.member_count,
      keyCount: row.key_count,
      balanceNanos: row.balance_nanos,
      spendNanos: row.spend_nanos,
      lastSeenAt: row.last_seen_at,
      createdAt: row.created_at,
    }),
  );

/** Accounts by id, in the ids' order. */
async function readAccounts(db: Db, ids: readonly string[]): Promise<AccountSummary[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute(sql`
    select w.id, w.name, p.name as plan_name, w.suspended_at is not null as is_suspended,
      owner.name as owner_name, owner.email as owner_email,
      (select count(*) from members m where m.workspace_id = w.id) as member_count,
      (select count(*) from api_keys k
        where k.workspace_id = w.id and k.revoked_at is null) as key_count,
      coalesce(b."limit" - b.used, 0)::text as balance_nanos,
      f.spend_nanos::text as spend_nanos,
      (select max(m.last_seen_at) from members m where m.workspace_id = w.id) as last_seen_at,
      w.created_at
    from unnest(string_to_array(${ids.join(",")}, ',')) with ordinality as asked (id, place)
    join workspaces w on w.id = asked.id
    join plans p on p.id = w.plan_id
    join account_figures f on f.workspace_id = w.id
    left join budgets b on b.workspace_id = w.id and b.kind = 'balance' and b.key_id is null
    left join lateral (
      select u.name, u.email from members m join users u on u.id = m.user_id
      where m.workspace_id = w.id and m.role = 'owner'
      order by m.created_at, m.user_id limit 1
    ) owner on true
    order by asked.place`);
  return z.array(Row).parse([...rows]);
}

/** One page of accounts. A mark that is no account's leaves an empty page. */
export async function listAccounts(db: Db, query: AccountListQuery): Promise<AccountPage> {
  const isBackwards = query.before !== "";
  const ids = await listAccountIds(db, query, accountPageSize);
  const hasMore = ids.length > accountPageSize;
  const shown = ids.slice(0, accountPageSize);
  if (isBackwards) shown.reverse();
  return {
    accounts: await readAccounts(db, shown),
    hasPrevious: isBackwards ? hasMore : query.after !== "",
    hasNext: isBackwards || hasMore,
  };
}

export interface PlanChoice {
  id: string;
  name: string;
}

/** The plans that accounts can be on, in their order. */
export async function listPlanChoices(db: Db): Promise<PlanChoice[]> {
  const rows = await db.execute(sql`select id, name from plans order by position, id`);
  return z.array(z.object({ id: z.string(), name: z.string() })).parse([...rows]);
}

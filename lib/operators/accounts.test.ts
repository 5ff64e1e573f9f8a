import { drizzle } from "drizzle-orm/postgres-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Db } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { refreshAccountFigures } from "@/lib/operators/account-figures";
import { AccountListParams } from "@/lib/operators/account-schema";
import type { AccountListQuery } from "@/lib/operators/account-terms";
import { listAccounts } from "@/lib/operators/accounts";

const accounts = 10_000;
let database: TestDatabase;

/** `ws_` and 26 digits, in the order of their making. */
const idOf = (index: number) => `ws_${String(index).padStart(26, "0")}`;
const query = (asked: Partial<AccountListQuery> = {}) => AccountListParams.parse(asked);

beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  await sql`
    insert into workspaces (id, name, plan_id, created_at, suspended_at)
    select 'ws_' || lpad(i::text, 26, '0'), 'Company ' || i,
      case when i % 2000 = 7 then 'enterprise' else 'standard' end,
      now() - make_interval(mins => ${accounts}::int - i),
      case when i % 2500 = 9 then now() end
    from generate_series(1, ${accounts}::int) i`;
  await sql`
    insert into users (id, name, email)
    select 'usr_' || lpad(i::text, 26, '0'), 'Person ' || i, 'person' || i || '@example.com'
    from generate_series(1, ${accounts}::int) i`;
  await sql`
    insert into members (workspace_id, user_id, role, last_seen_at)
    select 'ws_' || lpad(i::text, 26, '0'), 'usr_' || lpad(i::text, 26, '0'), 'owner',
      case when i % 3 = 0 then now() - make_interval(mins => i) end
    from generate_series(1, ${accounts}::int) i`;
  // The balance of each is its number, and its spend a thousandth of it, of which the older half is past 30 days.
  await sql`
    insert into budgets (id, workspace_id, kind, unit, interval, "limit", used)
    select 'bud_' || i, 'ws_' || lpad(i::text, 26, '0'), 'balance', 'nanos', 'total', 2000 * i, 1000 * i
    from generate_series(1, ${accounts}::int) i`;
  await sql`
    insert into usage_hourly (workspace_id, hour, key_id, model, endpoint, status_class, requests,
      input_tokens, output_tokens, cost_nanos, latency_buckets)
    select 'ws_' || lpad(i::text, 26, '0'), date_trunc('hour', now()) - make_interval(days => ago),
      'key_1', 'gpt-4', '/v1/generate', 2, 1, 1, 1, i, array_fill(0, array[12])
    from generate_series(1, ${accounts}::int) i, unnest(array[0, 40]) ago`;
  await sql`
    insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
    select 'key_' || lpad(i::text, 26, '0'), 'ws_' || lpad(i::text, 26, '0'), 'K', 'live',
      array['read'], 'usr_' || lpad(i::text, 26, '0')
    from generate_series(1, ${accounts}::int) i`;
  await sql`
    insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state)
    select 'sec_' || i, 'key_' || lpad(i::text, 26, '0'), 'ws_' || lpad(i::text, 26, '0'),
      sha256(i::text::bytea), 'gate_live', lpad(to_hex(i), 4, '0'), 'active'
    from generate_series(1, ${accounts}::int) i`;
  expect(await refreshAccountFigures(database.db)).toBe(accounts);
  await sql`vacuum analyze`;
}, 120_000);
afterAll(() => database.drop());

const shown = async (asked: Partial<AccountListQuery>) =>
  (await listAccounts(database.db, query(asked))).accounts.map(({ id }) => id);

test("the list goes through every account once, in both directions, in each order", async () => {
  for (const sort of ["created", "balance", "spend", "seen"] as const) {
    for (const order of ["asc", "desc"] as const) {
      const first = await listAccounts(database.db, query({ sort, order }));
      const ids = first.accounts.map(({ id }) => id);
      expect(first).toMatchObject({ hasPrevious: false, hasNext: true });
      const second = await listAccounts(
        database.db,
        query({ sort, order, after: ids.at(-1) ?? "" }),
      );
      expect(second.accounts).toHaveLength(50);
      expect(second.hasPrevious).toBe(true);
      const back = await listAccounts(
        database.db,
        query({ sort, order, before: second.accounts[0]?.id ?? "" }),
      );
      expect(back.accounts.map(({ id }) => id)).toEqual(ids);
      expect(new Set([...ids, ...second.accounts.map(({ id }) => id)]).size).toBe(100);
    }
  }
  const richest = Array.from({ length: 50 }, (_, i) => idOf(accounts - i));
  expect(await shown({ sort: "balance" })).toEqual(richest);
  expect(await shown({ sort: "spend" })).toEqual(richest);
  expect((await shown({ sort: "seen" })).slice(0, 2)).toEqual([idOf(3), idOf(6)]);
  expect(await shown({ after: "ws_00000000000000000000zzzzzz" })).toEqual([]);
});

test("an account tells its owner, its money and the spend of thirty days", async () => {
  const [account] = (await listAccounts(database.db, query({ search: idOf(21) }))).accounts;
  expect(account).toMatchObject({
    ...{ id: idOf(21), name: "Company 21", planName: "Standard", isSuspended: false },
    ...{ ownerName: "Person 21", ownerEmail: "person21@example.com", memberCount: 1, keyCount: 1 },
    ...{ balanceNanos: 21_000n, spendNanos: 21n },
  });
});

test.each([
  ["its name", "company 4321", [4321]],
  ["its id", idOf(77), [77]],
  ["a member's address", "PERSON9999@example", [9999]],
  ["a key's id", `key_${"5".padStart(26, "0")}`, [5]],
  ["the end of a key", "0100", [256]],
  ["what nobody has", "no such thing%", []],
])("an account is found by %s", async (_, search, expected) => {
  expect(await shown({ search })).toEqual(expected.map(idOf));
});

test("filters leave what they say, together with a search", async () => {
  expect(await shown({ plan: "enterprise", order: "asc" })).toEqual(
    [7, 2007, 4007, 6007, 8007].map(idOf),
  );
  expect(await shown({ state: "suspended", order: "asc" })).toEqual(
    [9, 2509, 5009, 7509].map(idOf),
  );
  expect(await shown({ state: "active", search: "company 9", plan: "enterprise" })).toEqual([]);
  const [none] = await shown({ state: "active", search: idOf(9) });
  expect(none).toBeUndefined();
});

test("figures follow what changes, of that account alone", async () => {
  const { sql, db } = database;
  await sql`update budgets set used = used + 500 where workspace_id = ${idOf(1)} and kind = 'balance'`;
  await sql`update usage_hourly set cost_nanos = cost_nanos + 500
    where workspace_id = ${idOf(1)} and hour > now() - interval '1 day'`;
  await sql`update members set last_seen_at = now() where workspace_id = ${idOf(2)}`;
  const fresh = newId("workspace");
  await sql`insert into workspaces (id, name) values (${fresh}, 'Fresh')`;
  expect(await refreshAccountFigures(db)).toBe(2);
  expect(await refreshAccountFigures(db)).toBe(0);
  const [first] = (await listAccounts(db, query({ search: idOf(1) }))).accounts;
  expect(first).toMatchObject({ balanceNanos: 500n, spendNanos: 501n });
  expect((await shown({ sort: "seen" }))[0]).toBe(idOf(2));
  expect((await shown({ sort: "created" }))[0]).toBe(fresh);
  await sql`update workspaces set deleted_at = now() where id = ${fresh}`;
  expect(await shown({ search: fresh })).toEqual([]);
});

const Plans = z.array(
  z.object({
    Plan: z.object({ "Shared Hit Blocks": z.number(), "Shared Read Blocks": z.number() }),
  }),
);

/** How many pages of memory the statements of `read` touch. */
async function countBuffers(read: (db: Db) => Promise<unknown>): Promise<number> {
  const statements: { text: string; params: unknown[] }[] = [];
  const logger = {
    logQuery: (text: string, params: unknown[]) => statements.push({ text, params }),
  };
  await read(drizzle(database.sql, { logger }));
  let buffers = 0;
  for (const { text, params } of statements) {
    const [row] = await database.sql.unsafe(
      `explain (analyze, buffers, format json) ${text}`,
      z.array(z.string().or(z.number())).parse(params),
    );
    const [{ Plan: top } = { Plan: null }] = Plans.parse(row?.["QUERY PLAN"]);
    buffers += (top?.["Shared Hit Blocks"] ?? 0) + (top?.["Shared Read Blocks"] ?? 0);
  }
  return buffers;
}

/** Fifty accounts with each of what is told of them, on some levels of an index. */
const pageBuffers = 2_000;
/** A search by part of a name or address reads the names and addresses once. */
const searchBuffers = pageBuffers + 800;

test.each([
  ["the newest", {}, pageBuffers],
  ["deep in the richest", { sort: "balance", after: idOf(3_000) }, pageBuffers],
  ["deep in those who spend", { sort: "spend", after: idOf(3_000) }, pageBuffers],
  ["those seen last", { sort: "seen" }, pageBuffers],
  ["the suspended", { state: "suspended", sort: "balance" }, pageBuffers],
  ["a seldom plan's", { plan: "enterprise", sort: "spend" }, pageBuffers],
  ["a search", { search: "person77" }, searchBuffers],
  ["a search without a find", { search: "nobody at all" }, searchBuffers],
] as const)("a page of 10,000 accounts reads a bounded part of them: %s", async (_, asked, max) => {
  expect(await countBuffers((db) => listAccounts(db, query(asked)))).toBeLessThan(max);
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { postTransaction } from "@/lib/billing/journal";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { postUsage } from "@/lib/billing/usage-posting";
import { verifyIn, verifyLedger } from "@/lib/billing/verification";

let database: TestDatabase;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, sql } = database;
  ({ workspaceId } = await createTestScope(db));
  await db.transaction((tx) =>
    postTransaction(tx, {
      ...{ workspaceId, kind: "top_up", reference: "top_up:top_good", description: "Top-up" },
      entries: [
        { account: "processor", amountNanos: -10_000_000_000n },
        { account: "wallet", amountNanos: 10_000_000_000n },
      ],
    }),
  );
  await sql`
    insert into top_ups (id, workspace_id, user_id, provider, amount_cents, status, form_nonce)
    select 'top_good', workspace_id, user_id, 'demo', 1000, 'succeeded', 'nonce' from members
    where workspace_id = ${workspaceId} limit 1`;
  await sql`
    insert into usage_hourly (workspace_id, hour, key_id, model, endpoint, status_class, requests,
      input_tokens, output_tokens, cost_nanos, latency_buckets)
    values (${workspaceId}, date_trunc('hour', now() - interval '2 hours', 'UTC'), 'k', 'm', 'e', 2, 1, 1,
      1, 700, array_fill(0, array[12]))`;
  await sql`
    insert into request_log (id, at, workspace_id, key_id, method, path, status, outcome, cost_nanos,
      held_nanos, latency_ms, instance_id)
    values ('req_good', now() - interval '2 hours', ${workspaceId}, 'k', 'POST', 'e', 200, 'ok', 700, 700, 1,
      'g')`;
  await sql`
    update budgets set used = 700, held = 50
    where workspace_id = ${workspaceId} and kind = 'balance'`;
  await sql`
    insert into holds (request_id, instance_id, workspace_id, key_id, secret_id, amount_nanos,
      input_nanos_per_mtok, output_nanos_per_mtok, model, method, path, stream, address, user_agent,
      started_at)
    values ('req_open', 'g', ${workspaceId}, 'k', 's', 50, 1, 1, 'm', 'POST', 'e', false, '', '', now())`;
  await postUsage(db);
});
afterAll(() => database.drop());

it("P22 books that are in order have no breach", async () => {
  const { breaches, checks, entries } = await verifyLedger(database.sql);
  expect(breaches).toEqual([]);
  expect(checks).toBeGreaterThan(10);
  expect(entries).toBeGreaterThanOrEqual(4);
});

/** Each fault as a bug would leave it, and the claim that has to notice. */
const faults: [string, (id: string) => string, RegExp][] = [
  [
    "money made out of nothing",
    (id) => `insert into ledger_transactions (id, workspace_id, kind, reference, description)
        values ('txn_one', '${id}', 'adjustment', 'one', '');
      insert into ledger_entries values ('txn_one', 'wallet', '${id}', 5)`,
    /all ledger entries|two entries/,
  ],
  [
    "a credit that the journal doesn't have",
    () => `update budgets set "limit" = "limit" + 1 where kind = 'balance'`,
    /what a balance was credited/,
  ],
  [
    "a charge that no request made",
    () => "update budgets set used = used + 1 where kind = 'balance'",
    /what a balance was charged/,
  ],
  [
    "a request that was never charged",
    () => "update usage_hourly set cost_nanos = cost_nanos + 1",
    /what a balance was charged/,
  ],
  ["a hold that leaked", () => "delete from holds", /what is held/],
  [
    "a request settled twice",
    () => `insert into request_log (id, at, workspace_id, key_id, method, path, status, outcome,
        cost_nanos, held_nanos, latency_ms, instance_id)
      select id, at + interval '1 second', workspace_id, key_id, method, path, status, outcome, 0, 0, 1,
        instance_id from request_log`,
    /settled twice/,
  ],
  [
    "a logged cost that no roll-up has",
    () => "update request_log set cost_nanos = cost_nanos + 1",
    /requests cost what the roll-ups/,
  ],
  [
    "usage posted twice",
    () => "update usage_postings set posted_nanos = posted_nanos * 2",
    /posted each hour's usage at most once/,
  ],
  ["usage posted and not moved", () => "delete from usage_postings", /noted as posted/],
  [
    "a credit without a payment",
    () => "update top_ups set status = 'pending'",
    /each top-up that succeeded/,
  ],
  [
    "a payment without its credit",
    (
      id,
    ) => `insert into top_ups (id, workspace_id, user_id, provider, amount_cents, status, form_nonce)
      select 'top_lost', '${id}', user_id, 'demo', 500, 'succeeded', 'other' from members limit 1`,
    /each top-up that succeeded/,
  ],
];

it.each(faults)("P22 notices %s", async (_name, plant, claim) => {
  const undone = new Error("undone");
  const broken: string[] = [];
  const planting = database.sql.begin(async (tx) => {
    await tx.unsafe(plant(workspaceId));
    const { breaches } = await verifyIn(tx);
    broken.push(...breaches.map((breach) => breach.claim));
    throw undone;
  });
  await expect(planting).rejects.toBe(undone);
  expect(broken.join("\n")).toMatch(claim);
});

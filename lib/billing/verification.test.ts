import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { type LedgerAccount, type LedgerKind, postTransaction } from "@/lib/billing/journal";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { postUsage } from "@/lib/billing/usage-posting";
import { verifyIn, verifyLedger } from "@/lib/billing/verification";
import { centsToNanos } from "@/lib/money";

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
  // A credit code that was redeemed; and of a payment of $20 a refund of $5, a dispute that is open ($3), and
  // one that was lost ($2).
  const amountNanos = 1_000_000n;
  await sql`
    insert into credit_codes (id, code_hash, hint, description, amount_nanos, uses_max, uses)
    values ('code_good', sha256('code'), 'ABCD', 'Code', ${amountNanos.toString()}, 3, 1)`;
  await sql`
    insert into code_redemptions (code_id, workspace_id, user_id)
    select 'code_good', workspace_id, user_id from members where workspace_id = ${workspaceId}`;
  await sql`
    insert into top_ups (id, workspace_id, user_id, provider, amount_cents, status, form_nonce)
    select 'top_back', workspace_id, user_id, 'demo', 2000, 'succeeded', 'back' from members
    where workspace_id = ${workspaceId}`;
  await sql`
    insert into payment_reversals
      (id, provider, provider_reversal_id, kind, top_up_id, amount_cents, currency, status)
    values ('rev_refund', 'demo', 're_1', 'refund', 'top_back', 500, 'usd', 'booked'),
      ('rev_sum', 'demo', 'sum:ch_1', 'refund', 'top_back', 500, 'usd', 'booked'),
      ('rev_open', 'demo', 'dp_1', 'dispute', 'top_back', 300, 'usd', 'booked'),
      ('rev_lost', 'demo', 'dp_2', 'dispute', 'top_back', 200, 'usd', 'lost'),
      ('rev_won', 'demo', 'dp_3', 'dispute', 'top_back', 100, 'usd', 'released')`;
  const book = (
    kind: LedgerKind,
    reference: string,
    ...sides: [account: LedgerAccount, cents: number][]
  ) =>
    db.transaction((tx) =>
      postTransaction(tx, {
        ...{ workspaceId, kind, reference, description: "" },
        entries: sides.map(([account, cents]) => ({ account, amountNanos: centsToNanos(cents) })),
      }),
    );
  await db.transaction((tx) =>
    postTransaction(tx, {
      ...{ workspaceId, kind: "code", reference: `code:code_good:${workspaceId}` },
      description: "Code",
      entries: [
        { account: "promotions", amountNanos: -amountNanos },
        { account: "wallet", amountNanos },
      ],
    }),
  );
  await book("top_up", "top_up:top_back", ["processor", -2_000], ["wallet", 2_000]);
  await book(
    "refund",
    "refund:top_back:1",
    ["wallet", -400],
    ["receivable", -100],
    ["processor", 500],
  );
  await book("dispute", "dispute:rev_open:opened", ["wallet", -300], ["disputes", 300]);
  await book("dispute", "dispute:rev_lost:opened", ["wallet", -200], ["disputes", 200]);
  await book("dispute", "dispute:rev_lost:lost", ["disputes", -200], ["processor", 200]);
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
    "a day that is summed without its hours",
    (id) => `insert into usage_days values ('${id}', '2026-01-01', 'summed');
      insert into usage_daily values ('${id}', 'none', '2026-01-01', '', '', '', 0,
        array_fill(1, array[24]), array_fill(1, array[24]), array_fill(1, array[24]),
        array_fill(1, array[24]), array_fill(0, array[24]), array_fill(0, array[24, 12]))`,
    /each day that is summed/,
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
  [
    "a code used more often than redeemed",
    () => "update credit_codes set uses = 2",
    /each code is used/,
  ],
  [
    "a redemption that nothing counted",
    () => "update credit_codes set uses = 0",
    /each code is used/,
  ],
  [
    "a redemption that brought another amount",
    () => "update credit_codes set amount_nanos = amount_nanos + 1",
    /each redemption of a code/,
  ],
  [
    "a code credited without a redemption",
    () => "delete from code_redemptions",
    /each redemption of a code/,
  ],
  [
    "a debt that was collected twice",
    (id) => `insert into ledger_transactions (id, workspace_id, kind, reference, description)
        values ('txn_debt', '${id}', 'debt', 'debt', '');
      insert into ledger_entries values ('txn_debt', 'wallet', '${id}', -2000000000),
        ('txn_debt', 'receivable', '${id}', 2000000000)`,
    /owes less than nothing/,
  ],
  [
    "a dispute decided for the customer that kept the money",
    () => "update payment_reversals set status = 'released' where id = 'rev_open'",
    /what a bank holds/,
  ],
  [
    "a dispute that was lost and not booked so",
    () => "update payment_reversals set status = 'booked' where id = 'rev_lost'",
    /what was lost in disputes/,
  ],
  [
    "a refund booked with another amount",
    () => "update payment_reversals set amount_cents = 499 where id in ('rev_refund', 'rev_sum')",
    /what was refunded of each payment/,
  ],
  [
    "a refund that was never taken back",
    () => `insert into payment_reversals
        (id, provider, provider_reversal_id, kind, top_up_id, amount_cents, currency, status)
      values ('rev_lost_refund', 'demo', 're_2', 'refund', 'top_good', 500, 'usd', 'booked')`,
    /what was refunded of each payment/,
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

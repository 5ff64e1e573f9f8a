import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ledgerEntries, ledgerTransactions } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { grantWelcomeCredit, postTransaction } from "@/lib/billing/journal";
import { readSums } from "@/lib/billing/testing/ledger";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let scope: Scope;
const fiveDollars = usdToNanos("5");

beforeAll(async () => {
  database = await createTestDatabase();
  scope = await createTestScope(database.db);
});

afterAll(() => database.drop());

function adjust(workspaceId: string, reference: string, amountNanos: bigint) {
  return {
    workspaceId,
    kind: "adjustment" as const,
    reference,
    description: "Adjustment",
    entries: [
      { account: "promotions" as const, amountNanos: -amountNanos },
      { account: "wallet" as const, amountNanos },
    ],
  };
}

test("a welcome credit raises the wallet and the balance together, once for ever", async () => {
  const { db } = database;
  const input = { workspaceId: scope.workspaceId, amountNanos: fiveDollars };
  await db.transaction((tx) => grantWelcomeCredit(tx, input));
  await Promise.all(
    Array.from({ length: 5 }, () => db.transaction((tx) => grantWelcomeCredit(tx, input))),
  );
  expect(await readSums(db, scope)).toEqual({
    everything: 0n,
    wallet: fiveDollars,
    balance: fiveDollars,
    unposted: 0n,
    transactions: 1,
  });
});

test("a welcome credit of zero books nothing", async () => {
  const other = await createTestScope(database.db);
  await database.db.transaction((tx) =>
    grantWelcomeCredit(tx, { workspaceId: other.workspaceId, amountNanos: 0n }),
  );
  expect((await readSums(database.db, other)).transactions).toBe(0);
});

test("a transaction that is rolled back leaves neither entry nor credit", async () => {
  const other = await createTestScope(database.db);
  await expect(
    database.db.transaction(async (tx) => {
      await postTransaction(tx, adjust(other.workspaceId, `undone:${other.workspaceId}`, 7n));
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  expect(await readSums(database.db, other)).toMatchObject({ balance: 0n, transactions: 0 });
});

test("entries that don't sum to zero are refused before they reach the database", async () => {
  await expect(
    database.db.transaction((tx) =>
      postTransaction(tx, {
        ...adjust(scope.workspaceId, "lopsided", 1n),
        entries: [
          { account: "promotions", amountNanos: -1n },
          { account: "wallet", amountNanos: 2n },
        ],
      }),
    ),
  ).rejects.toThrow("does not balance");
});

test("the database itself refuses a transaction that doesn't balance, at commit", async () => {
  await expect(
    database.sql.begin(async (tx) => {
      await tx`insert into ledger_transactions (id, workspace_id, kind, reference, description)
        values ('txn_bad', ${scope.workspaceId}, 'adjustment', 'bad', 'bad')`;
      await tx`insert into ledger_entries (transaction_id, account, workspace_id, amount_nanos)
        values ('txn_bad', 'wallet', ${scope.workspaceId}, 5)`;
    }),
  ).rejects.toThrow("does not balance");
});

test("a credit to a workspace without a balance fails instead of getting lost", async () => {
  const other = await createTestScope(database.db);
  await database.db.execute(sql`delete from budgets where workspace_id = ${other.workspaceId}`);
  await expect(
    database.db.transaction((tx) =>
      postTransaction(tx, adjust(other.workspaceId, `lost:${other.workspaceId}`, 1n)),
    ),
  ).rejects.toThrow("has no balance");
});

test("what is in the journal can't be changed, removed or truncated", async () => {
  const { db } = database;
  const refusals = [
    db.update(ledgerEntries).set({ amountNanos: 1n }).where(eq(ledgerEntries.account, "wallet")),
    db.delete(ledgerEntries),
    db.update(ledgerTransactions).set({ description: "forged" }),
    db.delete(ledgerTransactions),
    db.execute(sql`truncate ledger_entries`),
    db.execute(sql`truncate ledger_transactions cascade`),
  ];
  for (const refusal of await Promise.allSettled(refusals)) {
    expect(refusal.status).toBe("rejected");
    if (refusal.status === "rejected") {
      expect(String(refusal.reason.cause ?? refusal.reason)).toContain("append-only");
    }
  }
});

import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { type LedgerPosting, postTransaction } from "@/lib/billing/journal";
import { statementFilters } from "@/lib/billing/kinds";
import { getBalance } from "@/lib/billing/queries";
import { exportStatement, listStatement, type StatementLine } from "@/lib/billing/statement";
import { chargeUsage, createTestScope } from "@/lib/billing/testing/workspace";
import { postUsage } from "@/lib/billing/usage-posting";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs, startOfDay } from "@/lib/time";

let database: TestDatabase;
let scope: Scope;
let today: Date;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  const [row] = await database.db.execute<{ now: string }>(sql`select now()::text as now`);
  today = startOfDay(new Date(row?.now ?? ""));
  scope = await createTestScope(database.db);
});
afterAll(() => database.drop());

async function book(
  kind: LedgerPosting["kind"],
  account: "promotions" | "processor" | "disputes" | "receivable",
  amountNanos: bigint,
  at?: Date,
): Promise<void> {
  await database.db.transaction((tx) =>
    postTransaction(tx, {
      workspaceId: scope.workspaceId,
      kind,
      reference: kind === "top_up" ? `top_up:${newId("topUp")}` : newId("event"),
      description: kind,
      entries: [
        { account, amountNanos: -amountNanos },
        { account: "wallet", amountNanos },
      ],
      ...(at ? { at } : {}),
    }),
  );
}

/** A grant, two payments, a refund, two days of usage posted, and some that isn't. */
async function haveHistory(): Promise<void> {
  await book("grant", "promotions", 5_000_000_000n, addMs(today, -3 * dayMs));
  await book("top_up", "processor", 25_000_000_000n, addMs(today, -2 * dayMs));
  await chargeUsage(database.db, scope, addMs(today, -2 * dayMs + 3 * hourMs), 1_000_000_001n);
  await chargeUsage(database.db, scope, addMs(today, -dayMs), 1_234_567n);
  await postUsage(database.db, { includeOpenHour: true });
  await book("top_up", "processor", 10_000_000_000n);
  await book("refund", "processor", -10_000_000_000n);
  await chargeUsage(database.db, scope, today, 7n);
}

const sumOf = (lines: readonly StatementLine[]) =>
  lines.reduce((sum, { amountNanos }) => sum + amountNanos, 0n);

const everything = { from: null, to: null };

test("an export holds the page's lines, and with what isn't posted yet it adds up to the balance", async () => {
  await haveHistory();
  const { lines, unposted } = await exportStatement(database.db, scope, everything);
  const { lines: shown } = await listStatement(database.db, scope, { olderThan: null, limit: 99 });
  expect(lines).toEqual(shown);
  const { balanceNanos } = await getBalance(database.db, scope);
  expect(unposted).toEqual({ amountNanos: -7n, balanceAfterNanos: balanceNanos });
  expect(sumOf(lines) + (unposted?.amountNanos ?? 0n)).toBe(balanceNanos);
});

test("a filter leaves out lines and not the money in the balances after them", async () => {
  await haveHistory();
  const all = await listStatement(database.db, scope, { olderThan: null, limit: 99 });
  const { kinds } = statementFilters.payments;
  const page = await listStatement(database.db, scope, { olderThan: null, limit: 2, kinds });
  const rest = await listStatement(database.db, scope, {
    olderThan: page.olderThan,
    limit: 2,
    kinds,
  });
  const wanted = all.lines.filter(({ kind }) => kind === "top_up" || kind === "refund");
  expect([...page.lines, ...rest.lines]).toEqual(wanted);
  expect(rest.olderThan).toBeNull();
  expect(page.walletNanos).toBe(sumOf(all.lines));
});

test("an export of some days has each of their lines, and today's unposted usage only with today", async () => {
  await haveHistory();
  const day = (ms: number) => addMs(today, ms).toISOString().slice(0, 10);
  const { lines: all } = await exportStatement(database.db, scope, everything);
  const range = { from: day(-2 * dayMs), to: day(-dayMs) };
  const { lines, unposted } = await exportStatement(database.db, scope, range);
  const isInRange = ({ at }: StatementLine) => at >= addMs(today, -2 * dayMs) && at < today;
  expect(lines).toEqual(all.filter(isInRange));
  expect(lines).toHaveLength(3);
  expect(unposted).toBeNull();
  const now = await exportStatement(database.db, scope, { from: day(0), to: day(0) });
  expect(now.unposted?.amountNanos).toBe(-7n);
  const kinds = statementFilters.credits.kinds;
  expect((await exportStatement(database.db, scope, { ...everything, kinds })).unposted).toBeNull();
});

test("P14 an export holds nothing of another workspace", async () => {
  await haveHistory();
  const other = await createTestScope(database.db);
  const { lines, unposted } = await exportStatement(database.db, other, everything);
  expect({ lines, unposted }).toEqual({ lines: [], unposted: null });
});

test("the balance tells granted from paid credit, and both are all of it", async () => {
  await haveHistory();
  const before = await getBalance(database.db, scope);
  expect(before.grantedNanos).toBe(5_000_000_000n - 1_000_000_001n - 1_234_567n - 7n);
  expect(before.paidNanos).toBe(25_000_000_000n);
  await book("code", "promotions", 2_000_000_000n);
  const after = await getBalance(database.db, scope);
  expect(after.grantedNanos - before.grantedNanos).toBe(2_000_000_000n);
  expect(after.grantedNanos + after.paidNanos).toBe(after.balanceNanos);
});

test("what a customer owes is told, and is none where there is none", async () => {
  await book("top_up", "processor", 5_000_000_000n);
  expect((await getBalance(database.db, scope)).debtNanos).toBe(0n);
  await database.db.transaction((tx) =>
    postTransaction(tx, {
      ...{ workspaceId: scope.workspaceId, kind: "dispute", reference: newId("event") },
      description: "Dispute",
      entries: [
        { account: "disputes", amountNanos: 8_000_000_000n },
        { account: "wallet", amountNanos: -5_000_000_000n },
        { account: "receivable", amountNanos: -3_000_000_000n },
      ],
    }),
  );
  const balance = await getBalance(database.db, scope);
  expect(balance).toMatchObject({ debtNanos: 3_000_000_000n, paidNanos: 0n, grantedNanos: 0n });
});

import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { grantWelcomeCredit } from "@/lib/billing/journal";
import { getBalance } from "@/lib/billing/queries";
import { listStatement } from "@/lib/billing/statement";
import { readSums } from "@/lib/billing/testing/ledger";
import { chargeUsage, createTestScope } from "@/lib/billing/testing/workspace";
import { postUsage } from "@/lib/billing/usage-posting";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { addMs, hourMs, startOfHour } from "@/lib/time";

let database: TestDatabase;
let scope: Scope;
let thisHour: Date;
const hoursAgo = (hours: number) => addMs(thisHour, -hours * hourMs);

beforeAll(async () => {
  database = await createTestDatabase();
});

beforeEach(async () => {
  const { db } = database;
  const [row] = await db.execute<{ ms: string }>(
    sql`select extract(epoch from now()) * 1000 as ms`,
  );
  thisHour = startOfHour(new Date(Number(row?.ms)));
  await postUsage(db, { includeOpenHour: true });
  scope = await createTestScope(db);
  await db.transaction((tx) =>
    grantWelcomeCredit(tx, { workspaceId: scope.workspaceId, amountNanos: usdToNanos("5") }),
  );
});

afterAll(() => database.drop());

test("closed hours are posted to the nano-dollar and the running one is left", async () => {
  const { db } = database;
  await chargeUsage(db, scope, hoursAgo(2), 123_456_789n);
  await chargeUsage(db, scope, hoursAgo(2), 1n, "glm-4.7");
  await chargeUsage(db, scope, hoursAgo(1), 10n);
  await chargeUsage(db, scope, thisHour, 7n);
  expect(await postUsage(db)).toBe(2);
  expect(await readSums(db, scope)).toEqual({
    everything: 0n,
    wallet: 5_000_000_000n - 123_456_800n,
    balance: 5_000_000_000n - 123_456_807n,
    unposted: 7n,
    transactions: 3,
  });
  expect(await postUsage(db)).toBe(0);
  expect(await postUsage(db, { includeOpenHour: true })).toBe(1);
  expect((await readSums(db, scope)).unposted).toBe(0n);
});

test("what reaches an hour after it was posted is posted as a difference", async () => {
  const { db } = database;
  await chargeUsage(db, scope, hoursAgo(3), 100n);
  expect(await postUsage(db)).toBe(1);
  await chargeUsage(db, scope, hoursAgo(3), 23n);
  expect(await postUsage(db)).toBe(1);
  expect(await readSums(db, scope)).toMatchObject({
    everything: 0n,
    wallet: 5_000_000_000n - 123n,
    unposted: 0n,
    transactions: 3,
  });
});

test("posting in parallel, while charges come in, books each nano-dollar once", async () => {
  const { db } = database;
  let charged = 0n;
  for (let round = 1; round <= 8; round++) {
    const charges = Array.from({ length: 4 }, (_, i) => {
      const cost = BigInt(round * 10 + i);
      charged += cost;
      return chargeUsage(db, scope, hoursAgo(1 + (i % 3)), cost, `model-${i}`);
    });
    await Promise.all([...charges, postUsage(db), postUsage(db), postUsage(db)]);
    // All of these find the same hours due before any of them has posted.
    await Promise.all(Array.from({ length: 4 }, () => postUsage(db)));
  }
  await postUsage(db);
  expect(await readSums(db, scope)).toMatchObject({
    everything: 0n,
    wallet: 5_000_000_000n - charged,
    balance: 5_000_000_000n - charged,
    unposted: 0n,
  });
});

test("the budget is never touched by posting", async () => {
  const { db } = database;
  await chargeUsage(db, scope, hoursAgo(1), 42n);
  const before = await getBalance(db, scope);
  await postUsage(db);
  const after = await getBalance(db, scope);
  expect(after.balanceNanos).toBe(before.balanceNanos);
  expect(before.journalNanos - before.balanceNanos).toBe(42n);
  expect(after.journalNanos).toBe(after.balanceNanos);
});

test("a backdated month reads as a statement whose running balance adds up over all pages", async () => {
  const { db } = database;
  for (let i = 1; i <= 60; i++) await chargeUsage(db, scope, hoursAgo(i * 7), BigInt(i) * 1_000n);
  await postUsage(db, { backdate: true });

  const lines = [];
  let olderThan: string | null = null;
  do {
    const page = await listStatement(db, scope, { olderThan, limit: 4 });
    lines.push(...page.lines);
    olderThan = page.olderThan;
  } while (olderThan);

  const { journalNanos } = await getBalance(db, scope);
  expect(lines[0]?.balanceAfterNanos).toBe(journalNanos);
  for (const [index, line] of lines.entries()) {
    const before = lines[index + 1]?.balanceAfterNanos ?? 0n;
    expect(line.balanceAfterNanos - line.amountNanos).toBe(before);
  }
  const days = lines.filter((line) => line.usage !== null).map((line) => line.usage?.day);
  expect(new Set(days).size).toBe(days.length);
  expect(lines.reduce((hours, line) => hours + (line.usage?.hours ?? 0), 0)).toBe(60);
});

test("a statement holds nothing of another workspace", async () => {
  const other = await createTestScope(database.db);
  expect(await listStatement(database.db, other, { olderThan: null, limit: 10 })).toEqual({
    lines: [],
    walletNanos: null,
    olderThan: null,
  });
});

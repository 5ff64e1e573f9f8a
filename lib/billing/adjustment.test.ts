import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { adjustBalance, grantCredit } from "@/lib/billing/adjustment";
import { createCreditCode, disableCreditCode } from "@/lib/billing/codes";
import { findCreditAccounts, listCodes, listCreditActs } from "@/lib/billing/credit-queries";
import { AdjustBalance, CreateCode } from "@/lib/billing/credit-schema";
import { readSums } from "@/lib/billing/testing/ledger";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { verifyLedger } from "@/lib/billing/verification";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let scope: Scope;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await createTestScope(database.db);
});

const origin = { address: "203.0.113.9", userAgent: "test" };
let count = 0;
const movement = (amountNanos: bigint, nonce = `nonce-of-the-form-${++count}`) => ({
  ...{ workspaceId: scope.workspaceId, amountNanos, reason: "Because", nonce },
  ...{ actorId: null, operatorId: scope.userId },
});

test("ten presses at the same moment are one grant, and one adjustment that takes all there is", async () => {
  const grant = movement(usdToNanos("10"));
  const granted = await Promise.all(
    Array.from({ length: 10 }, () => grantCredit(database.db, grant, origin)),
  );
  expect(granted.filter((id) => id !== null)).toHaveLength(1);
  const take = movement(-usdToNanos("10"));
  const taken = await Promise.all(
    Array.from({ length: 10 }, () => adjustBalance(database.db, take, origin)),
  );
  expect(taken.filter((id) => id !== null)).toHaveLength(1);
  expect(await readSums(database.db, scope)).toMatchObject({ wallet: 0n, balance: 0n });
  await expect(
    grantCredit(database.db, { ...grant, amountNanos: 7n }, origin),
  ).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("$10.00") });
  const rows = await database.sql`
    select action, actor_type, actor_id, address from audit_log
    where workspace_id = ${scope.workspaceId} order by at`;
  expect([...rows]).toEqual(
    ["credit.granted", "balance.adjusted"].map((action) => ({
      ...{ action, actor_type: "operator", actor_id: scope.userId, address: origin.address },
    })),
  );
});

test("P3 whatever is granted and adjusted, the balance is never below zero and the books stay in order", async () => {
  const step = fc.record({
    isGrant: fc.boolean(),
    cents: fc.integer({ min: -5_000, max: 5_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      scope = await createTestScope(database.db);
      let expected = 0n;
      for (const { isGrant, cents } of steps) {
        const amountNanos = BigInt(cents) * 10_000_000n;
        const book = isGrant ? grantCredit : adjustBalance;
        const isFine = isGrant
          ? amountNanos > 0n
          : amountNanos !== 0n && expected + amountNanos >= 0n;
        const booked = await book(database.db, movement(amountNanos)).then(
          () => true,
          (error: unknown) => {
            expect(error).toMatchObject({ name: "AppError" });
            return false;
          },
        );
        expect(booked).toBe(isFine);
        if (isFine) expected += amountNanos;
        const sums = await readSums(database.db, scope);
        expect(sums).toMatchObject({ everything: 0n, wallet: expected, balance: expected });
      }
    }),
    { numRuns: 12 },
  );
  expect((await verifyLedger(database.sql)).breaches).toEqual([]);
});

test("accounts are found by id, by name and by a member's address, and never deleted ones", async () => {
  const { db, sql } = database;
  const [user] = await sql`select email from users where id = ${scope.userId}`;
  const name = `Acme ${scope.workspaceId}`;
  await sql`update workspaces set name = ${name} where id = ${scope.workspaceId}`;
  await grantCredit(db, movement(usdToNanos("3")));
  for (const term of [scope.workspaceId, name.toUpperCase(), String(user?.email).toUpperCase()]) {
    expect(await findCreditAccounts(db, term)).toEqual([
      {
        ...{ workspaceId: scope.workspaceId, name, owners: [user?.email] },
        ...{ balanceNanos: usdToNanos("3"), heldNanos: 0n },
      },
    ]);
  }
  expect(await findCreditAccounts(db, "")).toEqual([]);
  expect(await findCreditAccounts(db, "%")).toEqual([]);
  await sql`update workspaces set deleted_at = now() where id = ${scope.workspaceId}`;
  expect(await findCreditAccounts(db, scope.workspaceId)).toEqual([]);
  expect(await listCreditActs(db)).toContainEqual(
    expect.objectContaining({ workspaceName: name, amountNanos: usdToNanos("3") }),
  );
});

test("codes are listed with what is left of them, and never in clear", async () => {
  const { db, sql } = database;
  const operator = { userId: scope.userId, origin };
  const make = (more: object = {}) =>
    createCreditCode(db, {
      ...{ amountNanos: usdToNanos("5"), usesMax: 2, description: "Launch", actorId: null },
      ...{ operator, ...more },
    });
  const active = await make();
  const expired = await make({ expiresAt: new Date(Date.now() - 1_000) });
  const disabled = await make();
  await disableCreditCode(db, disabled.id, null, operator);
  const usedUp = await make();
  await sql`update credit_codes set uses = 2 where id = ${usedUp.id}`;
  const { codes, total } = await listCodes(db, 0);
  expect(total).toBe(4);
  const statuses = Object.fromEntries(codes.map(({ id, status }) => [id, status]));
  expect(statuses).toEqual({
    [active.id]: "active",
    [expired.id]: "expired",
    [disabled.id]: "disabled",
    [usedUp.id]: "used_up",
  });
  for (const { code } of [active, expired, disabled, usedUp]) {
    expect(JSON.stringify(codes, (_, value) => String(value))).not.toContain(code);
  }
  expect((await listCodes(db, 1)).codes).toEqual([]);
});

test("a code can be redeemed through all of its last day", () => {
  const code = {
    ...{ amountUsd: "5", usesMax: "1", description: "Launch" },
    nonce: "0123456789abcdef",
  };
  const expiry = (lastDay: string) => CreateCode.parse({ ...code, lastDay }).lastDay;
  expect(expiry("2026-12-31")).toEqual(new Date("2027-01-01T00:00:00Z"));
  expect(expiry("")).toBeNull();
});

test("who enters too much is told how much is allowed", () => {
  const parsed = CreateCode.safeParse({
    ...{ amountUsd: "1000000", usesMax: "1000000", description: "Launch", lastDay: "" },
    nonce: "0123456789abcdef",
  });
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
    "Enter at most $100,000.00.",
    "Enter 1 to 100,000.",
  ]);
});

test.each([
  [{ amountUsd: "0" }, "amountUsd"],
  [{ amountUsd: "-5" }, "amountUsd"],
  [{ amountUsd: "1.005" }, "amountUsd"],
  [{ amountUsd: "100000.01" }, "amountUsd"],
  [{ reason: " " }, "reason"],
  [{ reason: "a\nb" }, "reason"],
  [{ nonce: "short" }, "nonce"],
  [{ direction: "up" }, "direction"],
])("an adjustment that makes no sense isn't taken: %o", (more, field) => {
  const valid = {
    ...{ workspaceId: "ws_1", amountUsd: "25", reason: "Refund", direction: "take" },
    nonce: "0123456789abcdef",
  };
  expect(AdjustBalance.safeParse(valid).success).toBe(true);
  const parsed = AdjustBalance.safeParse({ ...valid, ...more });
  expect(parsed.error?.issues[0]?.path[0]).toBe(field);
});

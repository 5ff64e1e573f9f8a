import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { codeTextOf, newCodeText, normalizeCode } from "@/lib/billing/code-text";
import { createCreditCode, disableCreditCode, redeemCode } from "@/lib/billing/codes";
import { readSums } from "@/lib/billing/testing/ledger";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { verifyLedger } from "@/lib/billing/verification";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let scope: Scope;
const origin = { address: "203.0.113.9", userAgent: "test" };
const notValid = { code: "VALIDATION_ERROR", fields: { code: "This code isn't valid." } };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await createTestScope(database.db);
});

const make = (usesMax = 1, expiresAt: Date | null = null) =>
  createCreditCode(database.db, {
    ...{ amountNanos: usdToNanos("10"), usesMax, expiresAt, actorId: null },
    description: "Launch credit",
  });
const redeem = (code: string, as = scope) => redeemCode(database.db, as, { code }, origin);

describe("the text", () => {
  test("has 80 bits in four groups, and reads the same however it is typed", () => {
    fc.assert(
      fc.property(fc.nat(3), fc.boolean(), fc.boolean(), (spaces, isLower, isMisread) => {
        const code = newCodeText();
        expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
        let typed = code.replaceAll("-", [" ", "", "\u2013", " - "][spaces] ?? "");
        if (isLower) typed = typed.toLowerCase();
        if (isMisread) typed = typed.replaceAll("0", "O").replaceAll("1", "l");
        expect(normalizeCode(`  ${typed}\t`)).toBe(code.replaceAll("-", ""));
      }),
    );
  });

  test("of anything else is no code", () => {
    for (const text of ["", "ABCD-ABCD-ABCD-ABC", "ABCD-ABCD-ABCD-ABCDE", "ABCD-ABCD-ABCD-ABCU"]) {
      expect(normalizeCode(text)).toBeNull();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const normalized = normalizeCode(text);
        expect(normalized === null || /^[0-9A-HJKMNP-TV-Z]{16}$/.test(normalized)).toBe(true);
      }),
    );
  });
});

describe("the code of a form", () => {
  const key = new Uint8Array(32).fill(7);
  const terms = {
    amountNanos: usdToNanos("5"),
    usesMax: 2,
    actorId: null,
    description: "Of a form",
  };

  test("is one however often it is sent, ten times at the same moment too, with one row in the log", async () => {
    const code = codeTextOf(key, "usr_1 0123456789abcdef");
    const made = await Promise.all(
      Array.from({ length: 10 }, () => createCreditCode(database.db, { ...terms, code })),
    );
    expect(new Set(made.map((each) => `${each.id} ${each.code}`)).size).toBe(1);
    expect(made.filter((each) => each.isNew)).toHaveLength(1);
    const rows = await database.sql`
      select action from audit_log where target_id = ${made[0]?.id ?? ""}`;
    expect(rows).toEqual([{ action: "credit_code.created" }]);
    expect(await redeem(code)).toMatchObject({ description: "Of a form" });
  });

  test("keeps its terms: with others it is refused", async () => {
    const code = codeTextOf(key, "usr_1 another-form-0001");
    const expiresAt = new Date("2099-01-01T00:00:00Z");
    await createCreditCode(database.db, { ...terms, code, expiresAt });
    const others = [
      { ...terms, expiresAt, amountNanos: usdToNanos("6") },
      { ...terms, expiresAt, usesMax: 3 },
      { ...terms, expiresAt, description: "Another" },
      { ...terms, expiresAt: null },
    ];
    for (const other of others) {
      await expect(createCreditCode(database.db, { ...other, code })).rejects.toMatchObject({
        code: "CONFLICT",
      });
    }
    expect(await createCreditCode(database.db, { ...terms, code, expiresAt })).toMatchObject({
      isNew: false,
    });
  });

  test("is another for another form, another person and another secret", () => {
    const texts = [
      codeTextOf(key, "usr_1 form-a"),
      codeTextOf(key, "usr_1 form-b"),
      codeTextOf(key, "usr_2 form-a"),
      codeTextOf(new Uint8Array(32).fill(8), "usr_1 form-a"),
    ];
    expect(new Set(texts).size).toBe(4);
    for (const text of texts) expect(normalizeCode(text)).toBe(text.replaceAll("-", ""));
  });
});

test("a code brings its credit at once, is in the journal and the audit trail, and nowhere in clear", async () => {
  const { code, hint } = await make();
  const redeemed = await redeem(code.toLowerCase());
  expect(redeemed).toEqual({ amountNanos: usdToNanos("10"), description: "Launch credit" });
  expect(await readSums(database.db, scope)).toMatchObject({
    ...{ everything: 0n, wallet: usdToNanos("10"), balance: usdToNanos("10"), transactions: 1 },
  });
  const [act] = await database.sql`
    select details, address from audit_log
    where workspace_id = ${scope.workspaceId} and action = 'credit_code.redeemed'`;
  expect(act).toMatchObject({ details: { hint }, address: origin.address });
  const plain = code.replaceAll("-", "");
  const [dump] = await database.sql`
    select (select string_agg(c::text, '') from credit_codes c)
      || (select string_agg(a::text, '') from audit_log a)
      || (select string_agg(t::text, '') from ledger_transactions t) as text`;
  expect(String(dump?.text)).toContain(hint);
  expect(String(dump?.text)).not.toContain(plain);
  expect(String(dump?.text)).not.toContain(code);
});

test("P2 of 20 workspaces that redeem a code with 3 uses at the same moment exactly 3 are credited", async () => {
  const { code, id } = await make(3);
  const scopes = await Promise.all(Array.from({ length: 20 }, () => createTestScope(database.db)));
  const outcomes = await Promise.allSettled(scopes.map((each) => redeem(code, each)));
  const refused = outcomes.filter((each) => each.status === "rejected");
  expect(refused).toHaveLength(17);
  for (const each of refused) expect(each.reason).toMatchObject(notValid);
  const [row] = await database.sql`
    select uses, (select count(*)::int from code_redemptions where code_id = ${id}) as redeemed,
      (select count(*)::int from ledger_transactions where reference like ${`code:${id}:%`}) as booked
    from credit_codes where id = ${id}`;
  expect(row).toEqual({ uses: 3, redeemed: 3, booked: 3 });
  expect((await verifyLedger(database.sql)).breaches).toEqual([]);
});

test("a workspace redeems a code once, ten times at the same moment too, and is told so", async () => {
  const { code } = await make(50);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => redeem(code)));
  expect(outcomes.filter((each) => each.status === "fulfilled")).toHaveLength(1);
  expect((await readSums(database.db, scope)).wallet).toBe(usdToNanos("10"));
  await expect(redeem(code)).rejects.toMatchObject({
    fields: { code: "This workspace has already redeemed this code." },
  });
});

test("unknown, expired, disabled and used-up codes are refused in the same words", async () => {
  const expired = await make(1, new Date(Date.now() - 1_000));
  const disabled = await make(1);
  expect(await disableCreditCode(database.db, disabled.id, null)).toBe(true);
  expect(await disableCreditCode(database.db, disabled.id, null)).toBe(false);
  const usedUp = await make(1);
  await redeem(usedUp.code, await createTestScope(database.db));
  const codes = [newCodeText(), expired.code, disabled.code, usedUp.code, "no code at all"];
  const messages = new Set<string>();
  for (const code of codes) {
    const error: unknown = await redeem(code).catch((reason: unknown) => reason);
    expect(error).toMatchObject(notValid);
    messages.add(String(error));
  }
  expect(messages.size).toBe(1);
  expect((await readSums(database.db, scope)).wallet).toBe(0n);
});

test("ten wrong codes an hour are let through for a workspace, also at the same moment, and others aren't held up", async () => {
  const guesses = await Promise.allSettled(Array.from({ length: 25 }, () => redeem(newCodeText())));
  const reasons = guesses.map((each) => (each.status === "rejected" ? each.reason.code : "ok"));
  expect(reasons.filter((code) => code === "VALIDATION_ERROR")).toHaveLength(10);
  expect(reasons.filter((code) => code === "RATE_LIMITED")).toHaveLength(15);
  const { code } = await make(2);
  const held: unknown = await redeem(code).catch((reason: unknown) => reason);
  expect(held).toMatchObject({ code: "RATE_LIMITED" });
  expect(Reflect.get(Object(held), "retryAfterSeconds")).toBeGreaterThan(3_500);
  await redeem(code, await createTestScope(database.db));
  await database.sql`
    update throttles set window_start = now() - interval '1 hour'
    where subject = ${`credit-code:${scope.workspaceId}`}`;
  await redeem(code);
});

test("good codes don't count as guesses", async () => {
  for (let i = 0; i < 12; i++) await redeem((await make()).code);
  expect((await readSums(database.db, scope)).wallet).toBe(usdToNanos("120"));
});

test.each(["developer", "viewer"] as const)("a %s can't redeem", async (role) => {
  const { code } = await make();
  await expect(redeem(code, { ...scope, role })).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test.each([
  [{ amountNanos: 0n, usesMax: 1 }],
  [{ amountNanos: -1n, usesMax: 1 }],
  [{ amountNanos: 1n, usesMax: 0 }],
  [{ amountNanos: 1n, usesMax: 1.5 }],
])("a code that makes no sense isn't made: %o", async (input) => {
  const made = createCreditCode(database.db, { ...input, description: "", actorId: null });
  await expect(made).rejects.toThrow(RangeError);
});

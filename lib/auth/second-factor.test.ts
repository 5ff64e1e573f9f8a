import { eq, sql } from "drizzle-orm";
import { generateSync } from "otplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recoveryCodes, secondFactors, sessions, throttles } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { findChallenge } from "@/lib/auth/challenge";
import { normalizeRecoveryCode } from "@/lib/auth/recovery-codes";
import {
  beginEnrolment,
  confirmEnrolment,
  getSecondFactor,
  hasSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  spendCode,
} from "@/lib/auth/second-factor";
import { signInWithCode, signInWithPassword } from "@/lib/auth/sign-in";
import {
  actsOn,
  openTestAccount,
  testPassword,
  testSecret,
  testVisitor,
} from "@/lib/auth/testing/account";
import { findTotpStep } from "@/lib/auth/totp";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The code of a moment so many steps from now. */
function codeOf(secret: string, steps = 0): string {
  return generateSync({
    strategy: "totp",
    secret,
    epoch: Math.floor(Date.now() / 1_000) + 30 * steps,
  });
}

async function enrolled(email: string) {
  const { db } = database;
  const scope = await openTestAccount(db, email);
  const { secret } = await beginEnrolment(db, scope, { email }, testSecret);
  const firstCode = codeOf(secret);
  const codes = await confirmEnrolment(db, scope, firstCode, testSecret, testVisitor);
  return { scope, secret, codes, firstCode };
}

/** As if nobody had used a code lately: real people wait for the next one, tests can't. */
async function forgetStep(scope: Scope): Promise<void> {
  await database.db
    .update(secondFactors)
    .set({ lastStep: null })
    .where(eq(secondFactors.userId, scope.userId));
}

async function signInFor(email: string) {
  const outcome = await signInWithPassword(
    database.db,
    { email, password: testPassword },
    testVisitor,
  );
  if (outcome.kind !== "challenge") throw new Error("no code was asked for");
  return outcome.token;
}

const wrong = { code: "VALIDATION_ERROR", fields: { code: expect.any(String) } };

test("a code counts in its own half minute, the one before and the one after", () => {
  const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  const at = 1_000_000_020;
  const code = generateSync({ strategy: "totp", secret, epoch: at });
  const step = Math.floor(at / 30);
  for (const offset of [-30, 0, 30]) expect(findTotpStep(secret, code, at + offset)).toBe(step);
  for (const offset of [-60, 60, 90]) expect(findTotpStep(secret, code, at + offset)).toBeNull();
  for (const text of ["", "12345", "1234567", "abcdef", "１２３４５６"]) {
    expect(findTotpStep(secret, text, at)).toBeNull();
  }
});

test("the second factor is off until the app's first code is right", async () => {
  const { db } = database;
  const scope = await openTestAccount(db, "begin@example.com");
  const { secret, address } = await beginEnrolment(db, scope, scope, testSecret);
  expect(address).toMatch(/^otpauth:\/\/totp\/.*begin/);
  await expect(
    confirmEnrolment(db, scope, "000000", testSecret, testVisitor),
  ).rejects.toMatchObject(wrong);
  expect(await hasSecondFactor(db, scope.userId)).toBe(false);
  const codes = await confirmEnrolment(db, scope, codeOf(secret), testSecret, testVisitor);
  expect(new Set(codes).size).toBe(10);
  expect(await getSecondFactor(db, scope)).toMatchObject({ codesLeft: 10 });
  await expect(beginEnrolment(db, scope, scope, testSecret)).rejects.toMatchObject({
    code: "CONFLICT",
  });
  expect(await actsOn(db, scope.userId)).toContain("second_factor.enabled");
});

test("neither the app's secret nor a recovery code is in the database in clear", async () => {
  const { secret, codes, scope } = await enrolled("sealed@example.com");
  const rows = await database.db.execute(sql`
    select encode(secret, 'escape') as text from ${secondFactors}
    union all select encode(code_hash, 'escape') from ${recoveryCodes}`);
  const all = JSON.stringify(rows);
  for (const text of [
    secret,
    ...codes,
    ...codes.map((code) => normalizeRecoveryCode(code) ?? ""),
  ]) {
    expect(all).not.toContain(text);
  }
  // A row passed off as another user's opens nothing.
  const other = await enrolled("neighbour@example.com");
  await database.db.execute(sql`
    update ${secondFactors} set last_step = null,
      secret = (select secret from ${secondFactors} where user_id = ${scope.userId})
    where user_id = ${other.scope.userId}`);
  await expect(
    spendCode(database.db, other.scope.userId, codeOf(secret), testSecret),
  ).rejects.toMatchObject(wrong);
});

test("with a second factor a password opens no session, and the code opens one", async () => {
  const { db } = database;
  const { scope, secret } = await enrolled("two@example.com");
  const before = await db.select().from(sessions).where(eq(sessions.userId, scope.userId));
  const token = await signInFor("two@example.com");
  expect(await findChallenge(db, token)).toMatchObject({ userId: scope.userId });
  expect(await db.select().from(sessions).where(eq(sessions.userId, scope.userId))).toHaveLength(
    before.length,
  );
  await forgetStep(scope);
  const code = codeOf(secret);
  const opened = await signInWithCode(db, { token, code, authSecret: testSecret }, testVisitor);
  expect(opened).toMatchObject({ userId: scope.userId, kind: "app" });
  expect(await findChallenge(db, token)).toBeNull();
});

test("a used code isn't taken twice, nor one from before it", async () => {
  const { db } = database;
  const { scope, secret, firstCode } = await enrolled("replay@example.com");
  const spend = (code: string) => spendCode(db, scope.userId, code, testSecret);
  await expect(spend(firstCode)).rejects.toMatchObject(wrong);
  const next = codeOf(secret, 1);
  expect(await spend(next)).toBe("app");
  await expect(spend(next)).rejects.toMatchObject(wrong);
  await expect(spend(firstCode)).rejects.toMatchObject(wrong);
});

test("of one code entered five times at once one is taken", async () => {
  const { db } = database;
  const { scope, secret } = await enrolled("race@example.com");
  await forgetStep(scope);
  const code = codeOf(secret);
  const tries = await Promise.allSettled(
    Array.from({ length: 5 }, () => spendCode(db, scope.userId, code, testSecret)),
  );
  expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
});

test("a recovery code signs in once, however it is typed", async () => {
  const { db } = database;
  const { scope, codes } = await enrolled("lost@example.com");
  const [first = "", second = ""] = codes;
  const enter = async (code: string) =>
    await signInWithCode(
      db,
      { token: await signInFor("lost@example.com"), code, authSecret: testSecret },
      testVisitor,
    );
  expect(await enter(` ${first.toUpperCase()} `)).toMatchObject({ kind: "recovery" });
  await expect(enter(first)).rejects.toMatchObject(wrong);
  expect(await enter(second.replace("-", ""))).toMatchObject({ kind: "recovery" });
  expect(await getSecondFactor(db, scope)).toMatchObject({ codesLeft: 8 });
  expect(await actsOn(db, scope.userId)).toContain("second_factor.recovery_code_used");
});

test("the sixth wrong code has to wait, and the right one waits with it", async () => {
  const { db } = database;
  const { scope, secret } = await enrolled("guess@example.com");
  await forgetStep(scope);
  for (let i = 0; i < 5; i++) {
    await expect(spendCode(db, scope.userId, "000000", testSecret)).rejects.toMatchObject(wrong);
  }
  await expect(spendCode(db, scope.userId, codeOf(secret), testSecret)).rejects.toMatchObject({
    code: "RATE_LIMITED",
  });
  await db.update(throttles).set({ lastFailedAt: sql`now() - interval '1 minute'` });
  expect(await spendCode(db, scope.userId, codeOf(secret), testSecret)).toBe("app");
});

test("a question for a code ends after ten minutes", async () => {
  const { db } = database;
  const { scope, secret } = await enrolled("slow@example.com");
  const token = await signInFor("slow@example.com");
  await db.execute(sql`update sign_in_challenges set expires_at = now()`);
  await forgetStep(scope);
  await expect(
    signInWithCode(db, { token, code: codeOf(secret), authSecret: testSecret }, testVisitor),
  ).rejects.toMatchObject({ code: "INVALID_TOKEN" });
});

test("new recovery codes replace the old, and turning it off takes all away", async () => {
  const { db } = database;
  const { scope, codes } = await enrolled("off@example.com");
  const renewed = await renewRecoveryCodes(db, scope, testSecret, testVisitor);
  await expect(spendCode(db, scope.userId, codes[0] ?? "", testSecret)).rejects.toMatchObject(
    wrong,
  );
  expect(await spendCode(db, scope.userId, renewed[0] ?? "", testSecret)).toBe("recovery");
  await removeSecondFactor(db, scope, testVisitor);
  expect(await hasSecondFactor(db, scope.userId)).toBe(false);
  await expect(removeSecondFactor(db, scope, testVisitor)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(spendCode(db, scope.userId, renewed[1] ?? "", testSecret)).rejects.toMatchObject(
    wrong,
  );
});

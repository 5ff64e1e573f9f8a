import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { throttles } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import {
  accountPolicy,
  accountSubject,
  forgiveAttempt,
  type ThrottlePolicy,
  takeAttempt,
  takeSignInAttempt,
  takeSignUpAttempt,
  tooManyAttempts,
  waitMs,
} from "@/lib/auth/throttle";
import { addMs, dayMs, hourMs, minuteMs, secondMs } from "@/lib/time";

const now = new Date("2026-03-01T12:00:00Z");
const windowPolicy: ThrottlePolicy = { kind: "window", failuresMax: 3, windowMs: 15 * minuteMs };

function countOf(failures: number, agoMs: number) {
  return { failures, windowStart: addMs(now, -agoMs), lastFailedAt: addMs(now, -agoMs) };
}

describe("the decision", () => {
  test.each([
    [4, 0],
    [5, 1],
    [6, 2],
    [7, 4],
    [10, 32],
    [14, 512],
    [15, 900],
    [5_000, 900],
  ])("after %i failures an account waits %i s since the last one", (failures, seconds) => {
    expect(waitMs(accountPolicy, countOf(failures, 0), now)).toBe(seconds * secondMs);
    expect(waitMs(accountPolicy, countOf(failures, seconds * secondMs), now)).toBe(0);
  });

  test("an account is never locked: the longest wait is 15 minutes, and a quiet day forgets it", () => {
    expect(waitMs(accountPolicy, countOf(1_000_000, 15 * minuteMs), now)).toBe(0);
    expect(waitMs(accountPolicy, countOf(1_000_000, dayMs), now)).toBe(0);
  });

  test("a full window opens again when it ends, counted from its first failure", () => {
    expect(waitMs(windowPolicy, countOf(2, minuteMs), now)).toBe(0);
    expect(waitMs(windowPolicy, countOf(3, minuteMs), now)).toBe(14 * minuteMs);
    expect(waitMs(windowPolicy, countOf(3, 15 * minuteMs), now)).toBe(0);
    expect(waitMs(windowPolicy, null, now)).toBe(0);
  });

  test("the wait is told in whole seconds, rounded up", () => {
    expect(tooManyAttempts(1).message).toContain("in 1 second.");
    expect(tooManyAttempts(1_001)).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 2 });
    expect(tooManyAttempts(15 * minuteMs).message).toContain("900 seconds (15 minutes)");
  });
});

describe("the statement", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** Moves a subject's past further back, instead of waiting. */
  async function letPass(subject: string, ms: number): Promise<void> {
    const shift = sql`${`${ms} ms`}::interval`;
    await database.db
      .update(throttles)
      .set({
        windowStart: sql`${throttles.windowStart} - ${shift}`,
        lastFailedAt: sql`${throttles.lastFailedAt} - ${shift}`,
      })
      .where(eq(throttles.subject, subject));
  }

  test("of 40 attempts at once on one account exactly the five free ones pass", async () => {
    const waits = await Promise.all(
      Array.from({ length: 40 }, () => takeAttempt(database.db, "race", accountPolicy)),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  });

  test("the statement and the pure decision agree for every policy, count and age", async () => {
    const policies = [accountPolicy, windowPolicy];
    const ages = [0, 900, 3_000, 40_000, 10 * minuteMs, 16 * minuteMs, hourMs, 25 * hourMs];
    for (const policy of policies) {
      for (const failures of [1, 2, 3, 4, 5, 6, 7, 9, 12, 16, 2_000_000]) {
        for (const age of ages) {
          const subject = `model:${policy.kind}:${failures}:${age}`;
          await database.db
            .insert(throttles)
            .values({ subject, failures, windowStart: sql`now()`, lastFailedAt: sql`now()` });
          await letPass(subject, age);
          const expected = waitMs(policy, countOf(failures, age), now);
          const actual = await takeAttempt(database.db, subject, policy);
          expect(actual === 0, `${subject} ${expected} ${actual}`).toBe(expected === 0);
        }
      }
    }
  });

  test("a refused attempt isn't counted, so that trying again doesn't lengthen the wait", async () => {
    for (let i = 0; i < 5; i++) await takeAttempt(database.db, "patient", accountPolicy);
    for (let i = 0; i < 9; i++) await takeAttempt(database.db, "patient", accountPolicy);
    await letPass("patient", secondMs);
    expect(await takeAttempt(database.db, "patient", accountPolicy)).toBe(0);
    const wait = await takeAttempt(database.db, "patient", accountPolicy);
    expect(wait).toBeGreaterThan(secondMs);
    expect(wait).toBeLessThanOrEqual(2 * secondMs);
  });

  test("an address of its own gets 20 failures in 15 minutes, a shared one 400", async () => {
    const own = { address: "203.0.113.7", shared: false };
    for (let i = 0; i < 20; i++) await takeSignInAttempt(database.db, `a${i}@x.test`, own);
    const refused = takeSignInAttempt(database.db, "b@x.test", own);
    await expect(refused).rejects.toMatchObject({ code: "RATE_LIMITED" });
    const local = { address: "127.0.0.1", shared: true };
    for (let i = 0; i < 30; i++) await takeSignInAttempt(database.db, `c${i}@x.test`, local);
    await letPass("sign-in:address:203.0.113.7", 15 * minuteMs);
    await takeSignInAttempt(database.db, "b@x.test", own);
  });

  test("who is stopped by address doesn't lengthen the account's wait", async () => {
    const own = { address: "203.0.113.8", shared: false };
    for (let i = 0; i < 20; i++) await takeSignInAttempt(database.db, `d${i}@x.test`, own);
    for (let i = 0; i < 10; i++) {
      await takeSignInAttempt(database.db, "victim@x.test", own).catch(() => undefined);
    }
    const subject = accountSubject("victim@x.test");
    const rows = await database.db.select().from(throttles).where(eq(throttles.subject, subject));
    expect(rows).toEqual([]);
  });

  test("sign-ups are five an hour and address", async () => {
    const own = { address: "2001:db8::1", shared: false };
    for (let i = 0; i < 5; i++) await takeSignUpAttempt(database.db, own);
    const neighbour = { address: "2001:db8::2", shared: false };
    await expect(takeSignUpAttempt(database.db, neighbour)).rejects.toMatchObject({
      code: "RATE_LIMITED",
    });
    await takeSignUpAttempt(database.db, { address: "2001:db8:0:1::1", shared: false });
  });

  test("an attempt that is taken back never counts below zero", async () => {
    await takeAttempt(database.db, "forgiven", windowPolicy);
    await forgiveAttempt(database.db, "forgiven");
    await forgiveAttempt(database.db, "forgiven");
    const [row] = await database.db
      .select()
      .from(throttles)
      .where(eq(throttles.subject, "forgiven"));
    expect(row?.failures).toBe(0);
  });
});

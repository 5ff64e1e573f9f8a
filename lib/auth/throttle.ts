import "server-only";
import { createHash } from "node:crypto";
import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { throttles } from "@/db/schema/workspaces";
import { addressBlock, type ClientAddress } from "@/lib/auth/address";
import { AppError } from "@/lib/errors";
import { dayMs, hourMs, minuteMs, secondMs } from "@/lib/time";

/**
 * How often something may fail. `back-off`: after `failuresFree` each failure doubles the wait, from one
 * second to `waitMsMax`, and never locks for good. `window`: `failuresMax` in `windowMs`, which starts at the first.
 */
export type ThrottlePolicy =
  | { kind: "back-off"; failuresFree: number; waitMsMax: number; forgetAfterMs: number }
  | { kind: "window"; failuresMax: number; windowMs: number };

export interface ThrottleCount {
  failures: number;
  windowStart: Date;
  lastFailedAt: Date;
}

/** Of one account, known or not, by the address typed. */
export const accountPolicy: ThrottlePolicy = {
  kind: "back-off",
  failuresFree: 5,
  waitMsMax: 15 * minuteMs,
  forgetAfterMs: dayMs,
};

/*
 * The limits by address are for an address that is one visitor's. Behind a local reverse proxy that isn't
 * declared in TRUSTED_PROXIES every visitor has the same one, loopback: with the strict limits twenty typing
 * errors of all customers together would shut everybody out. There the limits only stop a flood, and the
 * account's own back-off still stops the guessing of a password.
 */
function signInAddressPolicy(shared: boolean): ThrottlePolicy {
  return { kind: "window", failuresMax: shared ? 400 : 20, windowMs: 15 * minuteMs };
}

function signUpAddressPolicy(shared: boolean): ThrottlePolicy {
  return { kind: "window", failuresMax: shared ? 200 : 5, windowMs: hourMs };
}

/** Milliseconds until the next attempt is let through; 0 when it may be made now. */
export function waitMs(policy: ThrottlePolicy, count: ThrottleCount | null, now: Date): number {
  if (!count) return 0;
  if (policy.kind === "window") {
    const untilEnd = count.windowStart.getTime() + policy.windowMs - now.getTime();
    return count.failures < policy.failuresMax ? 0 : Math.max(0, untilEnd);
  }
  const sinceLast = now.getTime() - count.lastFailedAt.getTime();
  if (sinceLast >= policy.forgetAfterMs || count.failures < policy.failuresFree) return 0;
  const doublings = Math.min(count.failures - policy.failuresFree, doublingsMax);
  return Math.max(0, Math.min(2 ** doublings * secondMs, policy.waitMsMax) - sinceLast);
}

/** Keeps 2^n inside a double; every `waitMsMax` is far below 2^20 s. */
const doublingsMax = 20;

/** The same rule for the statement's own row and the database's clock. */
function sqlRule(policy: ThrottlePolicy): { isForgotten: SQL; isAllowed: SQL } {
  const t = throttles;
  if (policy.kind === "window") {
    const isForgotten = sql`${t.windowStart} <= now() - ${`${policy.windowMs} ms`}::interval`;
    return { isForgotten, isAllowed: sql`${isForgotten} or ${t.failures} < ${policy.failuresMax}` };
  }
  const free = policy.failuresFree;
  const isForgotten = sql`${t.lastFailedAt} <= now() - ${`${policy.forgetAfterMs} ms`}::interval`;
  const wait = sql`least(
    power(2, least(${t.failures} - ${free}::int, ${doublingsMax}::int)) * interval '1 second',
    ${`${policy.waitMsMax} ms`}::interval)`;
  return {
    isForgotten,
    isAllowed: sql`${isForgotten} or ${t.failures} < ${free}::int
      or now() >= ${t.lastFailedAt} + ${wait}`,
  };
}

/**
 * Counts an attempt as failed before it is made, in one guarded statement, so that a hundred at once can't
 * all pass on the same count. Answers 0, or the milliseconds to wait and counts nothing. Take a success back
 * with `forgiveAttempt` or `clearAttempts`.
 */
export async function takeAttempt(
  db: Db,
  subject: string,
  policy: ThrottlePolicy,
): Promise<number> {
  const { isForgotten, isAllowed } = sqlRule(policy);
  const [taken] = await db
    .insert(throttles)
    .values({ subject, failures: 1, windowStart: sql`now()`, lastFailedAt: sql`now()` })
    .onConflictDoUpdate({
      target: throttles.subject,
      set: {
        failures: sql`case when ${isForgotten} then 1 else ${throttles.failures} + 1 end`,
        windowStart: sql`case when ${isForgotten} then now() else ${throttles.windowStart} end`,
        lastFailedAt: sql`now()`,
      },
      setWhere: isAllowed,
    })
    .returning({ failures: throttles.failures });
  if (taken) return 0;

  const [row] = await db
    .select({
      failures: throttles.failures,
      windowStart: throttles.windowStart,
      lastFailedAt: throttles.lastFailedAt,
      now: sql`now()`.mapWith(throttles.lastFailedAt),
    })
    .from(throttles)
    .where(eq(throttles.subject, subject));
  // The count may have moved on between the two statements; a refusal is never less than a moment.
  return Math.max(secondMs, row ? waitMs(policy, row, row.now) : 0);
}

/** Takes one counted attempt back, because it succeeded or was never made. */
export async function forgiveAttempt(db: Db, subject: string): Promise<void> {
  await db
    .update(throttles)
    .set({ failures: sql`greatest(${throttles.failures} - 1, 0)` })
    .where(eq(throttles.subject, subject));
}

/** Forgets every failure of a subject. */
export async function clearAttempts(db: Db, subject: string): Promise<void> {
  await db.delete(throttles).where(eq(throttles.subject, subject));
}

/** Hashed, because people type passwords into the wrong field. */
export function accountSubject(email: string): string {
  return `sign-in:account:${createHash("sha256").update(email).digest("base64url")}`;
}

function addressSubject(act: "sign-in" | "sign-up" | "link", from: ClientAddress): string {
  return `${act}:address:${from.address === null ? "unknown" : addressBlock(from.address)}`;
}

/** The refusal in words, with the wait in whole seconds, rounded up so that waiting them suffices. */
export function tooManyAttempts(forMs: number): AppError {
  const seconds = Math.ceil(forMs / secondMs);
  const wait =
    seconds < 120
      ? `${seconds} ${seconds === 1 ? "second" : "seconds"}`
      : `${seconds} seconds (${Math.ceil(seconds / 60)} minutes)`;
  return new AppError("RATE_LIMITED", `Too many attempts. Try again in ${wait}.`, {
    retryAfterSeconds: seconds,
  });
}

/**
 * Counts a sign-in by address and by account, or throws RATE_LIMITED. The address comes first, so that one
 * who is stopped there can't go on lengthening somebody else's wait. Answers the subjects for taking it back.
 */
export async function takeSignInAttempt(
  db: Db,
  email: string,
  from: ClientAddress,
): Promise<{ account: string; address: string }> {
  const subjects = { account: accountSubject(email), address: addressSubject("sign-in", from) };
  const addressWaitMs = await takeAttempt(db, subjects.address, signInAddressPolicy(from.shared));
  if (addressWaitMs > 0) throw tooManyAttempts(addressWaitMs);
  const accountWaitMs = await takeAttempt(db, subjects.account, accountPolicy);
  if (accountWaitMs > 0) {
    await forgiveAttempt(db, subjects.address);
    throw tooManyAttempts(accountWaitMs);
  }
  return subjects;
}

/** Counts a sign-up by address, or throws RATE_LIMITED. Those that succeed count as well. */
export async function takeSignUpAttempt(db: Db, from: ClientAddress): Promise<void> {
  const wait = await takeAttempt(
    db,
    addressSubject("sign-up", from),
    signUpAddressPolicy(from.shared),
  );
  if (wait > 0) throw tooManyAttempts(wait);
}

/** Counts a look at a mailed link by address, or throws RATE_LIMITED. Answers the subject to forgive. */
export async function takeLinkAttempt(db: Db, from: ClientAddress): Promise<string> {
  const subject = addressSubject("link", from);
  const wait = await takeAttempt(db, subject, signInAddressPolicy(from.shared));
  if (wait > 0) throw tooManyAttempts(wait);
  return subject;
}

const mailAMinute: ThrottlePolicy = { kind: "window", failuresMax: 1, windowMs: minuteMs };
const mailsADay: ThrottlePolicy = { kind: "window", failuresMax: 5, windowMs: dayMs };

/**
 * Counts a mail that somebody asks to be sent: one a minute and five a day for an address, whether anybody
 * has it or not, and as many for a visitor as sign-ins. Throws RATE_LIMITED with the wait.
 */
export async function takeMailAttempt(
  db: Db,
  kind: "reset" | "sign-in" | "sign-up" | "verify" | "change-email",
  email: string,
  from: ClientAddress,
): Promise<void> {
  const address = addressSubject("link", from);
  const addressWait = await takeAttempt(db, address, signInAddressPolicy(from.shared));
  if (addressWait > 0) throw tooManyAttempts(addressWait);
  const subject = `mail:${kind}:${createHash("sha256").update(email).digest("base64url")}`;
  const minuteWait = await takeAttempt(db, `${subject}:minute`, mailAMinute);
  if (minuteWait > 0) throw mailedLately(minuteWait);
  const dayWait = await takeAttempt(db, `${subject}:day`, mailsADay);
  if (dayWait > 0) throw mailedLately(dayWait);
}

function mailedLately(forMs: number): AppError {
  const { retryAfterSeconds = 60 } = tooManyAttempts(forMs);
  const wait =
    retryAfterSeconds <= 60
      ? `${retryAfterSeconds} seconds`
      : `${Math.ceil(retryAfterSeconds / 3_600)} hours`;
  return new AppError("RATE_LIMITED", `A mail was asked for just now. Try again in ${wait}.`, {
    retryAfterSeconds,
  });
}

/** Counts an attempt at a password or code by somebody who is known: of a session, or half signed in. */
export async function takeProofAttempt(
  db: Db,
  kind: "password" | "code",
  userId: string,
): Promise<string> {
  const subject = `proof:${kind}:${userId}`;
  const wait = await takeAttempt(db, subject, accountPolicy);
  if (wait > 0) throw tooManyAttempts(wait);
  return subject;
}

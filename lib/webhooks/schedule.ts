import { dayMs, hourMs, minuteMs, secondMs } from "@/lib/time";

/** The waits between attempts, as the Standard Webhooks specification has them; the first is made at once. */
export const retryWaitsMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** How many attempts the schedule has. */
export const attemptsMax = retryWaitsMs.length + 1;

/** A wait is lengthened by up to so much of itself, so that what failed together doesn't come together. */
const jitterMax = 0.2;
/** The least wait after an answer that says that the receiver is overloaded. */
const overloadedMs = minuteMs;
export const retryAfterMaxMs = dayMs;

/** Statuses that ask for less: too many requests, and gateways whose server doesn't keep up. */
export function isOverloaded(status: number | null): boolean {
  return status === 429 || status === 502 || status === 504;
}

/**
 * How long to wait after the failed attempt number `made` (from 1 on); null where that was the last. Never
 * less than the schedule's wait, nor than what the receiver asked for. `random` is from 0 to 1.
 */
export function nextWaitMs(
  made: number,
  answer: { status: number | null; retryAfterMs: number | null },
  random: number,
): number | null {
  const scheduled = retryWaitsMs[made - 1];
  if (scheduled === undefined) return null;
  const asked = Math.max(
    isOverloaded(answer.status) ? overloadedMs : 0,
    Math.min(answer.retryAfterMs ?? 0, retryAfterMaxMs),
  );
  return Math.round(Math.max(scheduled, asked) * (1 + jitterMax * random));
}

const readSeconds = (text: string) => (/^\d{1,10}$/.test(text) ? Number(text) : Number.NaN);

/**
 * `Retry-After` as milliseconds from now (RFC 9110 §10.2.3): seconds or a date, at most a day; null where
 * there is none, or one that means nothing.
 */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const isDate = /^[A-Z][a-z]{2,8}, /.test(text);
  const ms = isDate ? Date.parse(text) - now.getTime() : readSeconds(text) * secondMs;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, retryAfterMaxMs) : null;
}

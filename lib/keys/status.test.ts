import { expect, test } from "vitest";
import { keyEndsAt, keyStatus, rotatingUntil } from "@/lib/keys/status";
import { addMs, dayMs } from "@/lib/time";

const now = new Date("2026-11-21T12:00:00.000Z");
const at = (ms: number) => ({ expiresAt: addMs(now, ms), revokedAt: null });

test("a key without an end is active", () => {
  expect(keyStatus({ expiresAt: null, revokedAt: null }, now)).toBe("active");
});

test("a key is marked as expiring from exactly seven days before its end", () => {
  expect(keyStatus(at(7 * dayMs + 1), now)).toBe("active");
  expect(keyStatus(at(7 * dayMs), now)).toBe("expiring");
  expect(keyStatus(at(1), now)).toBe("expiring");
});

test("a key is expired at the very instant it expires", () => {
  expect(keyStatus(at(0), now)).toBe("expired");
  expect(keyStatus(at(-1), now)).toBe("expired");
});

test("revoked is what it stays, expired or not", () => {
  expect(keyStatus({ expiresAt: null, revokedAt: now }, now)).toBe("revoked");
  expect(keyStatus({ expiresAt: addMs(now, -dayMs), revokedAt: now }, now)).toBe("revoked");
});

test("a disabled key is off until it ends, and revoking outlives both", () => {
  const off = { ...at(dayMs), disabledAt: now };
  expect(keyStatus(off, now)).toBe("disabled");
  expect(keyStatus({ ...off, expiresAt: now }, now)).toBe("expired");
  expect(keyStatus({ ...off, revokedAt: now }, now)).toBe("revoked");
});

test("a key rotates while two secrets work, to the very end", () => {
  const until = addMs(now, 1);
  const overlap = { ...at(30 * dayMs), graceUntil: until };
  expect(keyStatus(overlap, now)).toBe("rotating");
  expect(rotatingUntil(overlap, now)).toEqual(until);
  expect(keyStatus(overlap, until)).toBe("active");
  expect(rotatingUntil(overlap, until)).toBeNull();
  const pending = { ...at(30 * dayMs), pendingLapsesAt: until };
  expect(keyStatus(pending, now)).toBe("rotating");
  expect(keyStatus(pending, until)).toBe("active");
});

test("an unclaimed rotation ends a key at its deadline, like an expiry", () => {
  const due = { ...at(30 * dayMs), rotationDeadlineAt: addMs(now, dayMs) };
  expect(keyEndsAt(due)).toEqual(addMs(now, dayMs));
  expect(keyStatus(due, now)).toBe("expiring");
  expect(keyStatus(due, addMs(now, dayMs))).toBe("expired");
  expect(keyEndsAt({ ...due, expiresAt: now })).toEqual(now);
});

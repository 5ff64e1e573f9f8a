import { expect, test } from "vitest";
import { keyStatus } from "@/lib/keys/status";
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

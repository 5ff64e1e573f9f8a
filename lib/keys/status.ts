import { dayMs } from "@/lib/time";

/** From here on a key is marked, so that its owner can replace it in time. */
const expiresSoonMs = 7 * dayMs;

export type KeyStatus = "active" | "expiring" | "expired" | "revoked";

/**
 * What a key is at `now`: `expiring` still works, and ends within seven days. Revoking outlives
 * expiry, because it is what somebody did. A key is expired at the very instant it expires.
 */
export function keyStatus(
  key: { expiresAt: Date | null; revokedAt: Date | null },
  now: Date,
): KeyStatus {
  if (key.revokedAt) return "revoked";
  if (!key.expiresAt) return "active";
  const leftMs = key.expiresAt.getTime() - now.getTime();
  if (leftMs <= 0) return "expired";
  return leftMs <= expiresSoonMs ? "expiring" : "active";
}

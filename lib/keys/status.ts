import { dayMs } from "@/lib/time";

/** From here on a key is marked, so that its owner can replace it in time. */
const expiresSoonMs = 7 * dayMs;

export type KeyStatus = "active" | "expiring" | "rotating" | "disabled" | "expired" | "revoked";

/** What decides a key's status; what is left out counts as null. */
export interface KeyLife {
  expiresAt: Date | null;
  revokedAt: Date | null;
  disabledAt?: Date | null;
  /** A rotation that nobody has claimed by then ends the key. */
  rotationDeadlineAt?: Date | null;
  /** The end of the overlap, where an old secret still works beside the new one. */
  graceUntil?: Date | null;
  /** When the new secret lapses, where it waits for its first use. */
  pendingLapsesAt?: Date | null;
}

/** When a key ends by itself: its expiry, or the deadline of an unclaimed rotation; null for never. */
export function keyEndsAt(key: KeyLife): Date | null {
  const { expiresAt, rotationDeadlineAt: deadline } = key;
  if (!deadline) return expiresAt;
  return !expiresAt || deadline < expiresAt ? deadline : expiresAt;
}

/** Until when a rotation is under way: the overlap's end, else the new secret's lapse; null if none is. */
export function rotatingUntil(key: KeyLife, now: Date): Date | null {
  for (const until of [key.graceUntil, key.pendingLapsesAt]) {
    if (until && until > now) return until;
  }
  return null;
}

/**
 * What a key is at `now`. Revoking outlives expiry, because it is what somebody did; a disabled key that
 * has expired is expired, because enabling it would not bring it back. `rotating` says that two secrets
 * work; `expiring` that the key ends within seven days. A key is expired at the very instant it ends.
 */
export function keyStatus(key: KeyLife, now: Date): KeyStatus {
  if (key.revokedAt) return "revoked";
  const endsAt = keyEndsAt(key);
  const leftMs = endsAt ? endsAt.getTime() - now.getTime() : Number.POSITIVE_INFINITY;
  if (leftMs <= 0) return "expired";
  if (key.disabledAt) return "disabled";
  if (rotatingUntil(key, now)) return "rotating";
  return leftMs <= expiresSoonMs ? "expiring" : "active";
}

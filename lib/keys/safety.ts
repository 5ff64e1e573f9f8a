import type { KeyScope } from "@/lib/keys/terms";
import { capIntervals } from "@/lib/keys/terms";
import { addMs, dayMs } from "@/lib/time";

/** How long a key may be unused before it is called idle. */
export const idleDays = 90;
/** Over how long the use of scopes is looked at. */
export const usedDays = 30;
/** An old secret that nobody has used for so long can go. */
const quietSecretMs = dayMs;
/** A new secret that nobody takes up for so long has been forgotten. */
const pendingSecretMs = 7 * dayMs;

export const riskKinds = ["broad", "uncapped", "overdue", "endless", "idle", "secrets"] as const;
export type RiskKind = (typeof riskKinds)[number];

/** A working key, as far as its safety goes. */
export interface KeyForSafety {
  id: string;
  environment: "live" | "test";
  scopes: readonly KeyScope[];
  caps: Readonly<Record<(typeof capIntervals)[number], bigint | null>>;
  expiresAt: Date | null;
  createdAt: Date;
  /** Of any of its secrets. */
  lastUsedAt: Date | null;
  /** When the policy asked for a rotation that nobody has begun; null where none is open. */
  rotationDueAt: Date | null;
  rotationDeadlineAt: Date | null;
  /** The one before, while it still works. */
  oldSecret: { last4: string; lastUsedAt: Date | null; activatedAt: Date; retiresAt: Date } | null;
  /** The next one, while nobody has used it. */
  newSecret: { last4: string; createdAt: Date } | null;
  /** What its requests of the last thirty days needed; null where there were none. */
  usedScopes: readonly KeyScope[] | null;
  /** What it had at the beginning of those days; null where it is younger. */
  scopesBefore: readonly KeyScope[] | null;
}

export type Risk =
  | { kind: "broad"; weight: number; unused: KeyScope[]; narrowTo: KeyScope[] }
  | { kind: "uncapped"; weight: number }
  | { kind: "overdue"; weight: number; dueAt: Date; deadlineAt: Date | null }
  | { kind: "endless"; weight: number }
  | { kind: "idle"; weight: number; since: Date; wasUsed: boolean }
  | { kind: "secrets"; weight: number; state: "old" | "new"; last4: string; until: Date | null };

const can = (scopes: readonly KeyScope[], scope: KeyScope) =>
  scopes.includes("admin") || scopes.includes(scope);

/**
 * The scopes that a key has had for thirty days and hasn't needed once. Nothing where it wasn't used, where
 * it is younger, and where it got them within that time: then nobody can know yet.
 */
function findBroad(key: KeyForSafety): Risk[] {
  const { scopes, usedScopes, scopesBefore } = key;
  if (usedScopes === null || scopesBefore === null) return [];
  // Calls that any key may make, such as those about itself, need one scope: the least there is.
  const needed: readonly KeyScope[] =
    usedScopes.length > 0 ? usedScopes : can(scopes, "read") ? ["read"] : [];
  if (needed.length === 0 || needed.includes("admin")) return [];
  const unused = scopes.includes("admin")
    ? (["admin"] as const)
    : scopes.filter((scope) => !needed.includes(scope));
  const wasHeld = unused.every((scope) => can(scopesBefore, scope));
  if (unused.length === 0 || !wasHeld) return [];
  const narrowTo = needed.filter((scope) => can(scopes, scope));
  if (narrowTo.length === 0) return [];
  return [
    {
      kind: "broad",
      weight: unused.includes("admin") ? 100 : 30,
      unused: [...unused],
      narrowTo,
    },
  ];
}

function findOverdue(key: KeyForSafety, now: Date): Risk[] {
  const { rotationDueAt: dueAt, rotationDeadlineAt: deadlineAt } = key;
  if (!dueAt || dueAt > now || key.newSecret) return [];
  return [{ kind: "overdue", weight: 50, dueAt, deadlineAt }];
}

function findIdle({ lastUsedAt, createdAt }: KeyForSafety, now: Date): Risk[] {
  const since = lastUsedAt ?? createdAt;
  if (since > addMs(now, -idleDays * dayMs)) return [];
  return [{ kind: "idle", weight: 40, since, wasUsed: lastUsedAt !== null }];
}

function findSecrets({ oldSecret, newSecret }: KeyForSafety, now: Date): Risk[] {
  if (oldSecret) {
    const lastUse = oldSecret.lastUsedAt ?? oldSecret.activatedAt;
    // It counts from the change-over on: until then it was the one in use.
    const quietSince = lastUse > oldSecret.activatedAt ? lastUse : oldSecret.activatedAt;
    if (quietSince > addMs(now, -quietSecretMs)) return [];
    const { last4, retiresAt: until } = oldSecret;
    return [{ kind: "secrets", weight: 20, state: "old", last4, until }];
  }
  if (!newSecret || newSecret.createdAt > addMs(now, -pendingSecretMs)) return [];
  return [{ kind: "secrets", weight: 20, state: "new", last4: newSecret.last4, until: null }];
}

/** What should be mended about a key that works, worst first. A test key's spending is none. */
export function findRisks(key: KeyForSafety, now: Date): Risk[] {
  const isLive = key.environment === "live";
  const isUncapped = isLive && capIntervals.every((interval) => key.caps[interval] === null);
  const found: Risk[] = [
    ...findBroad(key),
    ...(isUncapped ? [{ kind: "uncapped" as const, weight: 60 }] : []),
    ...findOverdue(key, now),
    ...(key.expiresAt === null ? [{ kind: "endless" as const, weight: isLive ? 45 : 15 }] : []),
    ...findIdle(key, now),
    ...findSecrets(key, now),
  ];
  return found.sort((a, b) => b.weight - a.weight);
}

/** How urgent a key is: the worst of its risks first, then all of them together. */
export function urgencyOf(risks: readonly Risk[]): number {
  const sum = risks.reduce((total, { weight }) => total + weight, 0);
  return (risks[0]?.weight ?? 0) * 1_000 + sum;
}

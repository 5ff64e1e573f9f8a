/** The words that keys are described in. Without the checks of what comes in, so that pages may have them too. */

export const keyScopes = ["read", "write", "admin", "webhook"] as const;
export type KeyScope = (typeof keyScopes)[number];

export const keyEnvironments = ["live", "test"] as const;

export const expiryDays = [30, 60, 90, 180, 365] as const;
export type ExpiryDays = (typeof expiryDays)[number];

/** The overlaps the dashboard offers, in seconds; any whole number up to the longest is accepted. */
export const graceChoices = [0, 900, 3_600, 86_400, 604_800] as const;
export const graceSecondsMax = 604_800;

/**
 * A secret as it is shown from then on: how it begins and ends. Ours begin with a word and the environment;
 * what was imported begins as the other system had it.
 */
export function maskedSecret({ prefix, last4 }: { prefix: string; last4: string }): string {
  return `${prefix}${/_(live|test)$/.test(prefix) ? "_" : ""}…${last4}`;
}

export const keySorts = ["created", "name", "used", "expires"] as const;
export type KeySort = (typeof keySorts)[number];

/** The order in which each sort is most useful, and so the one it starts with. */
export const defaultOrders: Record<KeySort, "asc" | "desc"> = {
  created: "desc",
  name: "asc",
  used: "desc",
  expires: "asc",
};

/** The periods in which what a key spends can be capped; each starts at 00:00 UTC. */
export const capIntervals = ["day", "week", "month", "total"] as const;
export type CapInterval = (typeof capIntervals)[number];

import { countText } from "@/lib/count-text";
import type { AccountLimits } from "@/lib/operators/account-schema";

/** An account's limits in the order in which they are shown. */
export const limitNames = [
  ["requestsPerHour", "Requests an hour"],
  ["requestsPerDay", "Requests a day"],
  ["requestsPerMonth", "Requests a month"],
  ["requestsTotal", "Requests in total"],
  ["concurrentStreams", "Open streams"],
] as const satisfies readonly (readonly [keyof AccountLimits, string])[];

export function limitText(limit: number | null): string {
  return limit === null ? "no limit" : countText(limit);
}

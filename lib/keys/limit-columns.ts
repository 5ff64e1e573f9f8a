import type { apiKeys } from "@/db/schema/keys";
import type { KeyPower } from "@/lib/keys/power";
import type { KeyChange } from "@/lib/keys/schema";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";
import { nanosToDecimal, usdToNanos } from "@/lib/money";

type LimitChange = Pick<
  KeyChange,
  "modelAllowlist" | "addressAllowlist" | "requestsPerHour" | "caps"
>;
export type KeyLimits = Pick<
  KeyPower,
  "modelAllowlist" | "addressAllowlist" | "requestsPerHour" | "caps"
>;

const noCaps: KeyPower["caps"] = { day: null, week: null, month: null, total: null };

export const noLimits: KeyLimits = {
  modelAllowlist: null,
  addressAllowlist: null,
  requestsPerHour: null,
  caps: noCaps,
};

function changeCaps(before: KeyPower["caps"], change: LimitChange["caps"]): KeyPower["caps"] {
  if (change === undefined) return before;
  if (change === null) return noCaps;
  const after = { ...before };
  for (const interval of capIntervals) {
    const amount = change[interval];
    if (amount !== undefined) after[interval] = amount === null ? null : usdToNanos(amount);
  }
  return after;
}

/** The limits after a change: what it leaves out stays as it is, null takes a limit off. */
export function changeLimits(before: KeyLimits, change: LimitChange): KeyLimits {
  const keep = <T>(value: T | undefined, old: T) => (value === undefined ? old : value);
  return {
    modelAllowlist: keep<KeyLimits["modelAllowlist"]>(change.modelAllowlist, before.modelAllowlist),
    addressAllowlist: keep<KeyLimits["addressAllowlist"]>(
      change.addressAllowlist,
      before.addressAllowlist,
    ),
    requestsPerHour: keep(change.requestsPerHour, before.requestsPerHour),
    caps: changeCaps(before.caps, change.caps),
  };
}

const copy = (list: readonly string[] | null) => (list === null ? null : [...list]);

/** The limits as the key's row keeps them. */
export function limitColumns(limits: KeyLimits) {
  return {
    modelAllowlist: copy(limits.modelAllowlist),
    addressAllowlist: copy(limits.addressAllowlist),
    requestsPerHour: limits.requestsPerHour,
    capDayNanos: limits.caps.day,
    capWeekNanos: limits.caps.week,
    capMonthNanos: limits.caps.month,
    capTotalNanos: limits.caps.total,
  } satisfies Partial<typeof apiKeys.$inferInsert>;
}

export function formatCap(nanos: bigint | null): string | null {
  return nanos === null ? null : nanosToDecimal(nanos);
}

/** The limits that are set, for the audit trail; money as decimal dollars. */
export function describeLimits(limits: KeyLimits): Record<string, string | number | string[]> {
  const described: Record<string, string | number | string[]> = {};
  if (limits.modelAllowlist) described.models = [...limits.modelAllowlist];
  if (limits.addressAllowlist) described.addresses = [...limits.addressAllowlist];
  if (limits.requestsPerHour !== null) described.rateLimit = limits.requestsPerHour;
  for (const interval of capIntervals) {
    const cap = formatCap(limits.caps[interval]);
    if (cap !== null) described[capName(interval)] = cap;
  }
  return described;
}

function capName(interval: CapInterval): string {
  return `cap${interval.charAt(0).toUpperCase()}${interval.slice(1)}`;
}

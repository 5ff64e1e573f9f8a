import { addressBlockContains } from "@/lib/keys/addresses";
import { modelPatternContains } from "@/lib/keys/model-patterns";
import type { KeyEnvironment } from "@/lib/keys/secret";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";
import { nanosToDecimal } from "@/lib/money";

/** Everything that bounds what a key may do; null is no bound. */
export interface KeyPower {
  environment: KeyEnvironment;
  scopes: readonly string[];
  expiresAt: Date | null;
  modelAllowlist: readonly string[] | null;
  addressAllowlist: readonly string[] | null;
  requestsPerHour: number | null;
  /** In nano-dollars. */
  caps: Record<CapInterval, bigint | null>;
}

/** One way in which a key would be allowed more than the key that makes or changes it. */
export interface Excess {
  /** The field as the API names it. */
  field:
    | "environment"
    | "scopes"
    | "expires_at"
    | "models"
    | "addresses"
    | "rate_limit"
    | `spend_caps.${CapInterval}`;
  /** A sentence that says what the bound is. */
  message: string;
}

/** The scopes that a key doesn't have; `admin` is all of them. */
export function scopesBeyond(asked: readonly string[], held: readonly string[]): string[] {
  return held.includes("admin") ? [] : asked.filter((scope) => !held.includes(scope));
}

/** What of `asked` no entry of `held` covers; all of it where `asked` is unbounded. */
function entriesBeyond(
  asked: readonly string[] | null,
  held: readonly string[] | null,
  contains: (outer: string, inner: string) => boolean,
): readonly string[] {
  if (held === null) return [];
  if (asked === null) return ["any"];
  return asked.filter((inner) => !held.some((outer) => contains(outer, inner)));
}

function isBeyond<T extends bigint | number>(asked: T | null, held: T | null): boolean {
  return held !== null && (asked === null || asked > held);
}

/**
 * In which ways `child` may do more than `acting`: nothing where it may do at most the same, whatever
 * request is made. A live key may make test keys, a test key only test keys.
 */
export function findExcess(child: KeyPower, acting: KeyPower): Excess[] {
  const found: Excess[] = [];
  if (acting.environment === "test" && child.environment !== "test") {
    found.push({ field: "environment", message: "A test key makes only test keys." });
  }
  const scopes = scopesBeyond(child.scopes, acting.scopes);
  if (scopes.length > 0) {
    found.push({ field: "scopes", message: `The calling key doesn't have ${scopes.join(", ")}.` });
  }
  if (isBeyond(child.expiresAt?.getTime() ?? null, acting.expiresAt?.getTime() ?? null)) {
    const end = acting.expiresAt?.toISOString();
    found.push({ field: "expires_at", message: `The calling key itself expires at ${end}.` });
  }
  const models = entriesBeyond(child.modelAllowlist, acting.modelAllowlist, modelPatternContains);
  if (models.length > 0) {
    found.push({ field: "models", message: `The calling key may not use ${models.join(", ")}.` });
  }
  const addresses = entriesBeyond(
    child.addressAllowlist,
    acting.addressAllowlist,
    addressBlockContains,
  );
  if (addresses.length > 0) {
    found.push({
      field: "addresses",
      message: `The calling key isn't allowed from ${addresses.join(", ")}.`,
    });
  }
  if (isBeyond(child.requestsPerHour, acting.requestsPerHour)) {
    const message = `The calling key is limited to ${acting.requestsPerHour} requests an hour.`;
    found.push({ field: "rate_limit", message });
  }
  for (const interval of capIntervals) {
    if (!isBeyond(child.caps[interval], acting.caps[interval])) continue;
    const cap = nanosToDecimal(acting.caps[interval] ?? 0n);
    found.push({
      field: `spend_caps.${interval}`,
      message: `The calling key's own cap is $${cap}.`,
    });
  }
  return found;
}

import { groupThousands } from "@/lib/count-text";

/** Nano-dollars in one US dollar; the unit of every amount in the system. */
export const nanosPerUsd = 1_000_000_000n;

/** Nano-dollars in one US cent, the unit payment providers speak. */
export const nanosPerCent = 10_000_000n;

/** Turns whole cents into nano-dollars. */
export function centsToNanos(cents: number): bigint {
  if (!Number.isSafeInteger(cents)) throw new RangeError("cents must be a whole number");
  return BigInt(cents) * nanosPerCent;
}

/**
 * Reads a decimal dollar amount such as `5`, `0.25` or `0.000000001` exactly.
 * Throws a RangeError for anything else, finer than a nano-dollar included.
 */
export function usdToNanos(decimal: string): bigint {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(decimal.trim());
  if (!match) throw new RangeError(`not a dollar amount: ${decimal}`);
  return BigInt(match[1] ?? "0") * nanosPerUsd + BigInt((match[2] ?? "").padEnd(9, "0"));
}

/** The exact decimal in dollars, without trailing zeros, at least `minDecimals` of them. */
export function nanosToDecimal(nanos: bigint, minDecimals = 2): string {
  const sign = nanos < 0n ? "-" : "";
  const abs = nanos < 0n ? -nanos : nanos;
  const fraction = (abs % nanosPerUsd).toString().padStart(9, "0").replace(/0+$/, "");
  const decimals = fraction.padEnd(minDecimals, "0");
  return `${sign}${abs / nanosPerUsd}${decimals ? `.${decimals}` : ""}`;
}

function roundTo(nanos: bigint, decimals: number): string {
  const step = 10n ** BigInt(9 - decimals);
  const abs = nanos < 0n ? -nanos : nanos;
  const units = (abs + step / 2n) / step;
  const scale = 10n ** BigInt(decimals);
  const whole = groupThousands((units / scale).toString());
  const fraction = (units % scale).toString().padStart(decimals, "0");
  return `${nanos < 0n && units > 0n ? "-" : ""}$${whole}.${fraction}`;
}

/**
 * Dollars for people: cents, or four decimals where `precise` asks for them. A positive amount never
 * reads as zero: below the last shown digit it says `<$0.01` or `<$0.0001`.
 */
export function formatUsd(nanos: bigint, options: { precise?: boolean } = {}): string {
  const decimals = options.precise ? 4 : 2;
  const smallest = 10n ** BigInt(9 - decimals);
  if (nanos > 0n && nanos < smallest) return `<${roundTo(smallest, decimals)}`;
  if (nanos < 0n && -nanos < smallest) return `-<${roundTo(smallest, decimals)}`;
  return roundTo(nanos, decimals);
}

/** Every digit that matters, for titles and tables that must add up: `$0.000123`. */
export function formatUsdExact(nanos: bigint): string {
  const decimal = nanosToDecimal(nanos < 0n ? -nanos : nanos);
  const [whole = "0", fraction = "00"] = decimal.split(".");
  return `${nanos < 0n ? "-" : ""}$${groupThousands(whole)}.${fraction}`;
}

import { z } from "zod";
import { parseAddress } from "@/lib/keys/addresses";
import { modelPatternForm, modelPatternMax } from "@/lib/keys/model-patterns";
import { nanosPerUsd, nanosToDecimal, usdToNanos } from "@/lib/money";

export const allowlistMax = 50;
export const requestsPerHourMax = 1_000_000_000;
export const rotationDaysMax = 365;
const capMaxUsd = 1_000_000n;

const unique = (items: string[]) => [...new Set(items)];

/** Models by name, or by the start of their names before a `*`; an empty list allows none. */
export const ModelAllowlist = z
  .array(
    z
      .string({ error: "Write each model's name as text." })
      .trim()
      .max(modelPatternMax, { error: `Use at most ${modelPatternMax} characters.` })
      .regex(modelPatternForm, {
        error: "Write a model's name, such as gpt-4, or its start and a star, such as gpt-*.",
      }),
    { error: "List the models that the key may use." },
  )
  .max(allowlistMax, { error: `List at most ${allowlistMax} models.` })
  .transform(unique);

/** Addresses and CIDR blocks, in normal form afterwards; an empty list allows none. */
export const AddressAllowlist = z
  .array(
    z
      .string({ error: "Write each address as text." })
      .max(64, { error: "Write an address or a block of them." })
      .transform((text, context) => {
        const parsed = parseAddress(text);
        if (parsed.ok) return parsed.value;
        context.addIssue({ code: "custom", message: parsed.problem });
        return z.NEVER;
      }),
    { error: "List the addresses that may use the key." },
  )
  .max(allowlistMax, { error: `List at most ${allowlistMax} addresses.` })
  .transform(unique);

export const RequestsPerHour = z
  .int({ error: "Enter a whole number of requests." })
  .min(1, { error: "Allow at least one request an hour." })
  .max(requestsPerHourMax, { error: "Enter at most 1,000,000,000." });

const capProblem = "Enter an amount above $0 and up to $1,000,000, such as 25 or 0.50.";

/** Dollars as a decimal string, exact to the nano-dollar: `25`, `0.000000001`. */
export const CapAmount = z.string({ error: capProblem }).transform((text, context) => {
  try {
    const nanos = usdToNanos(text);
    if (nanos > 0n && nanos <= capMaxUsd * nanosPerUsd) return nanosToDecimal(nanos);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  context.addIssue({ code: "custom", message: capProblem });
  return z.NEVER;
});

const OptionalCap = CapAmount.nullable().optional();

/** What a key may spend; a period that is null has no cap, one left out stays as it is. */
export const KeyCaps = z.strictObject(
  { day: OptionalCap, week: OptionalCap, month: OptionalCap, total: OptionalCap },
  { error: "Set caps for a day, a week, a month or in total." },
);
export type KeyCaps = z.infer<typeof KeyCaps>;

export const RotationDays = z
  .int({ error: "Enter a whole number of days." })
  .min(1, { error: "Rotate after one day at the earliest." })
  .max(rotationDaysMax, { error: `Rotate after at most ${rotationDaysMax} days.` });

/** The limits a key can have beside its scopes; null, or left out of a new key, sets none. */
export const keyLimitFields = {
  modelAllowlist: ModelAllowlist.nullable().optional(),
  addressAllowlist: AddressAllowlist.nullable().optional(),
  requestsPerHour: RequestsPerHour.nullable().optional(),
  caps: KeyCaps.nullable().optional(),
  rotationDays: RotationDays.nullable().optional(),
};

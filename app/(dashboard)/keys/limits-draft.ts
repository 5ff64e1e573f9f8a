import type { KeyCaps } from "@/lib/keys/limits";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";

/** The limits of a key as they are being typed; what is empty sets none. */
export interface LimitsDraft {
  /** Dollars. */
  caps: Record<CapInterval, string>;
  requestsPerHour: string;
  /** Names, or starts of names with a star; none stands for every model. */
  models: readonly string[];
  /** Addresses and blocks; none stands for every address. */
  addresses: readonly string[];
  /** Days, or empty for no policy. */
  rotationDays: string;
}

export const noLimitsDraft: LimitsDraft = {
  caps: { day: "", week: "", month: "", total: "" },
  requestsPerHour: "",
  models: [],
  addresses: [],
  rotationDays: "",
};

/** What the fields of a draft are called where they are checked. */
export const limitFields = [
  "caps",
  "requestsPerHour",
  "modelAllowlist",
  "addressAllowlist",
  "rotationDays",
] as const;

export interface LimitsInput {
  caps: KeyCaps;
  requestsPerHour: number | null;
  modelAllowlist: string[] | null;
  addressAllowlist: string[] | null;
  rotationDays: number | null;
}

/** People write `$1,000`; the sign and the commas say nothing. */
function bare(text: string): string {
  return text
    .trim()
    .replace(/^\$\s*/, "")
    .replace(/,(?=\d{3}(?:\D|$))/g, "");
}

/** Not a number stays one, so that the check can say so. */
function wholeNumber(text: string): number | null {
  const digits = bare(text);
  if (digits === "") return null;
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

function listOrNull(list: readonly string[]): string[] | null {
  return list.length === 0 ? null : [...list];
}

/** A draft as the schema takes it, unchecked. */
export function readLimits(draft: LimitsDraft): LimitsInput {
  const { day, week, month, total } = draft.caps;
  const cap = (text: string) => bare(text) || null;
  return {
    caps: { day: cap(day), week: cap(week), month: cap(month), total: cap(total) },
    requestsPerHour: wholeNumber(draft.requestsPerHour),
    modelAllowlist: listOrNull(draft.models),
    addressAllowlist: listOrNull(draft.addresses),
    rotationDays: wholeNumber(draft.rotationDays),
  };
}

const periods: Record<CapInterval, string> = {
  day: "a day",
  week: "a week",
  month: "a month",
  total: "in total",
};

function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

/** What is set, in a line: `$25 a month, 2 models, rotated every 90 days`. Empty where nothing is. */
export function limitsText(draft: LimitsDraft): string {
  const { caps, requestsPerHour, models, addresses, rotationDays } = draft;
  const parts = capIntervals.flatMap((interval) => {
    const amount = bare(caps[interval]);
    return amount ? [`$${amount} ${periods[interval]}`] : [];
  });
  const rate = bare(requestsPerHour);
  if (rate) parts.push(`${rate} ${rate === "1" ? "request" : "requests"} an hour`);
  if (models.length > 0) parts.push(counted(models.length, "model"));
  if (addresses.length > 0) parts.push(counted(addresses.length, "address", "addresses"));
  if (rotationDays) parts.push(`rotated every ${rotationDays} days`);
  return parts.join(", ");
}

/** The amounts offered, in cents; any other between the limits can be typed. */
export const topUpPresetsCents = [1_000, 2_500, 5_000, 10_000] as const;

/**
 * Reads what a person typed as an amount, such as `25`, `$1,250` or `25.50`, in whole cents.
 * Null where it isn't a plain dollar amount; the limits are not checked here.
 */
export function parseDollars(text: string): number | null {
  const match = /^\$?\s*(\d{1,3}(?:,\d{3})*|\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  const whole = Number((match[1] ?? "").replaceAll(",", ""));
  return whole * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** Mail below this balance, for a workspace that has never chosen. */
export const alertCentsDefault = 200;

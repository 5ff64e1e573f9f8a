import { z } from "zod";
import { topUpCentsMax, topUpCentsMin } from "@/lib/billing/schema";

/** Bounds of auto top-up and of the alert, in US cents. */
export const thresholdCentsMin = 100;
export const monthlyLimitCentsMax = 10_000_000;
export const alertCentsMax = 1_000_000;

/** What the form starts with; the same as the columns' defaults. */
export const autoTopUpDefaults = {
  thresholdCents: 500,
  restoreCents: 2_500,
  monthlyLimitCents: 10_000,
} as const;

export const PauseReason = z.enum([
  "declined",
  "needs_action",
  "monthly_limit",
  "card_expired",
  "disputed",
]);
/** Why auto top-up doesn't charge although it is on. */
export type PauseReason = z.infer<typeof PauseReason>;

const cents = () => z.int({ error: "Enter an amount in dollars and cents." });

/** Auto top-up as the form sends it: whole cents as JSON numbers. */
export const SetAutoTopUp = z
  .object({
    thresholdCents: cents()
      .min(thresholdCentsMin, "The lowest balance to react to is $1.00.")
      .max(topUpCentsMax, "The highest balance to react to is $10,000.00."),
    restoreCents: cents()
      .min(topUpCentsMin, "The smallest top-up is $5.00.")
      .max(topUpCentsMax, "The largest top-up is $10,000.00."),
    monthlyLimitCents: cents()
      .min(topUpCentsMin, "The lowest monthly limit is $5.00, one smallest top-up.")
      .max(monthlyLimitCentsMax, "The highest monthly limit is $100,000.00."),
  })
  .refine(({ thresholdCents, restoreCents }) => restoreCents > thresholdCents, {
    path: ["restoreCents"],
    error: "Restore to more than the balance that starts the top-up.",
  });
export type SetAutoTopUp = z.infer<typeof SetAutoTopUp>;

/** The balance below which owners, admins and billing members get a mail; null where none is wanted. */
export const SetLowBalanceAlert = z.object({
  alertCents: cents()
    .min(1, "The lowest alert is at $0.01.")
    .max(alertCentsMax, "The highest alert is at $10,000.00.")
    .nullable(),
});
export type SetLowBalanceAlert = z.infer<typeof SetLowBalanceAlert>;

/** A credit code as somebody typed it. */
export const RedeemCode = z.object({
  code: z.string().trim().min(1, "Enter a code.").max(64, "This code isn't valid."),
});
export type RedeemCode = z.infer<typeof RedeemCode>;

/** A card works until its expiry month is over (UTC); what has no expiry works on. */
export function isCardExpired(
  card: { expiryMonth: number | null; expiryYear: number | null },
  now: Date,
): boolean {
  if (card.expiryMonth === null || card.expiryYear === null) return false;
  return now.getTime() >= Date.UTC(card.expiryYear, card.expiryMonth, 1);
}

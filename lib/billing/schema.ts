import { z } from "zod";
import { StatementFilter, statementFilters } from "@/lib/billing/kinds";

/** One payment, in US cents: from $5 to $10,000. */
export const topUpCentsMin = 500;
export const topUpCentsMax = 1_000_000;

export const TopUpStatus = z.enum(["pending", "needs_action", "succeeded", "failed", "cancelled"]);
export type TopUpStatus = z.infer<typeof TopUpStatus>;

/**
 * What the form may ask for. The amount is a JSON number of whole cents and nothing that merely looks
 * like one; the currency is ours to decide; where to return to isn't asked for at all.
 */
export const StartTopUp = z.object({
  amountCents: z
    .int({ error: "Enter an amount in dollars and cents." })
    .min(topUpCentsMin, "The smallest top-up is $5.00.")
    .max(topUpCentsMax, "The largest top-up is $10,000.00."),
  currency: z.literal("usd", { error: "Payments are in US dollars." }).optional(),
  /** Made by the form once an amount, so that a doubled submit is one payment. */
  formNonce: z.string().regex(/^[0-9A-Za-z_-]{16,64}$/, "Reload the page and try again."),
  /** Keeps the card with the provider, for auto top-up. */
  saveCard: z.boolean().optional(),
});
export type StartTopUp = z.infer<typeof StartTopUp>;

/** What a visitor of the demo checkout can press. */
export const CompleteCheckout = z.object({
  topUpId: z.string().max(64),
  choice: z.enum(["pay", "decline", "cancel"]),
  saveCard: z.boolean().optional(),
});
export type CompleteCheckout = z.infer<typeof CompleteCheckout>;

/** Which card a visitor of the demo's card page saves. */
export const CompleteCardSetup = z.object({ cardId: z.string().max(64) });
export type CompleteCardSetup = z.infer<typeof CompleteCardSetup>;

/** Days that PostgreSQL and people both read the same. */
const Day = z.iso.date().regex(/^2\d{3}-/);

/** What an export of the transactions is asked for in its address; nothing is everything. */
export const StatementExport = z
  .object({ from: Day.optional(), to: Day.optional(), kind: StatementFilter.optional() })
  .refine(({ from, to }) => !from || !to || from <= to)
  .transform(({ from, to, kind }) => ({
    from: from ?? null,
    to: to ?? null,
    kinds: kind ? statementFilters[kind].kinds : null,
  }));

/** Names one of the workspace's payments. */
export const TopUpReference = z.object({ topUpId: z.string().max(64) });
export type TopUpReference = z.infer<typeof TopUpReference>;

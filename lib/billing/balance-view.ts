import { z } from "zod";
import type { Balance } from "@/lib/billing/queries";

const Nanos = z.string().regex(/^-?\d+$/);

/** The balance as it goes to the browser: amounts are nano-dollars in decimal strings. */
export const BalanceView = z.object({
  balanceNanos: Nanos,
  heldNanos: Nanos,
  journalNanos: Nanos,
  spentThisMonthNanos: Nanos,
  grantedNanos: Nanos,
  paidNanos: Nanos,
  debtNanos: Nanos,
  runway: z.string().nullable(),
  share: z.number().nullable(),
  tone: z.enum(["neutral", "amber", "red"]),
});
export type BalanceView = z.infer<typeof BalanceView>;

export function toBalanceView(balance: Balance): BalanceView {
  return {
    balanceNanos: balance.balanceNanos.toString(),
    heldNanos: balance.heldNanos.toString(),
    journalNanos: balance.journalNanos.toString(),
    spentThisMonthNanos: balance.spentThisMonthNanos.toString(),
    grantedNanos: balance.grantedNanos.toString(),
    paidNanos: balance.paidNanos.toString(),
    debtNanos: balance.debtNanos.toString(),
    runway: balance.runway,
    share: balance.share,
    tone: balance.tone,
  };
}

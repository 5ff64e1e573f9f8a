import type { Balance } from "@/lib/billing/queries";
import { fields, nullable, number, oneOf, type Shaped, text, textLike } from "@/lib/shape";

const Nanos = textLike(/^-?\d+$/);

/** The balance as it goes to the browser: amounts are nano-dollars in decimal strings. */
export const BalanceView = fields({
  balanceNanos: Nanos,
  heldNanos: Nanos,
  journalNanos: Nanos,
  spentThisMonthNanos: Nanos,
  grantedNanos: Nanos,
  paidNanos: Nanos,
  debtNanos: Nanos,
  runway: nullable(text),
  share: nullable(number),
  tone: oneOf(["neutral", "amber", "red"]),
});
export type BalanceView = Shaped<typeof BalanceView>;

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

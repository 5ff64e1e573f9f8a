import { brand } from "@/lib/brand";

/**
 * The number on a payment's receipt, such as `GATE-7E8F9GAB`: short enough to be read out. It comes
 * from the random end of the payment's id, so it never changes and needs no counter.
 */
export function receiptNumber(topUpId: string): string {
  return `${brand.keyPrefix}-${topUpId.slice(-8)}`.toUpperCase();
}

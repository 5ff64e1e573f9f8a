import type { SavedCard } from "@/lib/billing/profile";

const brandNames: Record<string, string> = {
  amex: "American Express",
  cartes_bancaires: "Cartes Bancaires",
  diners: "Diners Club",
  discover: "Discover",
  eftpos_au: "eftpos Australia",
  jcb: "JCB",
  mastercard: "Mastercard",
  unionpay: "UnionPay",
  visa: "Visa",
};

/** `Visa ending in 4242`; brands as providers spell them in their data. */
export function cardText({ brand, last4 }: Pick<SavedCard, "brand" | "last4">): string {
  const name = brandNames[brand.toLowerCase()] ?? "Card";
  return last4 ? `${name} ending in ${last4}` : name;
}

/** `04/2029` */
export function expiryText(card: Pick<SavedCard, "expiryMonth" | "expiryYear">): string {
  return `${String(card.expiryMonth).padStart(2, "0")}/${card.expiryYear}`;
}

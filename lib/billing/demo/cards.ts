/** What a payment with a demo card ends in. */
export interface DemoCard {
  id: string;
  brand: string;
  last4: string;
  /** What the page says about it. */
  behaviour: string;
  outcome: "succeeded" | "declined" | "requires_action";
  code: string | null;
  declineCode: string | null;
  message: string;
}

/** Cards with known ends, so that each of them can be seen without a real card. */
export const demoCards: readonly DemoCard[] = [
  {
    ...{ id: "demo_card_4242", brand: "visa", last4: "4242", behaviour: "Every payment succeeds" },
    ...{ outcome: "succeeded", code: null, declineCode: null, message: "" },
  },
  {
    ...{
      id: "demo_card_9995",
      brand: "visa",
      last4: "9995",
      behaviour: "Every payment is declined",
    },
    ...{ outcome: "declined", code: "card_declined", declineCode: "insufficient_funds" },
    message: "The card has insufficient funds. Use another card, or try again later.",
  },
  {
    ...{
      id: "demo_card_3184",
      brand: "visa",
      last4: "3184",
      behaviour: "The bank wants to be asked",
    },
    ...{ outcome: "requires_action", code: "authentication_required", declineCode: null },
    message: "The card's bank wants you to confirm this payment yourself.",
  },
];

export function findDemoCard(id: string | null): DemoCard | null {
  return demoCards.find((card) => card.id === id) ?? null;
}

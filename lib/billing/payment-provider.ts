import type { EventEnvelope, PaymentNews, SavedCard } from "@/lib/billing/payment-news";

/** How a provider's events are told from forged ones, and what they say. */
export interface EventSource {
  /** The request header with the signature, lower case. */
  signatureHeader: string;
  /** When a body was signed, if one of our secrets did it over these very bytes; else null. */
  findSigningTime(rawBody: Uint8Array, header: string | null): Date | null;
  /** False for a genuine event that isn't for us: of test mode, or of somebody else's account. */
  isOurs(event: EventEnvelope): boolean;
  /** Never throws: what can't be understood is `unreadable`. */
  read(event: EventEnvelope): PaymentNews;
}

export interface NewCustomer {
  workspaceId: string;
  userId: string;
  name: string;
  email: string;
  /** The customer before this one, which is gone; null for the first. */
  replaces: string | null;
}

/** A top-up that the customer is to pay on the provider's page. Our row's id is its idempotency key. */
export interface CheckoutOrder {
  topUpId: string;
  amountCents: number;
  currency: string;
  customerId: string;
  /** The customer was made anew after the order was refused for the one before. */
  isAgain: boolean;
  /** Keeps the card for auto top-ups. */
  saveCard: boolean;
  description: string;
  /** Where the browser comes back to, paid or not. */
  returnUrl: string;
}

export interface OpenedCheckout {
  /** The page; a path of our own for the demo. */
  url: string;
  sessionId: string | null;
  paymentId: string | null;
}

export interface CardSetup {
  /** Names this attempt: the same id again is the same page. */
  id: string;
  customerId: string;
  savedUrl: string;
  cancelledUrl: string;
}

/** A payment with the saved card while the customer isn't there. Our row's id is its idempotency key. */
export interface CardCharge {
  topUpId: string;
  amountCents: number;
  currency: string;
  customerId: string;
  paymentMethodId: string;
  description: string;
}

/** What came of a charge. `code` and `declineCode` are the provider's, `message` is for people. */
export type ChargeResult =
  | { outcome: "succeeded" | "processing"; news: PaymentNews }
  | {
      outcome: "declined" | "requires_action";
      news: PaymentNews;
      message: string;
      code: string | null;
      declineCode: string | null;
    };

/** A payment of ours that the provider is asked about. */
export interface StartedPayment {
  topUpId: string;
  kind: "checkout" | "auto";
  sessionId: string | null;
  paymentId: string | null;
  customerId: string | null;
  startedAt: Date;
}

export interface CardDetails {
  paymentMethodId: string;
  /** Whose it is; null where it was taken away from its customer. */
  customerId: string | null;
  brand: string;
  last4: string | null;
  expiryMonth: number | null;
  expiryYear: number | null;
}

/** The provider didn't answer, or not with anything that decides. Nothing about money is known. */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderUnavailable";
}

/** The customer that was named is unknown to the provider. Nothing has happened. */
export class CustomerGone extends Error {
  override readonly name = "CustomerGone";
}

/** The same order was placed before with other choices. Nothing has happened. */
export class OrderChanged extends Error {
  override readonly name = "OrderChanged";
}

/**
 * The one door to an outside payment service. Every verb may throw ProviderUnavailable; any other error
 * is a defect of ours (a request that the provider refuses).
 */
export interface PaymentProvider {
  readonly name: "demo" | "stripe";
  readonly events: EventSource;
  /** Makes a customer and answers its id. */
  createCustomer(customer: NewCustomer): Promise<string>;
  /** May throw CustomerGone or OrderChanged. */
  openCheckout(order: CheckoutOrder): Promise<OpenedCheckout>;
  /** Ends a page that is still open, so that nobody can pay there; what became of it instead. */
  closeCheckout(payment: StartedPayment): Promise<PaymentNews>;
  /** Opens a page on which a card is saved, and answers its address. May throw CustomerGone. */
  openCardSetup(setup: CardSetup): Promise<string>;
  /** The card that an event spoke of; null where there is none (any more). */
  readCard(card: SavedCard): Promise<CardDetails | null>;
  /** Takes a card away from its customer; one that is gone already is fine. */
  forgetCard(paymentMethodId: string): Promise<void>;
  chargeCard(charge: CardCharge): Promise<ChargeResult>;
  /** What became of a payment; null where the provider knows nothing of it. */
  readPayment(payment: StartedPayment): Promise<PaymentNews | null>;
  /** Events since then that didn't reach us, the oldest first, as they would have come. */
  listUndeliveredEvents(since: Date): Promise<unknown[]>;
}

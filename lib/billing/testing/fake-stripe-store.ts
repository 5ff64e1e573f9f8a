import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type {
  CustomerParams,
  IntentParams,
  SessionParams,
} from "@/lib/billing/testing/fake-stripe-params";

/** An object as the API shows it. */
export type StripeObject = Record<string, unknown> & { id: string; object: string };

export interface FakeEvent extends StripeObject {
  type: string;
  created: number;
}

/** Ends of cards by their last digits, like those of Stripe's test cards. */
const declines: Record<string, { code: string; decline_code: string | null }> = {
  "0002": { code: "card_declined", decline_code: "generic_decline" },
  "9995": { code: "card_declined", decline_code: "insufficient_funds" },
  "9987": { code: "card_declined", decline_code: "lost_card" },
};
const asksForCardholder = "3184";

export class CardDeclined extends Error {
  constructor(
    readonly code: string,
    readonly declineCode: string | null,
    readonly intent: StripeObject,
  ) {
    super("Your card was declined.");
  }
}

/** Something that the API answers 400 or 404 for. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly param?: string,
  ) {
    super(message);
  }
}

const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString("hex")}`;
const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** The objects of one account, and what their owners do with them. Every change tells `emit` its event. */
export class FakeStripeStore {
  readonly objects = new Map<string, StripeObject>();

  constructor(
    private readonly emit: (type: string, object: StripeObject) => void,
    private readonly pageUrl: (sessionId: string) => string,
  ) {}

  private add<T extends StripeObject>(object: T): T {
    this.objects.set(object.id, object);
    return object;
  }

  get(id: string, kind: string, param = "id"): StripeObject {
    const found = this.objects.get(id);
    if (found?.object === kind) return found;
    throw new Refused("resource_missing", `No such ${kind}: '${id}'`, param);
  }

  list(kind: string): StripeObject[] {
    return [...this.objects.values()].filter((one) => one.object === kind).reverse();
  }

  createCustomer(params: z.infer<typeof CustomerParams>): StripeObject {
    return this.add({
      ...{ id: newId("cus"), object: "customer", created: nowSeconds(), livemode: false },
      ...{ name: params.name ?? null, email: params.email ?? null },
      metadata: params.metadata ?? {},
    });
  }

  createSession(params: z.infer<typeof SessionParams>): StripeObject {
    this.get(params.customer, "customer", "customer");
    const id = `cs_test_${randomBytes(24).toString("hex")}`;
    const items = params.line_items ?? [];
    const total = items.reduce((sum, item) => sum + item.quantity * item.price_data.unit_amount, 0);
    const setup =
      params.mode === "setup"
        ? this.add({
            ...{ id: newId("seti"), object: "setup_intent", status: "requires_payment_method" },
            ...{ customer: params.customer, payment_method: null, usage: "off_session" },
          })
        : null;
    return this.add({
      ...{ id, object: "checkout.session", created: nowSeconds(), livemode: false },
      ...{ mode: params.mode, status: "open", customer: params.customer },
      payment_status: params.mode === "setup" ? "no_payment_required" : "unpaid",
      amount_total: params.mode === "setup" ? null : total,
      currency: items[0]?.price_data.currency ?? null,
      client_reference_id: params.client_reference_id ?? null,
      ...{ metadata: params.metadata ?? {}, payment_intent: null, setup_intent: setup?.id ?? null },
      ...{ success_url: params.success_url, cancel_url: params.cancel_url ?? null },
      ...{ url: this.pageUrl(id), payment_intent_data: params.payment_intent_data ?? {} },
    });
  }

  private openSession(id: string): StripeObject {
    const session = this.get(id, "checkout.session");
    if (session.status === "open") return session;
    throw new Refused("resource_already_exists", "This Session is no longer open.");
  }

  expireSession(id: string): StripeObject {
    const session = this.openSession(id);
    Object.assign(session, { status: "expired", url: null });
    this.emit("checkout.session.expired", session);
    return session;
  }

  private addCard(last4: string, customer: string | null): StripeObject {
    const card = { brand: "visa", last4, exp_month: 4, exp_year: 2034 };
    return this.add({
      ...{ id: newId("pm"), object: "payment_method", type: "card" },
      ...{ card, customer },
    });
  }

  /** The customer pays on the page; a declined card leaves the page open for another. */
  payCheckout(id: string, last4 = "4242"): StripeObject {
    const session = this.openSession(id);
    const intent = this.intentOf(session);
    const decline = declines[last4];
    if (decline) {
      this.failIntent(intent, decline);
      return intent;
    }
    const isKept = intent.setup_future_usage === "off_session";
    intent.payment_method = this.addCard(last4, isKept ? String(session.customer) : null).id;
    this.succeed(intent);
    Object.assign(session, { status: "complete", payment_status: "paid", url: null });
    this.emit("checkout.session.completed", session);
    return intent;
  }

  /** The customer pays with something that takes days, such as a bank debit. */
  payLater(id: string): StripeObject {
    const session = this.openSession(id);
    const intent = this.intentOf(session);
    intent.status = "processing";
    Object.assign(session, { status: "complete", url: null });
    this.emit("checkout.session.completed", session);
    return intent;
  }

  endLatePayment(id: string, isPaid: boolean): void {
    const session = this.get(id, "checkout.session");
    const intent = this.get(String(session.payment_intent), "payment_intent");
    if (isPaid) {
      this.succeed(intent);
      session.payment_status = "paid";
      this.emit("checkout.session.async_payment_succeeded", session);
      return;
    }
    this.failIntent(intent, { code: "payment_intent_payment_attempt_failed", decline_code: null });
    this.emit("checkout.session.async_payment_failed", session);
  }

  private intentOf(session: StripeObject): StripeObject {
    if (typeof session.payment_intent === "string") {
      return this.get(session.payment_intent, "payment_intent");
    }
    const data = session.payment_intent_data;
    const intent = this.add({
      ...{ id: newId("pi"), object: "payment_intent", created: nowSeconds(), livemode: false },
      ...{ amount: session.amount_total, amount_received: 0, currency: session.currency },
      ...{ customer: session.customer, status: "requires_payment_method", payment_method: null },
      ...{ setup_future_usage: null, last_payment_error: null, latest_charge: null, metadata: {} },
      ...(typeof data === "object" ? data : {}),
    });
    session.payment_intent = intent.id;
    return intent;
  }

  private failIntent(intent: StripeObject, error: { code: string; decline_code: string | null }) {
    intent.status = "requires_payment_method";
    intent.last_payment_error = { ...error, type: "card_error", message: "Declined." };
    this.emit("payment_intent.payment_failed", intent);
  }

  private succeed(intent: StripeObject): void {
    const { amount, currency, customer, metadata } = intent;
    const charge = this.add({
      ...{ id: newId("ch"), object: "charge", amount, amount_refunded: 0, currency, customer },
      ...{ metadata, payment_intent: intent.id, refunded: false, status: "succeeded" },
    });
    Object.assign(intent, {
      ...{ status: "succeeded", amount_received: amount, latest_charge: charge.id },
      last_payment_error: null,
    });
    this.emit("payment_intent.succeeded", intent);
  }

  /** A payment with a saved card. Throws CardDeclined where its bank says no. */
  chargeCard(params: z.infer<typeof IntentParams>): StripeObject {
    this.get(params.customer, "customer", "customer");
    const method = this.get(params.payment_method, "payment_method", "payment_method");
    if (method.customer !== params.customer) {
      throw new Refused("payment_method_unexpected_state", "The PaymentMethod isn't attached.");
    }
    const intent = this.add({
      ...{ id: newId("pi"), object: "payment_intent", created: nowSeconds(), livemode: false },
      ...{ amount: params.amount, amount_received: 0, currency: params.currency },
      ...{ customer: params.customer, payment_method: method.id, setup_future_usage: null },
      ...{ status: "processing", last_payment_error: null, latest_charge: null },
      metadata: params.metadata ?? {},
    });
    const last4 = this.last4(method);
    const decline =
      last4 === asksForCardholder
        ? { code: "authentication_required", decline_code: "authentication_required" }
        : declines[last4];
    if (!decline) {
      this.succeed(intent);
      return intent;
    }
    this.failIntent(intent, decline);
    throw new CardDeclined(decline.code, decline.decline_code, intent);
  }

  private last4(method: StripeObject): string {
    const { card } = method;
    return typeof card === "object" && card && "last4" in card ? String(card.last4) : "";
  }

  /** The customer gives a card to be kept, on the page of a session of mode setup. */
  completeSetup(id: string, last4 = "4242"): StripeObject {
    const session = this.openSession(id);
    const setup = this.get(String(session.setup_intent), "setup_intent");
    const method = this.addCard(last4, String(session.customer));
    Object.assign(setup, { status: "succeeded", payment_method: method.id });
    Object.assign(session, { status: "complete", url: null });
    this.emit("setup_intent.succeeded", setup);
    this.emit("checkout.session.completed", session);
    return method;
  }

  detach(id: string): StripeObject {
    const method = this.get(id, "payment_method");
    method.customer = null;
    return method;
  }

  private chargeOf(intentId: string): StripeObject {
    const intent = this.get(intentId, "payment_intent");
    return this.get(String(intent.latest_charge), "charge");
  }

  refund(intentId: string, amount?: number): StripeObject {
    const charge = this.chargeOf(intentId);
    const left = Number(charge.amount) - Number(charge.amount_refunded);
    const refund = this.add({
      ...{ id: newId("re"), object: "refund", amount: amount ?? left, currency: charge.currency },
      ...{ charge: charge.id, payment_intent: intentId, status: "succeeded", metadata: {} },
      reason: "requested_by_customer",
    });
    this.addRefunded(charge, Number(refund.amount));
    this.emit("refund.created", refund);
    this.emit("charge.refunded", charge);
    return refund;
  }

  private addRefunded(charge: StripeObject, cents: number): void {
    charge.amount_refunded = Number(charge.amount_refunded) + cents;
    charge.refunded = charge.amount_refunded === charge.amount;
  }

  failRefund(id: string): void {
    const refund = this.get(id, "refund");
    refund.status = "failed";
    this.addRefunded(this.chargeOf(String(refund.payment_intent)), -Number(refund.amount));
    this.emit("refund.updated", refund);
    this.emit("refund.failed", refund);
  }

  dispute(intentId: string, amount?: number, status = "needs_response"): StripeObject {
    const charge = this.chargeOf(intentId);
    const dispute = this.add({
      ...{ id: newId("du"), object: "dispute", amount: amount ?? charge.amount, status },
      ...{ charge: charge.id, payment_intent: intentId, currency: charge.currency, metadata: {} },
      reason: "fraudulent",
    });
    this.emit("charge.dispute.created", dispute);
    if (!status.startsWith("warning_")) this.emit("charge.dispute.funds_withdrawn", dispute);
    return dispute;
  }

  closeDispute(id: string, status: "won" | "lost" | "warning_closed"): void {
    const dispute = this.get(id, "dispute");
    dispute.status = status;
    this.emit("charge.dispute.closed", dispute);
    if (status === "won") this.emit("charge.dispute.funds_reinstated", dispute);
  }
}

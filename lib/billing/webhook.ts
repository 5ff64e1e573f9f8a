import "server-only";
import { and, eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { paymentEvents } from "@/db/schema/billing";
import { readClock } from "@/lib/billing/clock";
import { EventEnvelope, type PaymentNews, storableJson } from "@/lib/billing/payment-news";
import type { CardDetails, PaymentProvider } from "@/lib/billing/payment-provider";
import { type Settled, settleNews } from "@/lib/billing/payment-settlement";
import { forgetAtProvider } from "@/lib/billing/saved-card";
import { findCustomer } from "@/lib/billing/saved-card-store";
import { isSignatureFresh } from "@/lib/billing/signature";
import { log } from "@/lib/log";

/** Larger than any event; what is longer isn't one. */
export const eventBytesMax = 256 * 1024;

export interface DeliveredEvent {
  /** The request's bytes as they came, because the signature is over these and nothing else. */
  rawBody: Uint8Array;
  signature: string | null;
}

export interface WebhookAnswer {
  status: 200 | 400;
  body: Record<string, unknown>;
}

function refuse(code: string, message: string): WebhookAnswer {
  return {
    status: 400,
    body: { success: false, message, error: { code, message, details: {} } },
  };
}

const badSignature = () => refuse("INVALID_SIGNATURE", "Webhook signature verification failed");
const badBody = () => refuse("INVALID_JSON", "The request body is not valid JSON");

/**
 * Takes in one event of a payment provider. The signature is checked over the raw bytes before anything is
 * parsed; the event's id, the decision and the credit are written in one transaction, so that an event
 * counts once however often it comes, and a crash leaves either all of it or nothing.
 *
 * Answers 200 for everything that needn't come again, 400 for what is not a genuine event of ours. It
 * throws where the database fails: the caller answers 500, and the provider sends the event again.
 */
export async function handlePaymentEvent(
  db: Db,
  provider: PaymentProvider,
  delivered: DeliveredEvent,
): Promise<WebhookAnswer> {
  const signedAt = provider.events.findSigningTime(delivered.rawBody, delivered.signature);
  if (!signedAt || !isSignatureFresh(signedAt, await readClock(db))) return badSignature();
  const event = parseEvent(delivered.rawBody);
  if (!event) return badBody();
  if (!provider.events.isOurs(event)) return badSignature();
  const outcome = await recordEvent(db, provider, event);
  return { status: 200, body: { received: true, outcome } };
}

function parseEvent(rawBody: Uint8Array): EventEnvelope | null {
  try {
    const parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody));
    const envelope = EventEnvelope.safeParse(storableJson(parsed));
    return envelope.success ? envelope.data : null;
  } catch {
    return null;
  }
}

export type RecordedOutcome = Settled["outcome"] | "duplicate";

/**
 * Writes a genuine event down and does what it asks for, once for each event id. What names nothing we
 * know, or contradicts what we know, is kept for a person, and the log raises the alarm.
 */
export async function recordEvent(
  db: Db,
  provider: PaymentProvider,
  event: EventEnvelope,
): Promise<RecordedOutcome> {
  const news = provider.events.read(event);
  const named = await nameCard(db, provider, news);
  const settled = await db.transaction(async (tx) => {
    // Another delivery of the same event waits here until this one has ended.
    const inserted = await tx
      .insert(paymentEvents)
      .values({
        ...{ provider: provider.name, id: event.id, type: event.type },
        ...{ outcome: "ignored", payload: event },
      })
      .onConflictDoNothing()
      .returning({ id: paymentEvents.id });
    if (inserted.length === 0) return null;
    const done = await settleNews(tx, provider.name, news, { source: "event", card: named.card });
    await noteOutcome(tx, provider, event.id, done);
    return done;
  });
  if (!settled) return "duplicate";
  if (settled.outcome === "quarantined" || settled.outcome === "parked") {
    const { topUpId, outcome } = settled;
    log.error(
      { provider: provider.name, eventId: event.id, type: event.type, topUpId, outcome },
      "a payment event doesn't match our records and was held back",
    );
  }
  if (named.replaced !== null) await forgetAtProvider(provider, named.replaced);
  return settled.outcome;
}

/** Does again what a parked event asks for, now that what it named may be known. */
export async function retryParkedEvent(
  db: Db,
  provider: PaymentProvider,
  event: EventEnvelope,
): Promise<RecordedOutcome> {
  const news = provider.events.read(event);
  const { card } = await nameCard(db, provider, news);
  return await db.transaction(async (tx) => {
    const [row] = await tx
      .select({ outcome: paymentEvents.outcome })
      .from(paymentEvents)
      .where(isEvent(provider, event.id))
      .for("update");
    if (row?.outcome !== "parked") return "duplicate";
    const done = await settleNews(tx, provider.name, news, { source: "reconciliation", card });
    await noteOutcome(tx, provider, event.id, done);
    return done.outcome;
  });
}

const isEvent = (provider: PaymentProvider, id: string) =>
  and(eq(paymentEvents.provider, provider.name), eq(paymentEvents.id, id));

async function noteOutcome(
  tx: Db,
  provider: PaymentProvider,
  eventId: string,
  { outcome, topUpId }: Settled,
): Promise<void> {
  if (outcome === "ignored" && topUpId === null) return;
  await tx.update(paymentEvents).set({ outcome, topUpId }).where(isEvent(provider, eventId));
}

/**
 * Events name a card by its id; what people know it by, the provider has to be asked for, before anything
 * is locked. Where it doesn't answer this throws, and the event comes again.
 */
async function nameCard(
  db: Db,
  provider: PaymentProvider,
  news: PaymentNews,
): Promise<{ card: CardDetails | null; replaced: string | null }> {
  const saved = news.kind === "card_saved" || news.kind === "paid" ? news.card : null;
  const owner = saved && (await findCustomer(db, provider.name, saved.customerId));
  if (!saved || !owner) return { card: null, replaced: null };
  const card = await provider.readCard(saved);
  const isOther =
    card?.customerId === saved.customerId && card.paymentMethodId !== owner.paymentMethodId;
  return { card, replaced: isOther ? owner.paymentMethodId : null };
}

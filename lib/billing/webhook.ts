import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { paymentEvents, topUps } from "@/db/schema/billing";
import { recordAudit } from "@/lib/audit/record";
import { readClock } from "@/lib/billing/clock";
import { postTransaction } from "@/lib/billing/journal";
import {
  decideOutcome,
  EventEnvelope,
  findTopUpId,
  type Outcome,
  storableJson,
} from "@/lib/billing/payment-event";
import { findSigningTime, isSignatureFresh } from "@/lib/billing/signature";
import { log } from "@/lib/log";
import { centsToNanos } from "@/lib/money";

type TopUp = typeof topUps.$inferSelect;

/** Larger than any event; what is longer isn't one. */
export const eventBytesMax = 256 * 1024;

export interface DeliveredEvent {
  provider: TopUp["provider"];
  /** The request's bytes as they came, because the signature is over these and nothing else. */
  rawBody: Uint8Array;
  signature: string | null;
  secret: string;
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
 * Takes in one event of a payment provider. The signature is checked over the raw bytes before
 * anything is parsed; the event's id, the decision and the credit are written in one transaction, so
 * that an event counts once however often it comes, and a crash leaves either all of it or nothing.
 *
 * Answers 200 for everything that needn't come again, 400 for what is not a genuine event. It throws
 * where the database fails: the caller answers 500, and the provider sends the event again.
 */
export async function handlePaymentEvent(db: Db, event: DeliveredEvent): Promise<WebhookAnswer> {
  const signedAt = findSigningTime(event.secret, event.rawBody, event.signature);
  if (!signedAt || !isSignatureFresh(signedAt, await readClock(db))) return badSignature();

  const parsed = parseBody(event.rawBody);
  if (parsed === undefined) return badBody();
  const envelope = EventEnvelope.safeParse(storableJson(parsed));
  if (!envelope.success) return badBody();

  const outcome = await db.transaction((tx) => recordEvent(tx, event.provider, envelope.data));
  if (outcome === "quarantined" || outcome === "parked") {
    log.error(
      { provider: event.provider, eventId: envelope.data.id, outcome },
      "a payment event doesn't match our records and was held back",
    );
  }
  return { status: 200, body: { received: true, outcome } };
}

function parseBody(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody));
  } catch {
    return undefined;
  }
}

async function recordEvent(
  tx: Db,
  provider: TopUp["provider"],
  envelope: EventEnvelope,
): Promise<Outcome["outcome"] | "duplicate"> {
  const topUpId = findTopUpId(envelope);
  const topUp = topUpId === null ? null : await lockTopUp(tx, provider, topUpId);
  const decision = decideOutcome(envelope, topUp);
  const inserted = await tx
    .insert(paymentEvents)
    .values({
      provider,
      id: envelope.id,
      type: envelope.type,
      topUpId,
      outcome: decision.outcome,
      payload: envelope,
    })
    .onConflictDoNothing()
    .returning({ id: paymentEvents.id });
  if (inserted.length === 0) return "duplicate";
  if (topUp) await applyOutcome(tx, topUp, decision);
  return decision.outcome;
}

/** Deliveries about one top-up queue here, so that each decides on what the one before has left. */
async function lockTopUp(tx: Db, provider: TopUp["provider"], id: string): Promise<TopUp | null> {
  const [topUp] = await tx
    .select()
    .from(topUps)
    .where(and(eq(topUps.id, id), eq(topUps.provider, provider)))
    .for("update");
  return topUp ?? null;
}

async function applyOutcome(tx: Db, topUp: TopUp, decision: Outcome): Promise<void> {
  if (decision.outcome === "credited") {
    const amountNanos = centsToNanos(topUp.amountCents);
    await postTransaction(tx, {
      workspaceId: topUp.workspaceId,
      kind: "top_up",
      reference: `top_up:${topUp.id}`,
      description: "Top-up",
      entries: [
        { account: "processor", amountNanos: -amountNanos },
        { account: "wallet", amountNanos },
      ],
    });
    await finishTopUp(tx, topUp, { status: "succeeded", failureMessage: null });
  } else if (decision.outcome === "failed") {
    await finishTopUp(tx, topUp, { status: "failed", failureMessage: decision.failureMessage });
  } else if (decision.outcome === "cancelled") {
    await finishTopUp(tx, topUp, { status: "cancelled", failureMessage: null });
  }
}

async function finishTopUp(
  tx: Db,
  topUp: TopUp,
  end: { status: "succeeded" | "failed" | "cancelled"; failureMessage: string | null },
): Promise<void> {
  await tx
    .update(topUps)
    .set({ ...end, completedAt: sql`now()` })
    .where(eq(topUps.id, topUp.id));
  await recordAudit(tx, {
    workspaceId: topUp.workspaceId,
    userId: null,
    action: `top_up.${end.status}`,
    targetType: "top_up",
    targetId: topUp.id,
    details: { amountCents: topUp.amountCents, currency: topUp.currency, provider: topUp.provider },
  });
}

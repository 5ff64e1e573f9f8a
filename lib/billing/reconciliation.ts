import "server-only";
import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { paymentEvents, topUps } from "@/db/schema/billing";
import { findStartedPayment } from "@/lib/billing/checkout";
import { readClock } from "@/lib/billing/clock";
import { EventEnvelope, type PaymentNews, storableJson } from "@/lib/billing/payment-news";
import { type PaymentProvider, ProviderUnavailable } from "@/lib/billing/payment-provider";
import { settleNews } from "@/lib/billing/payment-settlement";
import { bookReversals, findAwaitedTopUps } from "@/lib/billing/reversals";
import { recordEvent, retryParkedEvent } from "@/lib/billing/webhook";
import { log } from "@/lib/log";
import { addMs, dayMs } from "@/lib/time";

/** When a provider is asked what became of a payment, counted from its start. */
const askAfter = ["1 minute", "5 minutes", "10 minutes", "1 hour", "24 hours"] as const;

/** Checks after which a charge that the provider knows nothing of counts as never made. */
const neverMadeAfterChecks = 2;

const dueMax = 50;
const lanes = 5;

/** Stripe gives up on delivering an event after three days. */
const undeliveredDays = 3;

/**
 * Finds out what no event has told: asks about payments that are due, takes in events that didn't reach us,
 * refunds and disputes among them, and tries again what was parked. Everything goes through the same
 * decisions as an event, so nothing is credited twice. Any number of workers may run it. Answers how
 * many top-ups, events and reversals it changed.
 */
export async function reconcilePayments(db: Db, provider: PaymentProvider | null): Promise<number> {
  if (!provider) return 0;
  try {
    return (
      (await takeUndelivered(db, provider)) +
      (await askAboutDue(db, provider)) +
      (await retryParked(db, provider))
    );
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error;
    log.warn({ provider: provider.name, reason: error.message }, "payments were not reconciled");
    return 0;
  }
}

/** Asking for them is one call, however many payments are open. */
async function takeUndelivered(db: Db, provider: PaymentProvider): Promise<number> {
  const since = addMs(await readClock(db), -undeliveredDays * dayMs);
  const events: EventEnvelope[] = [];
  for (const undelivered of await provider.listUndeliveredEvents(since)) {
    const event = EventEnvelope.safeParse(storableJson(undelivered));
    if (event.success && provider.events.isOurs(event.data)) events.push(event.data);
  }
  if (events.length === 0) return 0;
  const ids = events.map((event) => event.id);
  const rows = await db
    .select({ id: paymentEvents.id })
    .from(paymentEvents)
    .where(and(eq(paymentEvents.provider, provider.name), inArray(paymentEvents.id, ids)));
  const known = new Set(rows.map((row) => row.id));
  const missing = events.filter((event) => !known.has(event.id));
  // In their order, because that is the cheapest one to get right.
  for (const event of missing) await recordEvent(db, provider, event);
  return missing.length;
}

async function askAboutDue(db: Db, provider: PaymentProvider): Promise<number> {
  const due = await db
    .select({ id: topUps.id })
    .from(topUps)
    .where(and(eq(topUps.provider, provider.name), lte(topUps.checkAt, sql`now()`)))
    .orderBy(asc(topUps.checkAt))
    .limit(dueMax);
  let changed = 0;
  async function runLane(): Promise<void> {
    for (let top = due.shift(); top !== undefined; top = due.shift()) {
      if (provider && (await askAbout(db, provider, top.id))) changed += 1;
    }
  }
  await Promise.all(Array.from({ length: lanes }, runLane));
  return changed;
}

/** Asks about one payment. Where the provider doesn't answer, it is asked again at the next run. */
async function askAbout(db: Db, provider: PaymentProvider, topUpId: string): Promise<boolean> {
  const checks = await takeCheck(db, topUpId);
  const started = await findStartedPayment(db, provider.name, topUpId);
  if (checks === null || !started) return false;
  try {
    const news = (await provider.readPayment(started)) ?? unheardOf(started, checks);
    if (!news) return false;
    const { outcome } = await db.transaction((tx) =>
      settleNews(tx, provider.name, news, { source: "reconciliation", card: null }),
    );
    if (news.kind === "cancelled") await stopAsking(db, topUpId);
    if (outcome === "quarantined") {
      log.error({ provider: provider.name, topUpId }, "a payment doesn't match our records");
    }
    return outcome !== "ignored";
  } catch (error) {
    await db
      .update(topUps)
      .set({ checks: checks - 1, checkAt: sql`now() + interval '1 minute'` })
      .where(eq(topUps.id, topUpId));
    // One payment that can't be asked about must not keep the others waiting.
    const reason = error instanceof Error ? error.message : String(error);
    const level = error instanceof ProviderUnavailable ? "warn" : "error";
    log[level]({ provider: provider.name, topUpId, reason }, "a payment was not asked about");
    return false;
  }
}

/** Takes a due check, so that no other worker does, and sets the next. Answers how many there were. */
async function takeCheck(db: Db, topUpId: string): Promise<number | null> {
  const next = sql`${topUps.createdAt} + (${sql.param([...askAfter])}::text[])[${topUps.checks} + 2]::interval`;
  const [row] = await db
    .update(topUps)
    .set({ checks: sql`${topUps.checks} + 1`, checkAt: next })
    .where(and(eq(topUps.id, topUpId), lte(topUps.checkAt, sql`now()`)))
    .returning({ checks: topUps.checks });
  return row?.checks ?? null;
}

async function stopAsking(db: Db, topUpId: string): Promise<void> {
  await db.update(topUps).set({ checkAt: null }).where(eq(topUps.id, topUpId));
}

/** A charge that the provider has no trace of, long after every attempt at it has ended. */
function unheardOf(
  started: { topUpId: string; kind: "checkout" | "auto" },
  checks: number,
): PaymentNews | null {
  if (started.kind !== "auto" || checks < neverMadeAfterChecks) return null;
  const payment = { topUpId: started.topUpId, sessionId: null, paymentId: null };
  return { kind: "cancelled", payment };
}

async function retryParked(db: Db, provider: PaymentProvider): Promise<number> {
  let changed = 0;
  for (const topUpId of await findAwaitedTopUps(db, provider.name)) {
    await db.transaction(async (tx) => {
      const [topUp] = await tx.select().from(topUps).where(eq(topUps.id, topUpId)).for("update");
      if (topUp?.status === "succeeded") await bookReversals(tx, topUp);
    });
    changed += 1;
  }
  for (const event of await findParkedEvents(db, provider)) {
    const outcome = await retryParkedEvent(db, provider, event);
    if (outcome !== "parked" && outcome !== "duplicate") changed += 1;
  }
  return changed;
}

/** Parked events of the last days that name something we know by now. */
async function findParkedEvents(db: Db, provider: PaymentProvider): Promise<EventEnvelope[]> {
  const rows = await db.execute<{ payload: unknown }>(sql`
    select e.payload from payment_events e
    where e.provider = ${provider.name} and e.outcome = 'parked'
      and e.received_at > now() - make_interval(days => ${undeliveredDays}::int)
      and (
        exists (
          select from top_ups t
          where t.provider = e.provider and (
            t.id = e.top_up_id
            or t.provider_session_id = e.payload #>> '{data,object,id}'
            or t.provider_payment_id in (
              e.payload #>> '{data,object,id}', e.payload #>> '{data,object,payment_intent}'
            )
          )
        )
        or exists (
          select from billing_profiles p
          where p.provider = e.provider
            and p.provider_customer_id = e.payload #>> '{data,object,customer}'
        )
      )
    order by e.received_at
    limit ${dueMax}`);
  const events: EventEnvelope[] = [];
  for (const row of rows) {
    const event = EventEnvelope.safeParse(row.payload);
    if (event.success) events.push(event.data);
  }
  return events;
}

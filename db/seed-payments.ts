import type { Db } from "@/db/client";
import { paymentEvents, topUps } from "@/db/schema/billing";
import { type InventedRequest, inventedSince, type SpendTarget } from "@/db/seed-traffic";
import { grantWelcomeCredit, postTransaction } from "@/lib/billing/journal";
import { newId } from "@/lib/id";
import { centsToNanos, usdToNanos } from "@/lib/money";
import { addMs, dayMs, minuteMs, secondMs, startOfDay } from "@/lib/time";

const welcomeNanos = usdToNanos("5");

/** What the demo paid in, in this order, each time the balance ran low. */
export const topUpCents = [2_500, 5_000, 5_000, 6_000, 10_000] as const;

/** What the demo's last 30 days cost, and what is left of its credit. */
const monthNanos = usdToNanos("128.447");
const balanceNanos = usdToNanos("42.18");

/** The last 30 days as the usage page counts them, and all that was before. */
export function spendTargets(now: Date): SpendTarget[] {
  const monthStart = addMs(startOfDay(now), -29 * dayMs);
  const paidNanos = topUpCents.reduce((sum, cents) => sum + centsToNanos(cents), welcomeNanos);
  return [
    { from: monthStart, until: now, costNanos: monthNanos },
    {
      from: inventedSince(now),
      until: monthStart,
      costNanos: paidNanos - balanceNanos - monthNanos,
    },
  ];
}

/** Acme tops up when less than this is left. */
const lowNanos = usdToNanos("11");

/** One card was declined before the payment that worked: its place in the list above. */
const declinedBefore = 3;

interface Payer {
  workspaceId: string;
  userId: string;
  openedAt: Date;
}

/** When each top-up was due: shortly before the request that would have left too little. */
export function planTopUps(
  requests: ReadonlyArray<Pick<InventedRequest, "at" | "costNanos">>,
): Array<{ at: Date; cents: number }> {
  const planned: Array<{ at: Date; cents: number }> = [];
  let left = welcomeNanos;
  for (const { at, costNanos } of requests) {
    const cents = topUpCents[planned.length];
    if (cents !== undefined && left - costNanos < lowNanos) {
      planned.push({ at: addMs(at, -3 * minuteMs), cents });
      left += centsToNanos(cents);
    }
    left -= costNanos;
    if (left < 0n) throw new Error("the demo's top-ups don't cover its traffic");
  }
  return planned;
}

async function insertTopUp(
  tx: Db,
  payer: Payer,
  payment: { at: Date; cents: number; isDeclined: boolean },
): Promise<void> {
  const { at, cents, isDeclined } = payment;
  const id = newId("topUp", at.getTime());
  const completedAt = addMs(at, 48 * secondMs);
  const failureMessage = isDeclined ? "Your card was declined." : null;
  await tx.insert(topUps).values({
    id,
    workspaceId: payer.workspaceId,
    userId: payer.userId,
    provider: "demo",
    amountCents: cents,
    status: isDeclined ? "failed" : "succeeded",
    failureMessage,
    formNonce: id,
    createdAt: at,
    completedAt,
  });
  const eventId = newId("event", completedAt.getTime());
  const type = isDeclined ? "payment.failed" : "payment.succeeded";
  await tx.insert(paymentEvents).values({
    provider: "demo",
    id: eventId,
    type,
    topUpId: id,
    outcome: isDeclined ? "failed" : "credited",
    payload: {
      id: eventId,
      type,
      created: Math.floor(completedAt.getTime() / secondMs),
      data: {
        top_up_id: id,
        amount_cents: cents,
        currency: "usd",
        ...(failureMessage ? { failure_message: failureMessage } : {}),
      },
    },
    receivedAt: completedAt,
  });
  if (isDeclined) return;
  const amountNanos = centsToNanos(cents);
  await postTransaction(tx, {
    workspaceId: payer.workspaceId,
    kind: "top_up",
    reference: `top_up:${id}`,
    description: "Top-up",
    entries: [
      { account: "processor", amountNanos: -amountNanos },
      { account: "wallet", amountNanos },
    ],
    at: completedAt,
  });
}

/** The welcome credit and every payment, through the journal like real ones. */
export async function insertPayments(
  tx: Db,
  payer: Payer,
  requests: readonly InventedRequest[],
): Promise<void> {
  await grantWelcomeCredit(tx, {
    workspaceId: payer.workspaceId,
    amountNanos: welcomeNanos,
    at: payer.openedAt,
  });
  for (const [index, { at, cents }] of planTopUps(requests).entries()) {
    if (index === declinedBefore) {
      const declinedAt = addMs(at, -4 * minuteMs);
      await insertTopUp(tx, payer, { at: declinedAt, cents, isDeclined: true });
    }
    await insertTopUp(tx, payer, { at, cents, isDeclined: false });
  }
}

import "server-only";
import type { Db } from "@/db/client";
import type { topUps } from "@/db/schema/billing";
import { centsToNanos, nanosToDecimal } from "@/lib/money";
import { emitEvents } from "@/lib/webhooks/emit";

type TopUp = typeof topUps.$inferSelect;

/** A payment as events tell of it. */
function toldTopUp({ id, amountCents, currency, kind }: TopUp) {
  return { id, amount: nanosToDecimal(centsToNanos(amountCents)), currency, kind };
}

/** Tells webhooks how a top-up ended, in the same transaction. What was cancelled never was one. */
export async function tellOfTopUp(
  tx: Db,
  topUp: TopUp,
  { status, failureMessage }: Pick<TopUp, "status" | "failureMessage">,
): Promise<void> {
  const { workspaceId } = topUp;
  const topup = toldTopUp(topUp);
  if (status === "succeeded") {
    await emitEvents(tx, [{ workspaceId, type: "topup.succeeded", data: { topup } }]);
  } else if (status === "failed") {
    const data = { topup, reason: failureMessage };
    await emitEvents(tx, [{ workspaceId, type: "topup.failed", data }]);
  }
}

const refunds = { "top_up.refunded": "refunded", "top_up.refund_failed": "failed" } as const;
const disputes = {
  "top_up.disputed": "opened",
  "top_up.dispute_won": "won",
  "top_up.dispute_lost": "lost",
} as const;

/** What can become of a payment after it has arrived, as the audit trail names it. */
export type ReversalAct = keyof typeof refunds | keyof typeof disputes;

const isRefund = (act: ReversalAct): act is keyof typeof refunds => Object.hasOwn(refunds, act);

/** Tells webhooks of a refund or a dispute, in the transaction that books it. */
export async function tellOfReversal(
  tx: Db,
  topUp: TopUp,
  act: ReversalAct,
  amountNanos: bigint,
): Promise<void> {
  const { workspaceId } = topUp;
  const moved = { topup: toldTopUp(topUp), amount: nanosToDecimal(amountNanos) };
  await emitEvents(tx, [
    isRefund(act)
      ? { workspaceId, type: "payment.refunded", data: { ...moved, status: refunds[act] } }
      : { workspaceId, type: "payment.disputed", data: { ...moved, status: disputes[act] } },
  ]);
}

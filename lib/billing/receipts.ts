import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { paymentReversals, topUps } from "@/db/schema/billing";
import { users, workspaces } from "@/db/schema/workspaces";
import { receiptNumber } from "@/lib/billing/receipt-number";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

export interface ReceiptReversal {
  id: string;
  kind: "refund" | "dispute";
  amountCents: number;
  /** `booked` is taken back; `released` was returned to the customer's credit; `lost` is final. */
  status: "booked" | "released" | "lost";
  at: Date;
}

/** What a paid top-up's receipt says. Amounts in cents of `currency`. */
export interface Receipt {
  topUpId: string;
  number: string;
  amountCents: number;
  currency: string;
  provider: (typeof topUps.$inferSelect)["provider"];
  /** The provider's own id of the payment, where it has one. */
  providerPaymentId: string | null;
  /** What it was paid with, where the provider has told. */
  card: { brand: string; last4: string } | null;
  kind: (typeof topUps.$inferSelect)["kind"];
  startedAt: Date;
  paidAt: Date;
  workspaceName: string;
  /** Who started the payment, or switched automatic top-ups on. */
  payer: { name: string; email: string };
  /** Oldest first. */
  reversals: ReceiptReversal[];
  /** What was taken back and stays so. */
  reversedCents: number;
}

/**
 * The receipt of one of the workspace's own payments; null for one that wasn't paid, for anybody
 * else's, and for one that doesn't exist.
 */
export async function findReceipt(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  topUpId: string,
): Promise<Receipt | null> {
  if (!isId("topUp", topUpId)) return null;
  const [row] = await db
    .select({
      topUp: topUps,
      workspaceName: workspaces.name,
      payer: { name: users.name, email: users.email },
    })
    .from(topUps)
    .innerJoin(workspaces, eq(workspaces.id, topUps.workspaceId))
    .innerJoin(users, eq(users.id, topUps.userId))
    .where(and(eq(topUps.id, topUpId), eq(topUps.workspaceId, scope.workspaceId)));
  if (row?.topUp.status !== "succeeded") return null;
  const [reversals, card] = await Promise.all([
    listReversals(db, topUpId),
    findCard(db, row.topUp.workspaceId, topUpId),
  ]);
  const { topUp, workspaceName, payer } = row;
  return {
    topUpId,
    number: receiptNumber(topUpId),
    amountCents: topUp.amountCents,
    currency: topUp.currency,
    provider: topUp.provider,
    providerPaymentId: topUp.providerPaymentId,
    card,
    kind: topUp.kind,
    startedAt: topUp.createdAt,
    paidAt: topUp.completedAt ?? topUp.createdAt,
    workspaceName,
    payer,
    reversals,
    reversedCents: reversals
      .filter(({ status }) => status !== "released")
      .reduce((sum, { amountCents }) => sum + amountCents, 0),
  };
}

const CardRow = z.object({
  brand: z.string().max(32),
  last4: z.string().regex(/^\d{4}$/),
});

/**
 * The card of one payment: as the provider's event of the charge describes it, else the saved card where
 * the event names that one. https://docs.stripe.com/api/charges/object (payment_method_details)
 */
async function findCard(db: Db, workspaceId: string, topUpId: string): Promise<Receipt["card"]> {
  const rows = await db.execute(sql`
    select coalesce(e.card ->> 'brand', p.card_brand) as brand,
      coalesce(e.card ->> 'last4', p.card_last4) as last4
    from (
      select received_at,
        payload #> '{data,object,payment_method_details,card}' as card,
        coalesce(
          payload #>> '{data,object,payment_method}', payload #>> '{data,card,payment_method_id}'
        ) as method
      from payment_events where top_up_id = ${topUpId}
    ) e
    left join billing_profiles p
      on p.workspace_id = ${workspaceId} and p.payment_method_id = e.method
    where coalesce(e.card ->> 'brand', p.card_brand) is not null
    order by e.card is null, e.received_at desc limit 1
  `);
  const card = CardRow.safeParse(rows[0]);
  return card.success ? card.data : null;
}

async function listReversals(db: Db, topUpId: string): Promise<ReceiptReversal[]> {
  const rows = await db
    .select({
      id: paymentReversals.id,
      kind: paymentReversals.kind,
      amountCents: paymentReversals.amountCents,
      status: paymentReversals.status,
      at: paymentReversals.createdAt,
    })
    .from(paymentReversals)
    .where(eq(paymentReversals.topUpId, topUpId))
    .orderBy(asc(paymentReversals.createdAt), asc(paymentReversals.id));
  // What is parked waits for its payment's credit and hasn't moved anything yet.
  return rows.flatMap(({ status, ...rest }) => (status === "parked" ? [] : [{ ...rest, status }]));
}

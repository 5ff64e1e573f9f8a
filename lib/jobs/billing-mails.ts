import "server-only";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { workspaces } from "@/db/schema/workspaces";
import type { BalanceAlert } from "@/lib/billing/alert-watch";
import { findDueAlerts, takeAlert } from "@/lib/billing/alert-watch";
import { receiptNumber } from "@/lib/billing/receipt-number";
import { newId } from "@/lib/id";
import {
  autoTopUpActionMail,
  autoTopUpFailedMail,
  autoTopUpPausedMail,
  balanceDepletedMail,
  type DisputeState,
  disputeMail,
  lowBalanceMail,
  receiptMail,
  refundFailedMail,
  refundMail,
} from "@/lib/mail/billing-templates";
import type { MailMessage } from "@/lib/mail/message";
import { queueMails } from "@/lib/mail/outbox";
import { listBillingRecipients } from "@/lib/mail/recipients";
import { centsToNanos, nanosToDecimal } from "@/lib/money";
import { withoutUnwanted } from "@/lib/notifications/choices";
import { rolesWith } from "@/lib/permissions";
import { addMs, dayMs } from "@/lib/time";
import { emitEvents, type WebhookEvent } from "@/lib/webhooks/emit";

const payers = sql`(${sql.join(
  rolesWith("billing.manage").map((role) => sql`${role}`),
  sql`, `,
)})`;

/** What those who pay for a workspace are to be told, once a reference. */
interface Notice {
  workspaceId: string;
  kind: string;
  reference: string;
  message: MailMessage;
}

/** Queues each notice to the owners, admins and billing members who want it. Answers how many mails are new. */
async function tellPayers(tx: Db, notices: readonly Notice[]): Promise<number> {
  const recipients = await listBillingRecipients(
    tx,
    notices.map((notice) => notice.workspaceId),
  );
  const mails = notices.flatMap(({ workspaceId, ...notice }) =>
    (recipients.get(workspaceId) ?? []).map(({ userId, email }) => ({
      ...{ workspaceId, userId, to: email, ...notice },
    })),
  );
  return await queueMails(tx, await withoutUnwanted(tx, mails));
}

/**
 * What happened longer ago is told no more. Mails are forgotten after thirty days, and with them that they
 * were sent; so this must stay well below.
 */
const tellWithinDays = 3;
/** The oldest payment that is looked at: one that takes longer to end is told of on the page alone. */
const oldestPaymentMs = 14 * dayMs;
const batchMax = 200;

const PaymentRow = z.object({
  id: z.string(),
  workspace_id: z.string(),
  workspace_name: z.string(),
  kind: z.enum(["checkout", "auto"]),
  status: z.enum(["succeeded", "failed", "needs_action"]),
  amount_cents: z.number(),
  currency: z.string(),
  failure_message: z.string().nullable(),
  at_ms: z.coerce.number(),
  retry_at_ms: z.coerce.number().nullable(),
  is_paused: z.boolean(),
  reference: z.string(),
});

/**
 * Queues the receipts of payments that have arrived, and tells of automatic ones that failed or wait for
 * their cardholder. It looks at what is in the books, so nothing has to be remembered between a payment
 * and its mail. Answers how many mails it queued.
 */
export async function tellOfPayments(db: Db): Promise<number> {
  return await db.transaction(async (tx) => {
    // Ids sort by the time they were made, so the primary key leads to the recent ones.
    const oldest = newId("topUp", addMs(new Date(), -oldestPaymentMs).getTime()).slice(0, 14);
    const rows = await tx.execute(sql`
      with ended as (
        select t.*, coalesce(t.completed_at, t.created_at) as at,
          case t.status when 'succeeded' then 'receipt:' when 'failed' then 'auto_top_up_failed:'
            else 'auto_top_up_action:' end || t.id as reference
        from top_ups t
        where t.id > ${oldest}
          and (t.status = 'succeeded' or (t.kind = 'auto' and t.status in ('failed', 'needs_action')))
      )
      select e.id, e.workspace_id, w.name as workspace_name, e.kind, e.status, e.amount_cents, e.currency,
        e.failure_message, floor(extract(epoch from e.at) * 1000)::text as at_ms,
        floor(extract(epoch from p.auto_retry_at) * 1000)::text as retry_at_ms,
        coalesce(p.auto_paused_reason = 'declined', false) as is_paused, e.reference
      from ended e
      join workspaces w on w.id = e.workspace_id
      left join billing_profiles p on p.workspace_id = e.workspace_id
      where e.at > now() - make_interval(days => ${tellWithinDays}::int)
        and not exists (select from mails m where m.reference = e.reference)
        and exists (
          select from members b
          where b.workspace_id = e.workspace_id and b.role in ${payers}
            -- Whoever wanted none when it ended gets none later, and it isn't looked at for ever.
            and not exists (
              select from notification_choices c
              where c.user_id = b.user_id and (not c.is_on or c.updated_at > e.at)
                and c.notice = case e.status when 'succeeded' then 'receipt' else 'auto_top_up' end
            )
        )
      order by e.at
      limit ${batchMax}`);
    return await tellPayers(
      tx,
      z
        .array(PaymentRow)
        .parse([...rows])
        .map(noticeOfPayment),
    );
  });
}

function noticeOfPayment(row: z.infer<typeof PaymentRow>): Notice {
  const topUp = {
    ...{ id: row.id, workspaceName: row.workspace_name, amountCents: row.amount_cents },
    ...{ currency: row.currency, isAuto: row.kind === "auto" },
  };
  const { workspace_id: workspaceId, reference } = row;
  if (row.status === "succeeded") {
    const receipt = { number: receiptNumber(row.id), paidAt: new Date(row.at_ms) };
    return { workspaceId, reference, kind: "receipt", message: receiptMail(topUp, receipt) };
  }
  if (row.status === "needs_action") {
    const message = autoTopUpActionMail(topUp);
    return { workspaceId, reference, kind: "auto_top_up_action", message };
  }
  const message = autoTopUpFailedMail(topUp, {
    message: row.failure_message,
    isPaused: row.is_paused,
    retryAt: row.retry_at_ms === null ? null : new Date(row.retry_at_ms),
  });
  return { workspaceId, reference, kind: "auto_top_up_failed", message };
}

const ReversalRow = z.object({
  reference: z.string(),
  workspace_id: z.string(),
  workspace_name: z.string(),
  top_up_id: z.string(),
  amount: z.coerce.bigint(),
  at_ms: z.coerce.number(),
});

/**
 * The same for refunds, and for disputes when they are opened and when they are decided. The journal is
 * what is told of: one movement is one mail, in however many pieces a provider spoke of it.
 */
export async function tellOfReversals(db: Db): Promise<number> {
  return await db.transaction(async (tx) => {
    const rows = await tx.execute(sql`
      with reversed as (
        select distinct t.workspace_id
        from payment_reversals r join top_ups t on t.id = r.top_up_id
      )
      select x.reference, x.workspace_id, w.name as workspace_name, t.id as top_up_id,
        m.amount::text as amount, floor(extract(epoch from x.created_at) * 1000)::text as at_ms
      from reversed
      join ledger_transactions x on x.workspace_id = reversed.workspace_id
        and x.created_at > now() - make_interval(days => ${tellWithinDays}::int)
        and x.kind in ('refund', 'dispute')
      join lateral (
        -- Above zero where it was taken from the customer.
        select max(e.amount_nanos) as amount from ledger_entries e
        where e.transaction_id = x.id and e.account in ('processor', 'disputes')
      ) m on true
      left join payment_reversals r on x.kind = 'dispute' and r.id = split_part(x.reference, ':', 2)
      join top_ups t on t.id = coalesce(r.top_up_id, split_part(x.reference, ':', 2))
      join workspaces w on w.id = x.workspace_id
      where not exists (select from mails m where m.reference = x.reference)
        and exists (
          select from members b
          where b.workspace_id = x.workspace_id and b.role in ${payers}
        )
      order by x.created_at
      limit ${batchMax}`);
    return await tellPayers(
      tx,
      z
        .array(ReversalRow)
        .parse([...rows])
        .map(noticeOfReversal),
    );
  });
}
const disputeStates: Record<string, DisputeState> = {
  opened: "opened",
  won: "won",
  reinstated: "won",
  lost: "lost",
};

function noticeOfReversal(row: z.infer<typeof ReversalRow>): Notice {
  const { workspace_id: workspaceId, reference, amount } = row;
  const reversal = {
    ...{ workspaceName: row.workspace_name, topUpId: row.top_up_id, at: new Date(row.at_ms) },
    amountNanos: amount < 0n ? -amount : amount,
  };
  const [kind, , step = ""] = reference.split(":");
  const state = kind === "dispute" ? disputeStates[step] : undefined;
  if (state !== undefined) {
    return { workspaceId, reference, kind: "dispute", message: disputeMail(reversal, state) };
  }
  const message = amount < 0n ? refundFailedMail(reversal) : refundMail(reversal);
  return { workspaceId, reference, kind: "refund", message };
}

/**
 * Tells, in the transaction that paused it, that auto top-up charges nothing for now: once a month for the
 * limit, once a card for its expiry.
 */
export async function tellOfPause(
  tx: Db,
  workspaceId: string,
  reason: "monthly_limit" | "card_expired",
): Promise<number> {
  const [row] = await tx.execute<{ name: string; occasion: string }>(sql`
    select w.name, case when ${reason} = 'monthly_limit'
      then to_char(now() at time zone 'UTC', 'YYYY-MM') || ':' || p.auto_monthly_limit_cents
      else coalesce(p.payment_method_id, '') end as occasion
    from workspaces w join billing_profiles p on p.workspace_id = w.id
    where w.id = ${workspaceId}`);
  if (!row) return 0;
  return await tellPayers(tx, [
    {
      ...{ workspaceId, kind: "auto_top_up_paused" },
      reference: `auto_top_up_paused:${workspaceId}:${reason}:${row.occasion}`,
      message: autoTopUpPausedMail(row.name, reason),
    },
  ]);
}

/** Tells of balances that have fallen below their alert, webhooks too. Answers how many mails it queued. */
export async function tellOfLowBalances(db: Db): Promise<number> {
  let queued = 0;
  for (const workspaceId of await findDueAlerts(db)) {
    queued += await db.transaction(async (tx) => {
      const alert = await takeAlert(tx, workspaceId);
      if (!alert) return 0;
      if (alert.isFirst) await emitEvents(tx, [eventOfAlert(alert)]);
      return await tellPayers(tx, [await noticeOfAlert(tx, alert)]);
    });
  }
  return queued;
}

function eventOfAlert({ workspaceId, ...alert }: BalanceAlert): WebhookEvent {
  return {
    workspaceId,
    type: "balance.low",
    data: {
      balance: nanosToDecimal(alert.balanceNanos),
      threshold: nanosToDecimal(centsToNanos(alert.alertCents)),
      currency: "usd",
      auto_top_up: alert.autoTopUpIsOn,
    },
  };
}

async function noticeOfAlert(tx: Db, alert: BalanceAlert): Promise<Notice> {
  const { workspaceId, kind, reference, isFirst: _isFirst, ...balance } = alert;
  const [workspace] = await tx
    .select({ name: workspaces.name })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  const about = { ...balance, workspaceName: workspace?.name ?? "" };
  const message = kind === "low_balance" ? lowBalanceMail(about) : balanceDepletedMail(about);
  return { workspaceId, kind, reference, message };
}

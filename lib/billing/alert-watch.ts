import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
import { decideAlert, depletedBelowNanos } from "@/lib/billing/alert";
import { alertCentsDefault } from "@/lib/billing/amounts";
import { nanosPerCent } from "@/lib/money";

/** What a workspace's people are to be told. */
export interface BalanceAlert {
  kind: "low_balance" | "balance_depleted";
  workspaceId: string;
  balanceNanos: bigint;
  alertCents: number;
  autoTopUpIsOn: boolean;
  /** Whether this dip is told of for the first time. */
  isFirst: boolean;
  /** Names the occasion: this kind of mail, of this dip of the balance. */
  reference: string;
}

const dueMax = 200;
/** Whoever was told, and then has spent the rest after this, has been told well enough. */
const depletedWithinDays = 7;

/** The reference of a mail about one dip, which is named by the time of its alert to the millisecond. */
const referenceOf = (kind: BalanceAlert["kind"], workspaceId: string, alertedAt: Date) =>
  `${kind}:${workspaceId}:${alertedAt.getTime()}`;

/**
 * Arms the alerts of balances that have recovered without `armAlert` having seen it, and answers the
 * workspaces where one may have to go off; `takeAlert` decides on each. Who has never chosen gets the default alert; who has never spent or
 * been credited anything gets none, for nothing has fallen there.
 */
export async function findDueAlerts(db: Db): Promise<string[]> {
  await db.execute(sql`
    update ${billingProfiles} p set alert_armed = true
    from ${budgets} b
    where not p.alert_armed and p.alert_cents is not null
      and b.workspace_id = p.workspace_id and b.kind = 'balance' and b.key_id is null
      and (b."limit" - b.used) * 5 >= p.alert_cents * ${nanosPerCent}::bigint * 6`);
  const rows = await db.execute<{ workspace_id: string }>(sql`
    select b.workspace_id
    from ${budgets} b
    join workspaces w on w.id = b.workspace_id and w.suspended_at is null and w.deleted_at is null
    left join ${billingProfiles} p on p.workspace_id = b.workspace_id
    where b.kind = 'balance' and b.key_id is null and b."limit" > 0 and b.used > 0
      and b."limit" - b.used < ${nanosPerCent}::bigint
        * case when p.workspace_id is null then ${alertCentsDefault}::int else p.alert_cents end
      and (
        coalesce(p.alert_armed, true)
        or (
          b."limit" - b.used < ${depletedBelowNanos}::bigint
          and p.alerted_at > now() - make_interval(days => ${depletedWithinDays}::int)
          and not exists (
            select from mails m where m.reference = 'balance_depleted:' || p.workspace_id || ':'
              || floor(extract(epoch from p.alerted_at) * 1000)::bigint
          )
        )
      )
    order by b.workspace_id
    limit ${dueMax}`);
  return rows.map((row) => row.workspace_id);
}

/**
 * Decides once more, with the workspace's profile locked, disarms the alert, and answers what to tell;
 * null for nothing. Call it in the transaction that queues the mails, so that both happen or neither.
 */
export async function takeAlert(tx: Db, workspaceId: string): Promise<BalanceAlert | null> {
  await tx.insert(billingProfiles).values({ workspaceId }).onConflictDoNothing();
  const [profile] = await tx
    .select()
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId))
    .for("update");
  const [balance] = await tx
    .select({ nanos: sql<bigint>`${budgets.limit} - ${budgets.used}`.mapWith(BigInt) })
    .from(budgets)
    .where(
      and(eq(budgets.workspaceId, workspaceId), eq(budgets.kind, "balance"), isNull(budgets.keyId)),
    );
  if (!profile || !balance || profile.alertCents === null) return null;
  const { alertCents, autoTopUp: autoTopUpIsOn, alertArmed: isArmed } = profile;
  const decision = decideAlert({ balanceNanos: balance.nanos, alertCents, isArmed });
  if (decision !== "low" && decision !== "depleted") return null;

  const alertedAt = isArmed ? await disarm(tx, workspaceId) : profile.alertedAt;
  if (!alertedAt) return null;
  const kind = decision === "low" ? "low_balance" : "balance_depleted";
  return {
    ...{ kind, workspaceId, balanceNanos: balance.nanos, alertCents, autoTopUpIsOn },
    isFirst: isArmed,
    reference: referenceOf(kind, workspaceId, alertedAt),
  };
}

/**
 * Arms the alert again where a credit has brought the balance far enough above its threshold, and lets it be
 * told anew that it is used up. Call it in the transaction of the credit, so that a balance that is spent
 * within seconds is told of all the same.
 */
export async function armAlert(tx: Db, workspaceId: string, balanceNanos: bigint): Promise<void> {
  const [profile] = await tx
    .select({
      alertCents: billingProfiles.alertCents,
      isArmed: billingProfiles.alertArmed,
      depletedAt: billingProfiles.depletedAt,
    })
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId))
    // An alert that is going off just now read the balance without this credit: it is waited for.
    .for("update");
  if (!profile) return;
  const isRecovered = profile.depletedAt !== null && balanceNanos >= depletedBelowNanos;
  const isArmed = decideAlert({ ...profile, balanceNanos }) === "rearm";
  if (!isRecovered && !isArmed) return;
  await tx
    .update(billingProfiles)
    .set({
      ...(isArmed ? { alertArmed: true } : {}),
      ...(isRecovered ? { depletedAt: null } : {}),
    })
    .where(eq(billingProfiles.workspaceId, workspaceId));
}

async function disarm(tx: Db, workspaceId: string): Promise<Date | null> {
  const [disarmed] = await tx
    .update(billingProfiles)
    .set({ alertArmed: false, alertedAt: sql`clock_timestamp()` })
    .where(and(eq(billingProfiles.workspaceId, workspaceId), eq(billingProfiles.alertArmed, true)))
    .returning({ alertedAt: billingProfiles.alertedAt });
  return disarmed?.alertedAt ?? null;
}

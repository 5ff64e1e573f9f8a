import "server-only";
import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { topUps } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
import { plans, workspaces } from "@/db/schema/workspaces";
import { balanceTone, runwayText } from "@/lib/billing/runway";
import { isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

/** Every amount in nano-dollars. */
export interface Balance {
  /** All that was credited less all that was charged. */
  balanceNanos: bigint;
  /** Set aside for requests that are running. */
  heldNanos: bigint;
  /** What the next request can spend. */
  availableNanos: bigint;
  /** The wallet in the journal; it follows the balance when the hour is posted. */
  journalNanos: bigint;
  spentThisMonthNanos: bigint;
  grantedNanos: bigint;
  /** "about 12 days at this rate", from the last seven days; null while nothing was spent. */
  runway: string | null;
  /** The balance as a share of the last credit, 0 to 1; null before any. */
  share: number | null;
  tone: "neutral" | "amber" | "red";
}

export type Funds = Pick<Balance, "balanceNanos" | "heldNanos" | "availableNanos">;

/** The workspace's money alone, one row read. Throws an Error where the workspace has none. */
export async function readFunds(db: Db, scope: Pick<Scope, "workspaceId">): Promise<Funds> {
  const [row] = await db
    .select({ limitNanos: budgets.limit, usedNanos: budgets.used, heldNanos: budgets.held })
    .from(budgets)
    .where(
      and(
        eq(budgets.workspaceId, scope.workspaceId),
        eq(budgets.kind, "balance"),
        isNull(budgets.keyId),
      ),
    );
  if (!row) throw new Error(`workspace ${scope.workspaceId} has no balance`);
  const balanceNanos = row.limitNanos - row.usedNanos;
  const { heldNanos } = row;
  return { balanceNanos, heldNanos, availableNanos: balanceNanos - heldNanos };
}

const nanos = (value: ReturnType<typeof sql>) => sql<bigint>`${value}`.mapWith(BigInt);

/** The workspace's balance, as one snapshot. Throws an Error where the workspace has none. */
export async function getBalance(db: Db, scope: Pick<Scope, "workspaceId">): Promise<Balance> {
  const workspaceId = scope.workspaceId;
  const wallet = (filter: ReturnType<typeof sql>) => sql`(
    select coalesce(sum(e.amount_nanos), 0) from ledger_entries e
    join ledger_transactions t on t.id = e.transaction_id
    where e.workspace_id = ${workspaceId} and e.account = 'wallet' and ${filter}
  )`;
  const spentSince = (since: ReturnType<typeof sql>) => sql`(
    select coalesce(sum(cost_nanos), 0) from usage_hourly
    where workspace_id = ${workspaceId} and hour >= ${since}
  )`;
  const [row] = await db
    .select({
      limitNanos: budgets.limit,
      usedNanos: budgets.used,
      heldNanos: budgets.held,
      journalNanos: nanos(wallet(sql`true`)),
      grantedNanos: nanos(wallet(sql`t.kind = 'grant'`)),
      lastCreditNanos: nanos(sql`coalesce((
        select e.amount_nanos from ledger_transactions t
        join ledger_entries e on e.transaction_id = t.id and e.account = 'wallet'
        where t.workspace_id = ${workspaceId} and t.kind <> 'usage' and e.amount_nanos > 0
        order by t.created_at desc, t.id desc limit 1
      ), 0)`),
      spentThisMonthNanos: nanos(spentSince(sql`date_trunc('month', now(), 'UTC')`)),
      spentThisWeekNanos: nanos(spentSince(sql`now() - interval '7 days'`)),
      spendingMs: sql<number>`coalesce((
        select extract(epoch from now() - min(hour)) * 1000 from usage_hourly
        where workspace_id = ${workspaceId} and hour >= now() - interval '7 days'
          and cost_nanos > 0
      ), 0)`.mapWith(Number),
    })
    .from(budgets)
    .where(
      and(eq(budgets.workspaceId, workspaceId), eq(budgets.kind, "balance"), isNull(budgets.keyId)),
    );
  if (!row) throw new Error(`workspace ${workspaceId} has no balance`);
  const balanceNanos = row.limitNanos - row.usedNanos;
  const spending = { costNanos: row.spentThisWeekNanos, sinceMs: row.spendingMs };
  return {
    balanceNanos,
    heldNanos: row.heldNanos,
    availableNanos: balanceNanos - row.heldNanos,
    journalNanos: row.journalNanos,
    spentThisMonthNanos: row.spentThisMonthNanos,
    grantedNanos: row.grantedNanos,
    runway: runwayText(balanceNanos, spending),
    share: shareOf(balanceNanos, row.lastCreditNanos),
    tone: balanceTone(balanceNanos, spending),
  };
}

function shareOf(part: bigint, whole: bigint): number | null {
  if (whole <= 0n) return null;
  return Math.min(1, Number((part * 1_000n) / whole) / 1_000);
}

export interface TopUpView {
  id: string;
  amountCents: number;
  currency: string;
  status: (typeof topUps.$inferSelect)["status"];
  failureMessage: string | null;
  createdAt: Date;
  completedAt: Date | null;
}

const topUpView = {
  id: topUps.id,
  amountCents: topUps.amountCents,
  currency: topUps.currency,
  status: topUps.status,
  failureMessage: topUps.failureMessage,
  createdAt: topUps.createdAt,
  completedAt: topUps.completedAt,
};

/** One of the workspace's own payments; null for anybody else's, as for one that doesn't exist. */
export async function findTopUp(db: Db, scope: Scope, id: string): Promise<TopUpView | null> {
  if (!isId("topUp", id)) return null;
  const [row] = await db
    .select(topUpView)
    .from(topUps)
    .where(and(eq(topUps.id, id), eq(topUps.workspaceId, scope.workspaceId)));
  return row ?? null;
}

/** The workspace's latest payments, whatever became of them, newest first. */
export async function listTopUps(db: Db, scope: Scope, limit: number): Promise<TopUpView[]> {
  return db
    .select(topUpView)
    .from(topUps)
    .where(eq(topUps.workspaceId, scope.workspaceId))
    .orderBy(desc(topUps.createdAt), desc(topUps.id))
    .limit(limit);
}

export interface PlanView {
  id: string;
  name: string;
  /** Null where it is agreed with each customer. */
  requestsPerHour: number | null;
  isCurrent: boolean;
}

/** The plans on offer, the workspace's own marked and with the rate that applies to it. */
export async function listPlans(db: Db, scope: Scope): Promise<PlanView[]> {
  const rows = await db
    .select({
      id: plans.id,
      name: plans.name,
      requestsPerHour: plans.requestsPerHour,
      ownPlanId: workspaces.planId,
      ownRequestsPerHour: workspaces.requestsPerHour,
    })
    .from(plans)
    .innerJoin(workspaces, eq(workspaces.id, scope.workspaceId))
    .orderBy(asc(plans.position));
  return rows.map((row) => {
    const isCurrent = row.id === row.ownPlanId;
    return {
      id: row.id,
      name: row.name,
      requestsPerHour: (isCurrent ? row.ownRequestsPerHour : null) ?? row.requestsPerHour,
      isCurrent,
    };
  });
}

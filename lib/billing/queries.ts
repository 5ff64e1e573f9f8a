import "server-only";
import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { topUps } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
import { plans, workspaces } from "@/db/schema/workspaces";
import { LedgerKind } from "@/lib/billing/kinds";
import { splitPools, type WalletMovement } from "@/lib/billing/pools";
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
  /** What of the balance was granted: it is spent before what was paid for (`splitPools`). */
  grantedNanos: bigint;
  /** What of the balance was paid for; with `grantedNanos` it is all of it. */
  paidNanos: bigint;
  /** What the customer owes, because a reversal took back more than was left; zero or more. */
  debtNanos: bigint;
  /** "about 12 days at this rate", from the last seven days; null while nothing was spent. */
  runway: string | null;
  /** The balance as a share of the last credit, 0 to 1; null before any. */
  share: number | null;
  tone: "neutral" | "amber" | "red";
}

export type Funds = Pick<Balance, "balanceNanos" | "heldNanos" | "availableNanos">;

/** What requests hold. What gateways have aside of the balance is held by nobody yet, and comes back. */
const heldNanos = sql<bigint>`greatest(${budgets.held} - (
  select coalesce(sum(s.amount), 0) from slices s where s.budget_id = ${budgets.id}
), 0)`.mapWith(BigInt);

/** The workspace's money alone, one row read. Throws an Error where the workspace has none. */
export async function readFunds(db: Db, scope: Pick<Scope, "workspaceId">): Promise<Funds> {
  const [row] = await db
    .select({ limitNanos: budgets.limit, usedNanos: budgets.used, heldNanos })
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
  return {
    balanceNanos,
    heldNanos: row.heldNanos,
    availableNanos: balanceNanos - row.heldNanos,
  };
}

const nanos = (value: ReturnType<typeof sql>) => sql<bigint>`${value}`.mapWith(BigInt);

const Movements = z.array(z.tuple([LedgerKind, z.coerce.bigint()]));

/** Every movement of the wallet but usage, and between them the usage that was posted meanwhile. */
const movementsOf = (workspaceId: string) => sql`(
  select coalesce(
    jsonb_agg(jsonb_build_array(kind, amount::text) order by place, is_usage), '[]'
  )
  from (
    select place, is_usage, min(kind) as kind, sum(amount_nanos) as amount
    from (
      select t.kind, e.amount_nanos, t.kind = 'usage' as is_usage,
        count(*) filter (where t.kind <> 'usage') over (order by t.created_at, t.id) as place
      from ledger_entries e
      join ledger_transactions t on t.id = e.transaction_id
      where e.workspace_id = ${workspaceId} and e.account = 'wallet'
    ) entries
    group by place, is_usage
  ) movements
)`;

/** The workspace's balance, as one snapshot. Throws an Error where the workspace has none. */
export async function getBalance(db: Db, scope: Pick<Scope, "workspaceId">): Promise<Balance> {
  const workspaceId = scope.workspaceId;
  // Day by day along the key: for a busy workspace the planner would rather read the whole table.
  const spentSince = (since: ReturnType<typeof sql>) => sql`(
    select coalesce(sum(spent.nanos), 0)
    from generate_series(${since}, now(), interval '1 day') as day (starts)
    cross join lateral (
      select sum(cost_nanos) as nanos from usage_hourly
      where workspace_id = ${workspaceId} and hour >= day.starts
        and hour < day.starts + interval '1 day'
    ) as spent
  )`;
  const [row] = await db
    .select({
      limitNanos: budgets.limit,
      usedNanos: budgets.used,
      heldNanos,
      movements: sql<unknown>`${movementsOf(workspaceId)}`,
      debtNanos: nanos(sql`(
        select coalesce(-sum(amount_nanos), 0) from ledger_entries
        where workspace_id = ${workspaceId} and account = 'receivable'
      )`),
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
  const movements = Movements.parse(row.movements).map(
    ([kind, amountNanos]): WalletMovement => ({ kind, amountNanos }),
  );
  const journalNanos = movements.reduce((sum, { amountNanos }) => sum + amountNanos, 0n);
  const lastCredit = movements.findLast((each) => each.kind !== "usage" && each.amountNanos > 0n);
  return {
    balanceNanos,
    heldNanos: row.heldNanos,
    availableNanos: balanceNanos - row.heldNanos,
    journalNanos,
    spentThisMonthNanos: row.spentThisMonthNanos,
    // What isn't posted yet was spent last.
    ...splitPools([...movements, { kind: "usage", amountNanos: balanceNanos - journalNanos }]),
    debtNanos: row.debtNanos,
    runway: runwayText(balanceNanos, spending),
    share: shareOf(balanceNanos, lastCredit?.amountNanos ?? 0n),
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
  /** `auto` was started by us with the saved card. */
  kind: (typeof topUps.$inferSelect)["kind"];
  provider: (typeof topUps.$inferSelect)["provider"];
  failureMessage: string | null;
  /** The provider's page, where the payment can be gone on with; null until it has told us. */
  checkoutUrl: string | null;
  createdAt: Date;
  completedAt: Date | null;
}

const topUpView = {
  id: topUps.id,
  amountCents: topUps.amountCents,
  currency: topUps.currency,
  status: topUps.status,
  kind: topUps.kind,
  provider: topUps.provider,
  failureMessage: topUps.failureMessage,
  checkoutUrl: topUps.checkoutUrl,
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

/** What a plan allows; null is no limit, or one agreed with each customer. */
export interface PlanLimits {
  requestsPerHour: number | null;
  requestsPerDay: number | null;
  requestsPerMonth: number | null;
  requestsTotal: number | null;
  concurrentStreams: number;
}

export interface PlanView extends PlanLimits {
  id: string;
  name: string;
  isCurrent: boolean;
  /** Whether customers may switch to it and away from it by themselves. */
  isSelfService: boolean;
}

/** The plans on offer, the workspace's own marked and with the limits that apply to it. */
export async function listPlans(db: Db, scope: Scope): Promise<PlanView[]> {
  const rows = await db
    .select({ plan: plans, workspace: workspaces })
    .from(plans)
    .innerJoin(workspaces, eq(workspaces.id, scope.workspaceId))
    .orderBy(asc(plans.position));
  return rows.map(({ plan, workspace }) => {
    const isCurrent = plan.id === workspace.planId;
    const own = isCurrent ? workspace : null;
    return {
      id: plan.id,
      name: plan.name,
      isCurrent,
      isSelfService: plan.selfService,
      requestsPerHour: own?.requestsPerHour ?? plan.requestsPerHour,
      requestsPerDay: own?.requestsPerDay ?? plan.requestsPerDay,
      requestsPerMonth: own?.requestsPerMonth ?? plan.requestsPerMonth,
      requestsTotal: own?.requestsTotal ?? plan.requestsTotal,
      concurrentStreams: own?.concurrentStreams ?? plan.concurrentStreams,
    };
  });
}

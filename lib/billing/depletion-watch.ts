import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
import { depletedBelowNanos } from "@/lib/billing/alert";

/** That a balance is used up. */
export interface Depletion {
  balanceNanos: bigint;
  autoTopUpIsOn: boolean;
}

const dueMax = 200;

/**
 * Lets be told anew of balances that have recovered without `armAlert` having seen it, and answers
 * the workspaces whose balance is used up since then; `takeDepletion` decides on each. Who has never
 * spent or been credited anything has nothing that could be used up.
 */
export async function findDepletions(db: Db): Promise<string[]> {
  await db.execute(sql`
    update ${billingProfiles} p set depleted_at = null
    from ${budgets} b
    where p.depleted_at is not null
      and b.workspace_id = p.workspace_id and b.kind = 'balance' and b.key_id is null
      and b."limit" - b.used >= ${depletedBelowNanos}::bigint`);
  const rows = await db.execute<{ workspace_id: string }>(sql`
    select b.workspace_id
    from ${budgets} b
    join workspaces w on w.id = b.workspace_id and w.deleted_at is null
    left join ${billingProfiles} p on p.workspace_id = b.workspace_id
    where b.kind = 'balance' and b.key_id is null and b."limit" > 0 and b.used > 0
      and b."limit" - b.used < ${depletedBelowNanos}::bigint and p.depleted_at is null
    order by b.workspace_id
    limit ${dueMax}`);
  return rows.map((row) => row.workspace_id);
}

/**
 * Decides once more, with the workspace's profile locked, and answers that the balance is used up, once until
 * it has recovered; null otherwise. Call it in the transaction that tells of it.
 */
export async function takeDepletion(tx: Db, workspaceId: string): Promise<Depletion | null> {
  await tx.insert(billingProfiles).values({ workspaceId }).onConflictDoNothing();
  const [profile] = await tx
    .select({ depletedAt: billingProfiles.depletedAt, autoTopUp: billingProfiles.autoTopUp })
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, workspaceId))
    .for("update");
  const [balance] = await tx
    .select({ nanos: sql<bigint>`${budgets.limit} - ${budgets.used}`.mapWith(BigInt) })
    .from(budgets)
    .where(
      and(eq(budgets.workspaceId, workspaceId), eq(budgets.kind, "balance"), isNull(budgets.keyId)),
    );
  if (!profile || !balance || profile.depletedAt || balance.nanos >= depletedBelowNanos)
    return null;
  await tx
    .update(billingProfiles)
    .set({ depletedAt: sql`clock_timestamp()` })
    .where(eq(billingProfiles.workspaceId, workspaceId));
  return { balanceNanos: balance.nanos, autoTopUpIsOn: profile.autoTopUp };
}

import "server-only";
import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { accountFigures } from "@/db/schema/operators";
import { plans, workspaces } from "@/db/schema/workspaces";
import { isId } from "@/lib/id";
import type { AccountLimits } from "@/lib/operators/account-schema";

export interface AccountDetail {
  id: string;
  name: string;
  plan: { id: string; name: string };
  createdAt: Date;
  deletedAt: Date | null;
  suspendedAt: Date | null;
  suspendedReason: string | null;
  spendNanos: bigint;
  /** What the workspace's own limits are; null where the plan's holds. */
  ownLimits: AccountLimits;
  /** What the plan says; null is no limit. */
  planLimits: AccountLimits;
}

const limitsOf = (table: typeof workspaces | typeof plans) => ({
  requestsPerHour: table.requestsPerHour,
  requestsPerDay: table.requestsPerDay,
  requestsPerMonth: table.requestsPerMonth,
  requestsTotal: table.requestsTotal,
  concurrentStreams: table.concurrentStreams,
});

/** One account, deleted ones as well; null for what is none. */
export async function findAccount(db: Db, workspaceId: string): Promise<AccountDetail | null> {
  if (!isId("workspace", workspaceId)) return null;
  const [row] = await db
    .select({
      id: workspaces.id,
      name: workspaces.name,
      planId: plans.id,
      planName: plans.name,
      createdAt: workspaces.createdAt,
      deletedAt: workspaces.deletedAt,
      suspendedAt: workspaces.suspendedAt,
      suspendedReason: workspaces.suspendedReason,
      spendNanos: sql`coalesce(${accountFigures.spendNanos}, 0)`.mapWith(BigInt),
      ownLimits: limitsOf(workspaces),
      planLimits: limitsOf(plans),
    })
    .from(workspaces)
    .innerJoin(plans, eq(plans.id, workspaces.planId))
    .leftJoin(accountFigures, eq(accountFigures.workspaceId, workspaces.id))
    .where(eq(workspaces.id, workspaceId));
  if (!row) return null;
  const { planId, planName, ...account } = row;
  return { ...account, plan: { id: planId, name: planName } };
}

import "server-only";
import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { plans, workspaces } from "@/db/schema/workspaces";
import type { RecordAct } from "@/lib/audit/operator-record";
import { AppError } from "@/lib/errors";
import type {
  AccountAct,
  AccountLimits,
  ChangeAccountLimits,
  ChangeAccountPlan,
} from "@/lib/operators/account-schema";

/*
 * What operators do to an account. Each is called in a transaction, writes its act down in it, and holds for
 * requests from the moment on at which the gateways have taken notice of it (`untilChangesAreKnown`).
 */

/** Locks a workspace that isn't deleted. Throws NOT_FOUND. */
async function lockAccount(tx: Db, workspaceId: string) {
  const [workspace] = await tx
    .select()
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("no key update");
  if (!workspace || workspace.deletedAt) {
    throw new AppError("NOT_FOUND", "This account doesn’t exist, or it was deleted.");
  }
  return workspace;
}

/**
 * Suspends an account: its requests are refused, open streams end and are billed for what was delivered, its pages
 * can be read but nothing done. The customer reads the reason. Answers the account's name. Throws NOT_FOUND, and
 * CONFLICT for one that is suspended.
 */
export async function suspendAccount(
  tx: Db,
  { workspaceId, reason }: AccountAct,
  record: RecordAct,
): Promise<string> {
  const { name, suspendedAt } = await lockAccount(tx, workspaceId);
  if (suspendedAt) throw new AppError("CONFLICT", "This account is suspended already.");
  await tx
    .update(workspaces)
    .set({ suspendedAt: sql`now()`, suspendedReason: reason })
    .where(eq(workspaces.id, workspaceId));
  await record({
    ...{ workspaceId, targetType: "workspace", targetId: workspaceId },
    action: "workspace.suspended",
    details: { reason },
  });
  return name;
}

/** Takes a suspension back. Answers the account's name. Throws NOT_FOUND, and CONFLICT for one that isn't suspended. */
export async function restoreAccount(
  tx: Db,
  { workspaceId, reason }: AccountAct,
  record: RecordAct,
): Promise<string> {
  const { name, suspendedAt, suspendedReason } = await lockAccount(tx, workspaceId);
  if (!suspendedAt) throw new AppError("CONFLICT", "This account isn’t suspended.");
  await tx
    .update(workspaces)
    .set({ suspendedAt: null, suspendedReason: null })
    .where(eq(workspaces.id, workspaceId));
  await record({
    ...{ workspaceId, targetType: "workspace", targetId: workspaceId },
    action: "workspace.restored",
    details: {
      reason,
      suspendedFor: suspendedReason,
      suspendedAt: suspendedAt.toISOString(),
    },
  });
  return name;
}

/** Each changed limit before and after, as `requestsPerHour.from` and `.to`; null is the plan's. */
function changesOf(before: AccountLimits, after: AccountLimits): Record<string, number | null> {
  const names = Object.keys(after) as (keyof AccountLimits)[];
  return Object.fromEntries(
    names
      .filter((name) => before[name] !== after[name])
      .flatMap((name) => [
        [`${name}.from`, before[name]],
        [`${name}.to`, after[name]],
      ]),
  );
}

/**
 * Sets the limits of an account's own, in the place of its plan's; null goes back to the plan's. What counts against
 * them already keeps counting. Throws NOT_FOUND, and CONFLICT where nothing would change.
 */
export async function changeAccountLimits(
  tx: Db,
  { workspaceId, reason, ...limits }: ChangeAccountLimits,
  record: RecordAct,
): Promise<void> {
  const before = await lockAccount(tx, workspaceId);
  const changes = changesOf(before, limits);
  if (Object.keys(changes).length === 0) {
    throw new AppError("CONFLICT", "These are the account’s limits already.");
  }
  await tx.update(workspaces).set(limits).where(eq(workspaces.id, workspaceId));
  await record({
    ...{ workspaceId, targetType: "workspace", targetId: workspaceId },
    action: "workspace.limits_changed",
    details: { reason, ...changes },
  });
}

/**
 * Puts an account on another plan, those that are agreed with the company among them. Limits of its own stay. Throws
 * NOT_FOUND, and CONFLICT for the plan that it is on.
 */
export async function changeAccountPlan(
  tx: Db,
  { workspaceId, reason, planId }: ChangeAccountPlan,
  record: RecordAct,
): Promise<void> {
  const { planId: current } = await lockAccount(tx, workspaceId);
  const [plan] = await tx.select({ id: plans.id }).from(plans).where(eq(plans.id, planId));
  if (!plan) throw new AppError("NOT_FOUND", "There is no such plan. Reload the page.");
  if (plan.id === current) throw new AppError("CONFLICT", "The account is on this plan already.");
  await tx.update(workspaces).set({ planId }).where(eq(workspaces.id, workspaceId));
  await record({
    ...{ workspaceId, targetType: "workspace", targetId: workspaceId },
    action: "workspace.plan_changed",
    details: { from: current, to: planId, reason },
  });
}

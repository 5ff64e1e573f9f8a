import "server-only";
import { and, eq, isNull, lte, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { supportViews } from "@/db/schema/operators";
import { workspaces } from "@/db/schema/workspaces";
import { type RecordAct, recorderOf } from "@/lib/audit/operator-record";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import type { AccountAct } from "@/lib/operators/account-schema";

/** How long an operator may look at an account at a time. */
export const viewMinutes = 60;

type EndedBy = "left" | "time" | "signed_out" | "another_look" | "no_operator";

/**
 * Lets an operator's browser see an account's dashboard, read-only, for an hour: from the next request on the session
 * is in that workspace as somebody who may do nothing there (`lib/auth/queries.ts`). It is in the customer's audit
 * log. Another look of the same browser ends. Throws NOT_FOUND for an account that isn't, or is deleted.
 */
export async function startSupportView(
  tx: Db,
  by: { userId: string; sessionId: string },
  { workspaceId, reason }: AccountAct,
  record: RecordAct,
): Promise<void> {
  const [workspace] = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)));
  if (!workspace) {
    throw new AppError("NOT_FOUND", "This account doesn’t exist, or it was deleted.");
  }
  await endOpenView(tx, by.sessionId, "another_look", record);
  const id = newId("supportView");
  await tx.insert(supportViews).values({
    ...{ id, ...by, workspaceId, reason },
    expiresAt: sql`now() + make_interval(mins => ${viewMinutes}::int)`,
  });
  await record({
    ...{ workspaceId, targetType: "support_view", targetId: id },
    action: "support_view.started",
    details: { reason, minutes: viewMinutes },
  });
}

/** Ends the look of a browser. Answers the account's id, or null where there was none. */
export async function leaveSupportView(
  tx: Db,
  sessionId: string,
  record: RecordAct,
): Promise<string | null> {
  return await endOpenView(tx, sessionId, "left", record);
}

async function endOpenView(
  tx: Db,
  sessionId: string,
  by: EndedBy,
  record: RecordAct,
): Promise<string | null> {
  const [ended] = await tx
    .update(supportViews)
    .set({ endedAt: sql`least(now(), ${supportViews.expiresAt})` })
    .where(and(eq(supportViews.sessionId, sessionId), isNull(supportViews.endedAt)))
    .returning({ id: supportViews.id, workspaceId: supportViews.workspaceId });
  if (!ended) return null;
  await recordEnd(record, ended, by);
  return ended.workspaceId;
}

async function recordEnd(
  record: RecordAct,
  view: { id: string; workspaceId: string },
  by: EndedBy,
): Promise<void> {
  await record({
    ...{ workspaceId: view.workspaceId, targetType: "support_view", targetId: view.id },
    action: "support_view.ended",
    details: { by },
  });
}

const nowhere = { address: null, userAgent: null };

/**
 * Writes down the end of looks that nobody left: their hour is over, their session has ended, or who looked is no
 * operator any more. They let nobody see anything since. Answers how many.
 */
export async function endStaleViews(db: Db): Promise<number> {
  const isSessionOver = sql`not exists (
    select from sessions s
    where s.id = ${supportViews.sessionId} and s.revoked_at is null and s.expires_at > now())`;
  const isNoOperator = sql`not exists (
    select from operators o where o.user_id = ${supportViews.userId})`;
  return await db.transaction(async (tx) => {
    const ended = await tx
      .update(supportViews)
      .set({ endedAt: sql`least(now(), ${supportViews.expiresAt})` })
      .where(
        and(
          isNull(supportViews.endedAt),
          or(lte(supportViews.expiresAt, sql`now()`), isSessionOver, isNoOperator),
        ),
      )
      .returning({
        id: supportViews.id,
        userId: supportViews.userId,
        workspaceId: supportViews.workspaceId,
        isTime: sql<boolean>`${supportViews.expiresAt} <= now()`,
        isNoOperator: sql<boolean>`${isNoOperator}`,
      });
    for (const view of ended) {
      const by = view.isTime ? "time" : view.isNoOperator ? "no_operator" : "signed_out";
      await recordEnd(recorderOf(tx, view.userId, nowhere), view, by);
    }
    return ended.length;
  });
}

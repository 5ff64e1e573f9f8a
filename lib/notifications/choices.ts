import "server-only";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { notificationChoices } from "@/db/schema/notifications";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { type Notice, noticeOfMail, notices } from "@/lib/notifications/notices";
import type { SetNotice } from "@/lib/notifications/schema";
import type { Scope } from "@/lib/scope";

/** What the caller is told of by mail; what was never chosen is on. */
export async function readNotices(db: Db, scope: Scope): Promise<Record<Notice, boolean>> {
  const rows = await db
    .select({ notice: notificationChoices.notice, isOn: notificationChoices.isOn })
    .from(notificationChoices)
    .where(eq(notificationChoices.userId, scope.userId));
  const chosen = new Map(rows.map(({ notice, isOn }) => [notice, isOn]));
  const isOn = (notice: Notice) => chosen.get(notice) ?? true;
  return {
    key_expiring: isOn("key_expiring"),
    rotation_due: isOn("rotation_due"),
    low_balance: isOn("low_balance"),
    auto_top_up: isOn("auto_top_up"),
    receipt: isOn("receipt"),
    members: isOn("members"),
  };
}

/** Turns one of the caller's own mails on or off, in every workspace. What is so already changes nothing. */
export async function setNotice(
  db: Db,
  scope: Scope,
  { notice, isOn }: SetNotice,
  origin: RequestOrigin,
): Promise<void> {
  const { userId, workspaceId } = scope;
  await db.transaction(async (tx) => {
    const changed = await tx
      .insert(notificationChoices)
      .values({ userId, notice, isOn })
      .onConflictDoUpdate({
        target: [notificationChoices.userId, notificationChoices.notice],
        set: { isOn, updatedAt: sql`now()` },
        setWhere: sql`${notificationChoices.isOn} <> ${isOn}`,
      })
      .returning({ notice: notificationChoices.notice });
    if (changed.length === 0) return;
    const { label } = notices[notice];
    await recordAudit(tx, {
      ...{ workspaceId, userId, targetType: "user", targetId: userId, origin },
      action: "user.notifications_changed",
      details: isOn ? { turnedOn: [label] } : { turnedOff: [label] },
    });
  });
}

/** Leaves out the mails whose readers chose not to get their kind. One query, however many there are. */
export async function withoutUnwanted<Mail extends { userId: string | null; kind: string }>(
  tx: Db,
  mails: readonly Mail[],
): Promise<Mail[]> {
  const readers = mails.flatMap(({ userId, kind }) =>
    userId !== null && noticeOfMail(kind) !== null ? [userId] : [],
  );
  if (readers.length === 0) return [...mails];
  const rows = await tx
    .select({ userId: notificationChoices.userId, notice: notificationChoices.notice })
    .from(notificationChoices)
    .where(
      and(
        inArray(notificationChoices.userId, [...new Set(readers)]),
        eq(notificationChoices.isOn, false),
      ),
    );
  const unwanted = new Set(rows.map(({ userId, notice }) => `${userId} ${notice}`));
  return mails.filter(({ userId, kind }) => !unwanted.has(`${userId} ${noticeOfMail(kind)}`));
}

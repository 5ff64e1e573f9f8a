import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { recordAudit } from "@/lib/audit/record";

export interface DueKey {
  keyId: string;
  workspaceId: string;
  name: string;
  environment: "live" | "test";
  /** Of the active secret. */
  last4: string;
}

export interface ExpiryReminder extends DueKey {
  expiresAt: Date;
  /** Which reminder it is: within 7 days, or within 1, of the end. */
  days: 1 | 7;
}

export interface OpenedRotation extends DueKey {
  /** Unclaimed by then, the key ends. */
  deadlineAt: Date;
}

/** How long a rotation that the policy has opened waits to be claimed. */
export const rotationClaimDays = 7;
const batchMax = 500;

function dueKeyOf(row: Record<string, unknown>): DueKey {
  const text = (name: string) => String(row[name]);
  return {
    keyId: text("key_id"),
    workspaceId: text("workspace_id"),
    name: text("name"),
    environment: row.environment === "test" ? "test" : "live",
    last4: text("last4"),
  };
}

const instantOf = (ms: unknown) => new Date(Number(ms));

/**
 * Claims the reminders that are due, seven days and one day before keys expire: each is answered once,
 * whoever asks, however often. Keys that were made for less time than a reminder looks ahead get none of
 * that kind; revoked and disabled ones get none. At most 500 at a time. Call it in the transaction that
 * writes the mails.
 */
export async function claimExpiryReminders(tx: Db): Promise<ExpiryReminder[]> {
  const rows = await tx.execute(sql`
    with due as (
      select k.id, d.days from api_keys k
      cross join lateral (
        select case when k.expires_at <= now() + interval '1 day' then 1 else 7 end as days
      ) d
      where k.revoked_at is null and k.disabled_at is null
        and k.expires_at > now() and k.expires_at <= now() + interval '7 days'
        and coalesce(k.expiry_reminded_days, 8) > d.days
        and k.expires_at - k.created_at > make_interval(days => d.days)
      order by k.expires_at limit ${batchMax}
      for no key update of k skip locked
    )
    update api_keys k set expiry_reminded_days = due.days
    from due, api_key_secrets s
    where k.id = due.id and s.key_id = k.id and s.state = 'active'
    returning k.id as key_id, k.workspace_id, k.name, k.environment, s.last4, due.days,
      extract(epoch from k.expires_at) * 1000 as expires_ms`);
  return rows.map((row) => ({
    ...dueKeyOf(row),
    expiresAt: instantOf(row.expires_ms),
    days: Number(row.days) === 1 ? 1 : 7,
  }));
}

export interface EndedKey extends DueKey {
  endedAt: Date;
}

/** What ended longer ago is news to nobody. */
const endedWithinDays = 7;

/**
 * Claims the keys that have expired, by their own date or because nobody claimed a rotation: each end is
 * answered once, whoever asks, however often. At most 500 at a time. Call it in the transaction that
 * tells of them.
 */
export async function claimEndedKeys(tx: Db): Promise<EndedKey[]> {
  const isLately = (at: SQL) =>
    sql`${at} <= now() and ${at} > now() - make_interval(days => ${endedWithinDays}::int)`;
  const rows = await tx.execute(sql`
    with ended as (
      -- Two questions, so that each has its index.
      select id from api_keys where revoked_at is null and ${isLately(sql`expires_at`)}
      union
      select id from api_keys
      where revoked_at is null and rotation_due_at <= now() and ${isLately(sql`rotation_deadline_at`)}
    ),
    due as (
      select k.id, least(k.expires_at, k.rotation_deadline_at) as ends_at
      from api_keys k
      where k.id in (select id from ended) and k.revoked_at is null
        and least(k.expires_at, k.rotation_deadline_at) <= now()
        and k.expiry_told_for is distinct from least(k.expires_at, k.rotation_deadline_at)
      limit ${batchMax}
      for no key update of k skip locked
    )
    update api_keys k set expiry_told_for = due.ends_at
    from due, api_key_secrets s
    where k.id = due.id and s.key_id = k.id and s.state = 'active'
    returning k.id as key_id, k.workspace_id, k.name, k.environment, s.last4,
      floor(extract(epoch from due.ends_at) * 1000)::text as ended_ms`);
  return rows.map((row) => ({ ...dueKeyOf(row), endedAt: instantOf(row.ended_ms) }));
}

/**
 * Opens the rotations that policies ask for: from now on the key has seven days until somebody rotates
 * it, and ends then if nobody does. Each is answered once. Keys that are rotating already, disabled,
 * revoked or expired are left alone. At most 500 at a time. Call it in the transaction that writes the
 * mails.
 */
export async function openDueRotations(tx: Db): Promise<OpenedRotation[]> {
  const rows = await tx.execute(sql`
    with due as (
      select k.id from api_keys k
      where k.rotation_due_at <= now() and k.rotation_deadline_at is null
        and k.revoked_at is null and k.disabled_at is null
        and coalesce(k.expires_at > now(), true)
        and not exists (
          select from api_key_secrets s
          where s.key_id = k.id
            and ((s.state = 'pending' and s.lapses_at > now())
              or (s.state = 'retiring' and s.retires_at > now()))
        )
      order by k.rotation_due_at limit ${batchMax}
      for no key update of k skip locked
    )
    update api_keys k set
      rotation_deadline_at = now() + make_interval(days => ${rotationClaimDays}), updated_at = now()
    from due, api_key_secrets s
    where k.id = due.id and s.key_id = k.id and s.state = 'active'
    returning k.id as key_id, k.workspace_id, k.name, k.environment, s.last4,
      extract(epoch from k.rotation_deadline_at) * 1000 as deadline_ms`);
  const opened = rows.map((row) => ({
    ...dueKeyOf(row),
    deadlineAt: instantOf(row.deadline_ms),
  }));
  for (const { keyId, workspaceId, name, last4, deadlineAt } of opened) {
    await recordAudit(tx, {
      ...{ workspaceId, userId: null, targetType: "api_key", targetId: keyId },
      action: "api_key.rotation_due",
      details: { name, last4, deadlineAt: deadlineAt.toISOString() },
    });
  }
  return opened;
}

import "server-only";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import {
  claimEndedKeys,
  claimExpiryReminders,
  type DueKey,
  openDueRotations,
} from "@/lib/keys/due";
import type { MailMessage } from "@/lib/mail/message";
import { queueMails } from "@/lib/mail/outbox";
import { listKeyRecipients, type OwnedKey } from "@/lib/mail/recipients";
import {
  keyExpiringMail,
  type MailKey,
  rotationDueMail,
  rotationReminderMail,
} from "@/lib/mail/templates";
import { withoutUnwanted } from "@/lib/notifications/choices";
import { emitEvents } from "@/lib/webhooks/emit";

type NotedKey = OwnedKey & MailKey;

/** What the owners of one key are to be told. */
interface Notice {
  keyId: string;
  kind: string;
  reference: string;
  write(key: MailKey): MailMessage;
}

async function readKeys(tx: Db, ids: readonly string[]): Promise<NotedKey[]> {
  if (ids.length === 0) return [];
  return await tx
    .select({
      id: apiKeys.id,
      workspaceId: apiKeys.workspaceId,
      createdBy: apiKeys.createdBy,
      name: apiKeys.name,
      prefix: apiKeySecrets.prefix,
      last4: apiKeySecrets.last4,
    })
    .from(apiKeys)
    .innerJoin(
      apiKeySecrets,
      and(eq(apiKeySecrets.keyId, apiKeys.id), eq(apiKeySecrets.state, "active")),
    )
    .where(inArray(apiKeys.id, [...ids]));
}

/** Queues each notice to everybody who is told about its key and wants to be. Answers how many mails are new. */
async function tellOwners(tx: Db, notices: readonly Notice[]): Promise<number> {
  const keys = await readKeys(
    tx,
    notices.map((notice) => notice.keyId),
  );
  const byId = new Map(keys.map((key) => [key.id, key]));
  const recipients = await listKeyRecipients(tx, keys);
  const mails = notices.flatMap(({ keyId, kind, reference, write }) => {
    const key = byId.get(keyId);
    if (!key) return [];
    const message = write(key);
    return (recipients.get(keyId) ?? []).map(({ userId, email }) => ({
      ...{ workspaceId: key.workspaceId, userId, kind, reference, to: email, message },
    }));
  });
  return await queueMails(tx, await withoutUnwanted(tx, mails));
}

/** Repeats `step`, each time in a transaction of its own, until it finds nothing more to do. */
async function untilDone(
  db: Db,
  step: (tx: Db) => Promise<{ found: number; queued: number }>,
): Promise<number> {
  let queued = 0;
  for (;;) {
    const done = await db.transaction(step);
    queued += done.queued;
    if (done.found === 0) return queued;
  }
}

/** A key as events tell of it. */
function toldKey({ keyId: id, name, environment, last4 }: DueKey) {
  return { id, name, environment, last4 };
}

/** Tells owners and webhooks of keys that expire, seven days and one day before. Answers how many mails it queued. */
export async function remindOfExpiry(db: Db): Promise<number> {
  return await untilDone(db, async (tx) => {
    const due = await claimExpiryReminders(tx);
    await emitEvents(
      tx,
      due.map((key) => ({
        ...{ workspaceId: key.workspaceId, type: "api_key.expiring" as const },
        data: {
          api_key: toldKey(key),
          expires_at: key.expiresAt.toISOString(),
          days_left: key.days,
        },
      })),
    );
    const notices = due.map(({ keyId, expiresAt, days }) => ({
      ...{ keyId, kind: "key_expiring" },
      reference: `key_expiring:${keyId}:${days}:${expiresAt.toISOString()}`,
      write: (key: MailKey) => keyExpiringMail(key, expiresAt),
    }));
    return { found: due.length, queued: await tellOwners(tx, notices) };
  });
}

/** Tells webhooks of keys that have expired, each end once. Answers how many there were. */
export async function tellOfExpired(db: Db): Promise<number> {
  return await untilDone(db, async (tx) => {
    const ended = await claimEndedKeys(tx);
    await emitEvents(
      tx,
      ended.map((key) => ({
        ...{ workspaceId: key.workspaceId, type: "api_key.expired" as const },
        occurredAt: key.endedAt,
        data: { api_key: toldKey(key), expired_at: key.endedAt.toISOString() },
      })),
    );
    return { found: ended.length, queued: ended.length };
  });
}

/** Opens the rotations that policies ask for and tells the owners. Answers how many mails it queued. */
export async function openRotations(db: Db): Promise<number> {
  return await untilDone(db, async (tx) => {
    const opened = await openDueRotations(tx);
    const notices = opened.map(({ keyId, deadlineAt }) => ({
      ...{ keyId, kind: "rotation_due" },
      reference: `rotation_due:${keyId}:${deadlineAt.toISOString()}`,
      write: (key: MailKey) => rotationDueMail(key, deadlineAt),
    }));
    return { found: opened.length, queued: await tellOwners(tx, notices) };
  });
}

/**
 * Tells owners once more, a day before an opened rotation's deadline. The mail's reference is what keeps
 * it to once. Answers how many mails it queued.
 */
export async function remindOfRotation(db: Db): Promise<number> {
  return await db.transaction(async (tx) => {
    const due = await tx
      .select({ keyId: apiKeys.id, deadlineAt: apiKeys.rotationDeadlineAt })
      .from(apiKeys)
      .where(
        sql`${apiKeys.rotationDeadlineAt} > now()
          and ${apiKeys.rotationDeadlineAt} <= now() + interval '1 day'
          and ${apiKeys.revokedAt} is null and ${apiKeys.disabledAt} is null
          and coalesce(${apiKeys.expiresAt} > now(), true)
          and not exists (
            select from api_key_secrets s
            where s.key_id = ${apiKeys.id} and s.state = 'pending' and s.lapses_at > now()
          )`,
      );
    return await tellOwners(
      tx,
      due.flatMap(({ keyId, deadlineAt }) =>
        deadlineAt
          ? [
              {
                ...{ keyId, kind: "rotation_reminder" },
                reference: `rotation_reminder:${keyId}:${deadlineAt.toISOString()}`,
                write: (key: MailKey) => rotationReminderMail(key, deadlineAt),
              },
            ]
          : [],
      ),
    );
  });
}

import "server-only";
import { and, desc, eq, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mails } from "@/db/schema/mail";
import { newId } from "@/lib/id";
import type { MailMessage } from "@/lib/mail/message";
import { openMail, sealMail } from "@/lib/mail/sealed-mail";
import type { Scope } from "@/lib/scope";

export interface NewMail {
  workspaceId: string | null;
  userId: string | null;
  /** What it is about, such as `key_expiring`. */
  kind: string;
  /** Names the occasion; the same address is told of it once. */
  reference: string;
  to: string;
  message: MailMessage;
  /**
   * What is sent instead where the mail holds a secret, such as a link that signs in: it is kept
   * encrypted until it is sent, and `message` says the same without the secret.
   */
  secretMessage?: MailMessage;
}

/** The worker's task that sends one mail; its payload is `{ "mailId": … }`. */
export const sendMailTask = "send_mail";

/** Scheduled work (priority 0) goes first, so that a slow mail server holds up nothing else. */
const sendMailPriority = 10;

/**
 * Puts a mail into the outbox, in the transaction of what it tells of, and asks the worker to send it.
 * Answers false, and changes nothing, where this address was told of this occasion before.
 */
export async function queueMail(tx: Db, mail: NewMail): Promise<boolean> {
  return (await queueMails(tx, [mail])) > 0;
}

/** Rows in one statement: PostgreSQL takes 65,535 parameters, and each mail has nine. */
const insertMax = 1_000;

/** The same for many mails, in a few statements. Answers how many are new. */
export async function queueMails(tx: Db, wanted: readonly NewMail[]): Promise<number> {
  let queued = 0;
  for (let start = 0; start < wanted.length; start += insertMax) {
    queued += await insertMails(tx, wanted.slice(start, start + insertMax));
  }
  return queued;
}

function rowOf(mail: NewMail): typeof mails.$inferInsert {
  const { workspaceId, userId, kind, reference, to, message, secretMessage } = mail;
  const id = newId("mail");
  return {
    ...{ id, workspaceId, userId, kind, reference, toAddress: to },
    ...message,
    sealed: secretMessage ? sealMail(id, secretMessage) : null,
  };
}

async function insertMails(tx: Db, wanted: readonly NewMail[]): Promise<number> {
  const queued = await tx
    .insert(mails)
    .values(wanted.map(rowOf))
    .onConflictDoNothing({ target: [mails.reference, mails.toAddress] })
    .returning({ id: mails.id });
  await requestSending(
    tx,
    queued.map(({ id }) => id),
  );
  return queued.length;
}

/**
 * Makes one job for each mail. The worker brings its own tables when it first starts; until then
 * the mail waits, and `requestDueMails` finds it.
 */
async function requestSending(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const [worker] = await tx.execute<{ is_there: boolean }>(
    sql`select to_regclass('graphile_worker.jobs') is not null as is_there`,
  );
  if (!worker?.is_there) return;
  await tx.execute(sql`
    select graphile_worker.add_job(
      ${sendMailTask}, json_build_object('mailId', id),
      job_key := ${`${sendMailTask}:`} || id, priority := ${sendMailPriority}::int)
    from unnest(string_to_array(${ids.join(",")}, ',')) as id`);
}

/** What is older has nothing new to tell any more, and was tried for a day. */
const sendWithinHours = 48;
/** A job that has run for so long belongs to a worker that is gone: one attempt takes under a minute. */
const stalledMinutes = 10;

/**
 * Asks anew for mails that nobody is going to send: written before the worker had its tables, or
 * while no mail server was configured, or left by a worker that was killed. Answers how many.
 */
export async function requestDueMails(db: Db): Promise<number> {
  return await db.transaction(async (tx) => {
    // Two at once would find the same mails, and the job of the second could run beside the first's.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('request_due_mails'))`);
    const due = await tx.execute<{ id: string }>(sql`
      select m.id from ${mails} m
      left join graphile_worker.jobs j on j.key = ${`${sendMailTask}:`} || m.id
      where m.sent_at is null and m.failed_at is null
        and m.created_at > now() - make_interval(hours => ${sendWithinHours}::int)
        and (j.id is null or j.locked_at < now() - make_interval(mins => ${stalledMinutes}::int))
      order by m.created_at
      limit 500`);
    await requestSending(
      tx,
      due.map((row) => row.id),
    );
    return due.length;
  });
}

export interface OutboxMail {
  id: string;
  kind: string;
  toAddress: string;
  subject: string;
  text: string;
  html: string;
  createdAt: Date;
  sentAt: Date | null;
  failedAt: Date | null;
}

const outboxMax = 50;

/**
 * The workspace's newest mails and those to the caller in person, newest first. What is secret in a mail is shown to
 * the one it was written to.
 */
export async function listOutbox(db: Db, scope: Scope): Promise<OutboxMail[]> {
  const isOwn = eq(mails.userId, scope.userId);
  const rows = await db
    .select({
      id: mails.id,
      kind: mails.kind,
      toAddress: mails.toAddress,
      subject: mails.subject,
      text: mails.text,
      html: mails.html,
      createdAt: mails.createdAt,
      sentAt: mails.sentAt,
      failedAt: mails.failedAt,
      userId: mails.userId,
      sealed: mails.sealed,
    })
    .from(mails)
    .where(or(eq(mails.workspaceId, scope.workspaceId), and(isNull(mails.workspaceId), isOwn)))
    .orderBy(desc(mails.createdAt), desc(mails.id))
    .limit(outboxMax);
  return rows.map(({ userId, sealed, ...mail }) => ({
    ...mail,
    ...(sealed && userId === scope.userId ? openMail(mail.id, sealed) : {}),
  }));
}

/** Forgets every mail to somebody who is gone; those that weren't sent never are. */
export async function forgetMailsTo(
  tx: Db,
  reader: { userId: string; address: string },
): Promise<void> {
  await tx
    .delete(mails)
    .where(or(eq(mails.userId, reader.userId), eq(mails.toAddress, reader.address)));
}

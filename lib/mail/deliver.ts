import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mails } from "@/db/schema/mail";
import { redactKeys } from "@/lib/log";
import { openMail } from "@/lib/mail/sealed-mail";
import type { MailTransport } from "@/lib/mail/transport";

/** With the worker's growing waits, from seconds to six hours, these span about a day. */
export const attemptsMax = 13;

/** The mail server would not take a mail now; the worker tries again later. */
export class MailDeferred extends Error {
  constructor(mailId: string, attempt: number) {
    super(`${mailId} was not taken at attempt ${attempt} of ${attemptsMax}`);
    this.name = "MailDeferred";
  }
}

/**
 * One attempt at one mail. A mail that is sent or given up is left alone, so calling again does no
 * harm. Throws MailDeferred where it should be tried again; gives up on what the server refuses for
 * good, and after `attemptsMax` attempts.
 */
export async function deliverMail(
  db: Db,
  transport: MailTransport,
  mailId: string,
): Promise<"sent" | "failed" | "done_before"> {
  const [mail] = await db
    .update(mails)
    .set({ attempts: sql`${mails.attempts} + 1` })
    .where(and(eq(mails.id, mailId), isNull(mails.sentAt), isNull(mails.failedAt)))
    .returning({
      to: mails.toAddress,
      subject: mails.subject,
      text: mails.text,
      html: mails.html,
      attempts: mails.attempts,
      sealed: mails.sealed,
    });
  if (!mail) return "done_before";
  const { attempts, sealed, ...shown } = mail;
  const content = { ...shown, ...(sealed ? openMail(mailId, sealed) : {}) };
  const outcome = await transport.send({ id: mailId, ...content });
  if (outcome.result === "sent") {
    await db
      .update(mails)
      .set({ sentAt: sql`now()`, lastError: null, sealed: null })
      .where(eq(mails.id, mailId));
    return "sent";
  }
  const isLast = outcome.permanent || attempts >= attemptsMax;
  await db
    .update(mails)
    .set({
      lastError: redactKeys(outcome.reason),
      ...(isLast ? { failedAt: sql`now()`, sealed: null } : {}),
    })
    .where(eq(mails.id, mailId));
  if (isLast) return "failed";
  throw new MailDeferred(mailId, attempts);
}

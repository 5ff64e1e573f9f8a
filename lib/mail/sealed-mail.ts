import "server-only";
import { z } from "zod";
import { readEnv } from "@/lib/env";
import type { MailMessage } from "@/lib/mail/message";
import { deriveKey, seal, unseal } from "@/lib/sealed";

const Body = z.object({ text: z.string(), html: z.string() });

/** The key that mails with a secret in them are kept under. */
export function mailKeyOf(authSecret: string): Buffer {
  return deriveKey(authSecret, "mails");
}

export function mailContext(mailId: string): string {
  return `mail ${mailId}`;
}

/** Text and HTML of a mail, encrypted under a key made of AUTH_SECRET. */
export function sealMail(mailId: string, { text, html }: MailMessage): Buffer {
  const body = Buffer.from(JSON.stringify({ text, html }));
  return seal(mailKeyOf(readEnv().AUTH_SECRET), body, mailContext(mailId));
}

/** What `sealMail` has put away. Throws an Error where AUTH_SECRET has changed since. */
export function openMail(mailId: string, sealed: Uint8Array): { text: string; html: string } {
  const body = unseal(mailKeyOf(readEnv().AUTH_SECRET), sealed, mailContext(mailId));
  if (!body) throw new Error(`${mailId} can't be decrypted: AUTH_SECRET has changed`);
  return Body.parse(JSON.parse(body.toString()));
}

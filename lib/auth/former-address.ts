import "server-only";
import { createHmac } from "node:crypto";
import { inArray } from "drizzle-orm";
import type { Db } from "@/db/client";
import { formerAddresses } from "@/db/schema/notifications";
import { deriveKey, keysFor } from "@/lib/sealed";

/**
 * An address as far as its mailbox goes, for telling whether somebody was welcomed before: without a tag,
 * and without the dots that Gmail ignores. Never for signing in: there the address stands as it is.
 */
function mailboxOf(email: string): string {
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1).replace(/^googlemail\.com$/, "gmail.com");
  const local = email.slice(0, at).replace(/\+.*$/, "");
  return `${domain === "gmail.com" ? local.replaceAll(".", "") : local}@${domain}`;
}

/** Keyed, so that the table doesn't tell anybody who was here. */
function hashesOf(email: string, authSecret: string): [Buffer, ...Buffer[]] {
  const key = deriveKey(authSecret, "former addresses");
  const hash = (one: Uint8Array) => createHmac("sha256", one).update(mailboxOf(email)).digest();
  return [hash(key), ...keysFor(key).slice(1).map(hash)];
}

/** Remembers that an address had an account, without keeping the address. */
export async function rememberAddress(tx: Db, email: string, authSecret: string): Promise<void> {
  await tx
    .insert(formerAddresses)
    .values({ addressHash: hashesOf(email, authSecret)[0] })
    .onConflictDoNothing();
}

/** Whether an account of this mailbox was deleted before. */
export async function wasHereBefore(db: Db, email: string, authSecret: string): Promise<boolean> {
  const found = await db
    .select({ deletedAt: formerAddresses.deletedAt })
    .from(formerAddresses)
    .where(inArray(formerAddresses.addressHash, hashesOf(email, authSecret)));
  return found.length > 0;
}

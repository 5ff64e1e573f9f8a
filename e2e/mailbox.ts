import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import postgres from "postgres";
import { deriveKey, unseal } from "../lib/sealed";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";

/** The secrets of the product under test. */
export function productSecret(): string {
  const file = join(process.env.E2E_DATA_DIR ?? "", "secrets.json");
  return process.env.AUTH_SECRET || JSON.parse(readFileSync(file, "utf8")).AUTH_SECRET;
}

/** Runs one query against the product's database. */
export async function query<T extends object>(
  run: (sql: postgres.Sql) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    return await run(sql);
  } finally {
    await sql.end();
  }
}

/** As if this address had asked for no mail lately: a test doesn't wait a minute, and others' waits hold. */
export async function forgetMailsTo(address: string): Promise<void> {
  const hash = createHash("sha256").update(address).digest("base64url");
  await query(
    (sql) => sql`
      delete from throttles where subject like 'mail:%' and split_part(subject, ':', 3) = ${hash}`,
  );
}

interface Kept {
  id: string;
  text: string;
  sealed: Uint8Array | null;
}

async function newestMail(address: string, kind: string): Promise<Kept | undefined> {
  const mails = await query<Kept>(
    (sql) => sql<Kept[]>`
      select id, text, sealed from mails where to_address = ${address} and kind = ${kind}
      order by created_at desc, id desc limit 1`,
  );
  return mails[0];
}

/** The text of the newest mail of a kind, once it is there; the product has written it after its answer. */
export async function readMail(address: string, kind: string): Promise<string> {
  let mail: Kept | undefined;
  await expect(async () => {
    mail = await newestMail(address, kind);
    expect(mail, `${kind} to ${address}`).toBeDefined();
  }).toPass();
  if (!mail?.sealed) return mail?.text ?? "";
  const key = deriveKey(productSecret(), "mails");
  const body = unseal(key, mail.sealed, `mail ${mail.id}`);
  return JSON.parse(body?.toString() ?? "{}").text;
}

/** The link in it, as a path: the product under test may have another port than the one that wrote it. */
export async function readLink(address: string, kind: string): Promise<string> {
  const text = await readMail(address, kind);
  const found = /https?:\/\/[^/\s]+(\/link\/\S+)/.exec(text)?.[1];
  if (!found) throw new Error(`no link in: ${text}`);
  return found;
}

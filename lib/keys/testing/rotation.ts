import type { Db } from "@/db/client";
import type { TestDatabase } from "@/db/testing/database";
import { rotateKey } from "@/lib/keys/rotate-key";
import { hashSecret } from "@/lib/keys/secret";
import { origin } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

/** Rotates a key and answers the new secret's id beside what the verb answers. */
export async function rotate(
  db: Db,
  sql: TestDatabase["sql"],
  scope: Scope,
  id: string,
  grace = 3_600,
) {
  const rotated = await rotateKey(db, scope, { id, graceSeconds: grace }, origin);
  const [row] = await sql`
    select id from api_key_secrets where hash = ${hashSecret(rotated.secret)}`;
  return { ...rotated, secretId: String(row?.id) };
}

/** What the gateway does at a secret's first use. */
export async function firstUse(sql: TestDatabase["sql"], secretId: string): Promise<boolean> {
  const [row] = await sql`select activate_secret(${secretId}) as activated`;
  return row?.activated === true;
}

export async function secretsOf(sql: TestDatabase["sql"], keyId: string) {
  const rows = await sql`
    select id, state, last4, grace_seconds as "graceSeconds", lapses_at as "lapsesAt",
      retires_at as "retiresAt", activated_at as "activatedAt"
    from api_key_secrets where key_id = ${keyId} order by created_at, id`;
  return rows.map((row) => ({
    id: String(row.id),
    state: String(row.state),
    last4: String(row.last4),
    graceSeconds: row.graceSeconds,
    lapsesAt: row.lapsesAt instanceof Date ? row.lapsesAt : null,
    retiresAt: row.retiresAt instanceof Date ? row.retiresAt : null,
    activatedAt: row.activatedAt instanceof Date ? row.activatedAt : null,
  }));
}

/** The states of a key's secrets, oldest first. */
export async function statesOf(sql: TestDatabase["sql"], keyId: string): Promise<string[]> {
  return (await secretsOf(sql, keyId)).map(({ state }) => state);
}

import type postgres from "postgres";
import { z } from "zod";
import { secondFactorSeal } from "@/lib/auth/second-factor";
import { mailContext, mailKeyOf } from "@/lib/mail/sealed-mail";
import { credentialContext, credentialKeyOf, keysFor, seal, unsealUnder } from "@/lib/sealed";
import { webhookContext, webhookKeyOf } from "@/lib/webhooks/settings";

/** A column whose texts are encrypted under a key made of AUTH_SECRET. */
interface SealedColumn {
  table: string;
  id: string;
  column: string;
  keyOf(authSecret: string): Buffer;
  contextOf(id: string): string;
}

const webhook = { keyOf: webhookKeyOf, contextOf: webhookContext };

/** All but kept answers, cursors and links by mail, which are over by themselves within a day. */
const columns: readonly SealedColumn[] = [
  {
    ...{ table: "upstreams", id: "id", column: "credential" },
    ...{ keyOf: credentialKeyOf, contextOf: credentialContext },
  },
  { ...{ table: "webhook_endpoints", id: "id", column: "secret" }, ...webhook },
  { ...{ table: "webhook_endpoints", id: "id", column: "previous_secret" }, ...webhook },
  { ...{ table: "second_factors", id: "user_id", column: "secret" }, ...secondFactorSeal },
  {
    ...{ table: "mails", id: "id", column: "sealed" },
    ...{ keyOf: mailKeyOf, contextOf: mailContext },
  },
];

export interface Resealed {
  /** `table.column`. */
  where: string;
  /** Encrypted under AUTH_SECRET already. */
  current: number;
  /** Encrypted anew. */
  changed: number;
  /** Under neither secret: nobody can open them. */
  lost: number;
}

const Row = z.object({ id: z.string(), sealed: z.instanceof(Buffer) });

/**
 * Encrypts anew what is under the deployment's other secret. It may run while everything else does, and again:
 * a row that changes meanwhile is left as it then is.
 */
export async function reseal(sql: postgres.Sql, authSecret: string): Promise<Resealed[]> {
  const all: Resealed[] = [];
  for (const column of columns) all.push(await resealColumn(sql, column, authSecret));
  return all;
}

async function resealColumn(
  sql: postgres.Sql,
  { table, id, column, keyOf, contextOf }: SealedColumn,
  authSecret: string,
): Promise<Resealed> {
  const result = { where: `${table}.${column}`, current: 0, changed: 0, lost: 0 };
  const [key, ...others] = keysFor(keyOf(authSecret));
  if (!key) return result;
  const rows = sql`
    select ${sql(id)} as id, ${sql(column)} as sealed from ${sql(table)}
    where ${sql(column)} is not null`;
  for await (const batch of rows.cursor(500)) {
    for (const found of batch) {
      const row = Row.parse(found);
      const context = contextOf(row.id);
      if (unsealUnder(key, row.sealed, context)) {
        result.current++;
        continue;
      }
      const plain = others
        .map((other) => unsealUnder(other, row.sealed, context))
        .find((one) => one !== null);
      if (!plain) {
        result.lost++;
        continue;
      }
      const sealed = seal(key, plain, context);
      await sql`
        update ${sql(table)} set ${sql(column)} = ${sealed}
        where ${sql(id)} = ${row.id} and ${sql(column)} = ${row.sealed}`;
      result.changed++;
    }
  }
  return result;
}

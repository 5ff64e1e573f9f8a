import "server-only";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { models } from "@/db/schema/models";

/** The names of the models in the catalogue, in the order of the alphabet. They belong to no workspace. */
export async function listModelIds(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: models.id })
    .from(models)
    .where(and(eq(models.listed, true), isNull(models.retiredAt)))
    .orderBy(asc(models.id));
  return rows.map(({ id }) => id);
}

/** A model that answers conversations, with the price of this moment in nano-dollars per million tokens. */
export interface ChatModel {
  id: string;
  name: string;
  inputNanosPerMtok: bigint;
  outputNanosPerMtok: bigint;
  contextTokens: number;
  outputTokensMax: number;
  outputTokensDefault: number;
  /** The built-in upstream answers, whose tokens are counted exactly beforehand. */
  isSimulated: boolean;
}

const ChatModelRow = z.object({
  id: z.string(),
  display_name: z.string(),
  input_nanos: z.coerce.bigint(),
  output_nanos: z.coerce.bigint(),
  context_tokens: z.number(),
  output_tokens_max: z.number(),
  output_tokens_default: z.number(),
  is_simulated: z.boolean(),
});

/**
 * The listed models that answer conversations and have a price, in the order of the alphabet, with
 * `named` where an unlisted one of that name answers too.
 */
export async function listChatModels(db: Db, named: string): Promise<ChatModel[]> {
  const rows = await db.execute(sql`
    select m.id, m.display_name, p.input_nanos_per_mtok as input_nanos,
      p.output_nanos_per_mtok as output_nanos, m.context_tokens, m.output_tokens_max,
      m.output_tokens_default, u.kind = 'simulated' as is_simulated
    from models m
    join upstreams u on u.id = m.upstream_id
    cross join lateral (
      select input_nanos_per_mtok, output_nanos_per_mtok from model_prices
      where model_id = m.id and effective_from <= now()
      order by effective_from desc limit 1
    ) p
    where (m.listed or m.id = ${named}) and m.retired_at is null and m.output_tokens_max > 0
    order by m.id`);
  return rows.map((row) => {
    const model = ChatModelRow.parse(row);
    return {
      id: model.id,
      name: model.display_name,
      inputNanosPerMtok: model.input_nanos,
      outputNanosPerMtok: model.output_nanos,
      contextTokens: model.context_tokens,
      outputTokensMax: model.output_tokens_max,
      outputTokensDefault: model.output_tokens_default,
      isSimulated: model.is_simulated,
    };
  });
}

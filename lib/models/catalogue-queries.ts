import "server-only";
import { asc, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { upstreams } from "@/db/schema/models";
import type { Price } from "@/lib/models/price";

/** Who answers for a model, and what it is called there. */
export interface Way {
  upstreamId: string;
  upstreamName: string;
  model: string;
}

export interface CatalogueEntry {
  id: string;
  displayName: string;
  ownedBy: string;
  /** In order of preference. */
  ways: Way[];
  contextTokens: number;
  outputTokensMax: number;
  outputTokensDefault: number;
  listed: boolean;
  retiredAt: Date | null;
  /** Named by the configuration file, and changed there alone. */
  isConfigured: boolean;
  createdAt: Date;
  /** Null where none holds, in which case nobody gets an answer. */
  price: Price | null;
  next: (Price & { effectiveFrom: Date }) | null;
}

const Nanos = z.coerce.bigint();

const EntryRow = z.object({
  id: z.string(),
  display_name: z.string(),
  owned_by: z.string(),
  ways: z.array(z.object({ upstreamId: z.string(), upstreamName: z.string(), model: z.string() })),
  context_tokens: z.number(),
  output_tokens_max: z.number(),
  output_tokens_default: z.number(),
  listed: z.boolean(),
  retired_at: z.coerce.date().nullable(),
  is_configured: z.boolean(),
  created_at: z.coerce.date(),
  price: z.object({ input: Nanos, output: Nanos }).nullable(),
  next: z.object({ at: z.number(), input: Nanos, output: Nanos }).nullable(),
});

/** What the catalogue can be narrowed to. */
export const catalogueFilters = ["listed", "unlisted", "retired"] as const;
export type CatalogueFilter = (typeof catalogueFilters)[number];

export interface CatalogueSearch {
  /** Part of a model's name, of its display name or of its maker's; empty finds all. */
  term: string;
  filter: CatalogueFilter | null;
  /** The one of this id, whatever else is asked for. */
  id?: string;
}

const conditions = {
  listed: sql`m.listed and m.retired_at is null`,
  unlisted: sql`not m.listed and m.retired_at is null`,
  retired: sql`m.retired_at is not null`,
};

/** More than a company has; beyond it the search finds the rest. */
const entriesMax = 500;

/**
 * The models with the price of this moment by the database's clock, and the next one, in nano-dollars per
 * million tokens; those that are answered first, then the retired ones. At most 500.
 */
export async function listCatalogue(db: Db, search: CatalogueSearch): Promise<CatalogueEntry[]> {
  const { term, filter, id } = search;
  const like = `%${term.replace(/[\\%_]/g, "\\$&")}%`;
  const wanted =
    id === undefined
      ? sql`(m.id ilike ${like} or m.display_name ilike ${like} or m.owned_by ilike ${like})
          and ${filter ? conditions[filter] : sql`true`}`
      : sql`m.id = ${id}`;
  const rows = await db.execute(sql`
    select m.id, m.display_name, m.owned_by, m.context_tokens, m.output_tokens_max,
      m.output_tokens_default, m.listed, m.retired_at, m.is_configured, m.created_at,
      (
        select jsonb_agg(jsonb_build_object(
          'upstreamId', u.id, 'upstreamName', u.name, 'model', way.model
        ) order by way.position)
        from (
          select 0 as position, m.upstream_id, m.upstream_model as model
          union all
          select f.position, f.upstream_id, f.upstream_model from model_fallbacks f
          where f.model_id = m.id
        ) way
        join upstreams u on u.id = way.upstream_id
      ) as ways,
      (
        select jsonb_build_object('input', input_nanos_per_mtok::text,
          'output', output_nanos_per_mtok::text)
        from model_prices where model_id = m.id and effective_from <= now()
        order by effective_from desc limit 1
      ) as price,
      (
        select jsonb_build_object('input', input_nanos_per_mtok::text,
          'output', output_nanos_per_mtok::text,
          'at', floor(extract(epoch from effective_from) * 1000))
        from model_prices where model_id = m.id and effective_from > now()
        order by effective_from limit 1
      ) as next
    from models m
    where ${wanted}
    order by m.retired_at is not null, not m.listed, m.id
    limit ${entriesMax}`);
  return rows.map((row) => {
    const { price, next, ...entry } = EntryRow.parse(row);
    return {
      id: entry.id,
      displayName: entry.display_name,
      ownedBy: entry.owned_by,
      ways: entry.ways,
      contextTokens: entry.context_tokens,
      outputTokensMax: entry.output_tokens_max,
      outputTokensDefault: entry.output_tokens_default,
      listed: entry.listed,
      retiredAt: entry.retired_at,
      isConfigured: entry.is_configured,
      createdAt: entry.created_at,
      price: price && { inputNanosPerMtok: price.input, outputNanosPerMtok: price.output },
      next: next && {
        inputNanosPerMtok: next.input,
        outputNanosPerMtok: next.output,
        effectiveFrom: new Date(next.at),
      },
    };
  });
}

/** One model of the catalogue; null where there is none of this name. */
export async function findCatalogueEntry(db: Db, id: string): Promise<CatalogueEntry | null> {
  const [entry] = await listCatalogue(db, { term: "", filter: null, id });
  return entry ?? null;
}

/** The upstreams that a model can be given to, by name. */
export async function listUpstreamChoices(
  db: Db,
): Promise<{ id: string; name: string; kind: "simulated" | "openai" | "anthropic" }[]> {
  return await db
    .select({ id: upstreams.id, name: upstreams.name, kind: upstreams.kind })
    .from(upstreams)
    .orderBy(asc(upstreams.name), asc(upstreams.id));
}

import type postgres from "postgres";
import { z } from "zod";
import type { Price } from "@/lib/models/price";

/** All that admission has to know of a key, read afresh for every request. */
export interface KeyFacts {
  keyId: string;
  secretId: string;
  workspaceId: string;
  environment: "live" | "test";
  scopes: Set<string>;
  revokedAt: Date | null;
  expiresAt: Date | null;
  /** The secret itself is no longer good: retired by a rotation, or its overlap has ended. */
  secretRetired: boolean;
  suspended: boolean;
  /** Requests an hour; null where the plan sets no limit. */
  rateLimit: number | null;
  /** The database's clock, which decides about expiry. */
  now: Date;
}

export interface ModelFacts {
  id: string;
  upstream: { id: string; kind: "simulated" | "openai" | "anthropic" };
  upstreamModel: string;
  contextTokens: number;
  outputTokensMax: number;
  outputTokensDefault: number;
  price: Price;
}

export interface Facts {
  key: KeyFacts;
  /** Null where none was asked for, or it doesn't exist. */
  model: ModelFacts | null;
}

const Row = z.object({
  key_id: z.string(),
  secret_id: z.string(),
  workspace_id: z.string(),
  environment: z.enum(["live", "test"]),
  scopes: z.array(z.string()),
  revoked_at: z.date().nullable(),
  expires_at: z.date().nullable(),
  secret_retired: z.boolean(),
  suspended: z.boolean(),
  rate_limit: z.number().nullable(),
  now: z.date(),
});

const ModelRow = z.object({
  model_id: z.string(),
  upstream_id: z.string(),
  upstream_kind: z.enum(["simulated", "openai", "anthropic"]),
  upstream_model: z.string(),
  context_tokens: z.number(),
  output_tokens_max: z.number(),
  output_tokens_default: z.number(),
  input_nanos_per_mtok: z.coerce.bigint(),
  output_nanos_per_mtok: z.coerce.bigint(),
});

/** Reads the key behind a secret's hash, and a model with the price of this moment, in one query. */
export async function readFacts(
  sql: postgres.Sql,
  hash: Buffer,
  modelId: string | null,
): Promise<Facts | null> {
  const rows = await sql`
    select
      k.id as key_id, s.id as secret_id, k.workspace_id, k.environment, k.scopes, k.revoked_at,
      k.expires_at, w.suspended_at is not null as suspended,
      s.state = 'retired' or coalesce(s.retires_at <= clock_timestamp(), false) as secret_retired,
      coalesce(w.requests_per_hour, p.requests_per_hour) as rate_limit,
      clock_timestamp() as now,
      m.id as model_id, m.upstream_id, u.kind as upstream_kind, m.upstream_model, m.context_tokens,
      m.output_tokens_max, m.output_tokens_default,
      mp.input_nanos_per_mtok, mp.output_nanos_per_mtok
    from api_key_secrets s
    join api_keys k on k.id = s.key_id
    join workspaces w on w.id = k.workspace_id
    join plans p on p.id = w.plan_id
    left join models m on m.id = ${modelId}
    left join upstreams u on u.id = m.upstream_id
    left join lateral (
      select input_nanos_per_mtok, output_nanos_per_mtok from model_prices
      where model_id = m.id and effective_from <= now()
      order by effective_from desc limit 1
    ) mp on true
    where s.hash = ${hash}`;
  const first = rows[0];
  if (!first) return null;
  const row = Row.parse(first);
  const model = ModelRow.safeParse(first);
  return {
    key: {
      keyId: row.key_id,
      secretId: row.secret_id,
      workspaceId: row.workspace_id,
      environment: row.environment,
      scopes: new Set(row.scopes),
      revokedAt: row.revoked_at,
      expiresAt: row.expires_at,
      secretRetired: row.secret_retired,
      suspended: row.suspended,
      rateLimit: row.rate_limit,
      now: row.now,
    },
    model: model.success
      ? {
          id: model.data.model_id,
          upstream: { id: model.data.upstream_id, kind: model.data.upstream_kind },
          upstreamModel: model.data.upstream_model,
          contextTokens: model.data.context_tokens,
          outputTokensMax: model.data.output_tokens_max,
          outputTokensDefault: model.data.output_tokens_default,
          price: {
            inputNanosPerMtok: model.data.input_nanos_per_mtok,
            outputNanosPerMtok: model.data.output_nanos_per_mtok,
          },
        }
      : null,
  };
}

export interface CatalogueModel {
  id: string;
  displayName: string;
  ownedBy: string;
  createdAt: Date;
}

const CatalogueRow = z.object({
  id: z.string(),
  display_name: z.string(),
  owned_by: z.string(),
  created_at: z.date(),
});

/** The models that are listed, or the one with this id, listed or not. */
export async function readCatalogue(
  sql: postgres.Sql,
  id: string | null,
): Promise<CatalogueModel[]> {
  const rows = await sql`
    select id, display_name, owned_by, created_at from models
    where case when ${id}::text is null then listed else id = ${id} end
    order by id`;
  return rows.map((row) => {
    const model = CatalogueRow.parse(row);
    return {
      id: model.id,
      displayName: model.display_name,
      ownedBy: model.owned_by,
      createdAt: model.created_at,
    };
  });
}

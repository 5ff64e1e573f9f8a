import type postgres from "postgres";
import { z } from "zod";
import type { UpstreamTimeouts } from "@/db/schema/models";
import type { Limits } from "@/lib/budgets/acquire";
import type { Price } from "@/lib/models/price";

export type SecretState = "active" | "pending" | "retiring" | "retired";

/** All that admission has to know of a key. */
export interface KeyFacts {
  keyId: string;
  secretId: string;
  workspaceId: string;
  /** The user who made the key, for whom it acts. */
  createdBy: string;
  environment: "live" | "test";
  scopes: Set<string>;
  revokedAt: Date | null;
  disabledAt: Date | null;
  expiresAt: Date | null;
  /** A rotation that nobody has claimed by then ends the key. */
  rotationDeadlineAt: Date | null;
  secret: {
    state: SecretState;
    /** A pending secret that is unused by then is void. */
    lapsesAt: Date | null;
    /** The end of a retiring one's overlap. */
    retiresAt: Date | null;
    /** When the successor of a retiring one was first used. */
    succeededAt: Date | null;
  };
  suspended: boolean;
  /** Names of models, or their starts before a `*`; null allows all, an empty list none. */
  modelAllowlist: string[] | null;
  /** Addresses and CIDR blocks; null allows all, an empty list none. */
  addressAllowlist: string[] | null;
  limits: Limits;
  /** The database's clock, which decides about expiry. */
  now: Date;
}

/** One that may answer for a model, and the model's name there. */
export interface UpstreamFacts {
  id: string;
  kind: "simulated" | "openai" | "anthropic";
  model: string;
  /** Empty for the simulated one. */
  baseUrl: string;
  /** The provider's key, encrypted; null where it wants none. */
  credential: Buffer | null;
  allowPrivate: boolean;
  timeouts: UpstreamTimeouts;
}

export interface ModelFacts {
  id: string;
  /** In order of preference. */
  upstreams: [UpstreamFacts, ...UpstreamFacts[]];
  contextTokens: number;
  outputTokensMax: number;
  outputTokensDefault: number;
  price: Price;
  /** When another price takes effect; null where none is known of. */
  priceUntil: Date | null;
}

/** How long a model's price still holds, in milliseconds; not above zero where it has ended. */
export function msToNextPrice({ priceUntil }: ModelFacts, now: Date): number {
  return priceUntil === null ? Number.POSITIVE_INFINITY : priceUntil.getTime() - now.getTime();
}

export interface Facts {
  key: KeyFacts;
  /** Null where none was asked for, or it doesn't exist. */
  model: ModelFacts | null;
}

const requests = z.coerce.number().nullable();
const cap = z.coerce.bigint().nullable();

const Row = z.object({
  key_id: z.string(),
  secret_id: z.string(),
  workspace_id: z.string(),
  created_by: z.string(),
  environment: z.enum(["live", "test"]),
  scopes: z.array(z.string()),
  revoked_at: z.date().nullable(),
  disabled_at: z.date().nullable(),
  expires_at: z.date().nullable(),
  rotation_deadline_at: z.date().nullable(),
  secret_state: z.enum(["active", "pending", "retiring", "retired"]),
  lapses_at: z.date().nullable(),
  retires_at: z.date().nullable(),
  succeeded_at: z.date().nullable(),
  suspended: z.boolean(),
  model_allowlist: z.array(z.string()).nullable(),
  address_allowlist: z.array(z.string()).nullable(),
  rate_limit: requests,
  key_rate_limit: requests,
  streams_limit: z.number(),
  day_limit: requests,
  month_limit: requests,
  total_limit: requests,
  cap_day_nanos: cap,
  cap_week_nanos: cap,
  cap_month_nanos: cap,
  cap_total_nanos: cap,
  now: z.date(),
});

const Milliseconds = z.number().optional();

const UpstreamRow = z
  .object({
    id: z.string(),
    kind: z.enum(["simulated", "openai", "anthropic"]),
    model: z.string(),
    base_url: z.string().nullable(),
    /** Base64, with the line ends that PostgreSQL puts in. */
    credential: z.string().nullable(),
    allow_private: z.boolean(),
    timeouts: z
      .object({
        connectMs: Milliseconds,
        firstByteMs: Milliseconds,
        idleMs: Milliseconds,
        totalMs: Milliseconds,
        drainMs: Milliseconds,
      })
      .nullable(),
  })
  .transform(
    (row): UpstreamFacts => ({
      id: row.id,
      kind: row.kind,
      model: row.model,
      baseUrl: row.base_url ?? "",
      credential: row.credential === null ? null : Buffer.from(row.credential, "base64"),
      allowPrivate: row.allow_private,
      timeouts: row.timeouts ?? {},
    }),
  );

const ModelRow = z.object({
  model_id: z.string(),
  upstreams: z.tuple([UpstreamRow], UpstreamRow),
  context_tokens: z.number(),
  output_tokens_max: z.number(),
  output_tokens_default: z.number(),
  input_nanos_per_mtok: z.coerce.bigint(),
  output_nanos_per_mtok: z.coerce.bigint(),
  price_until: z.date().nullable(),
});

/**
 * Reads the key behind a secret's hash, and a model with the price of this moment, in one query. Null
 * for a hash that opens nothing, which includes the keys of deleted workspaces.
 */
export async function readFacts(
  sql: postgres.Sql,
  hash: Buffer,
  modelId: string | null,
): Promise<Facts | null> {
  const rows = await sql`
    select
      k.id as key_id, s.id as secret_id, k.workspace_id, k.created_by, k.environment, k.scopes,
      k.revoked_at, k.disabled_at, k.expires_at, k.rotation_deadline_at,
      s.state as secret_state, s.lapses_at, s.retires_at,
      case when s.state = 'retiring' then (
        select a.activated_at from api_key_secrets a where a.key_id = k.id and a.state = 'active'
      ) end as succeeded_at,
      w.suspended_at is not null as suspended, k.model_allowlist, k.address_allowlist,
      coalesce(w.requests_per_hour, p.requests_per_hour) as rate_limit,
      k.requests_per_hour as key_rate_limit,
      coalesce(w.concurrent_streams, p.concurrent_streams) as streams_limit,
      coalesce(w.requests_per_day, p.requests_per_day) as day_limit,
      coalesce(w.requests_per_month, p.requests_per_month) as month_limit,
      coalesce(w.requests_total, p.requests_total) as total_limit,
      k.cap_day_nanos, k.cap_week_nanos, k.cap_month_nanos, k.cap_total_nanos,
      clock_timestamp() as now,
      m.id as model_id, u.upstreams, m.context_tokens, m.output_tokens_max, m.output_tokens_default,
      mp.input_nanos_per_mtok, mp.output_nanos_per_mtok,
      case when m.id is not null then (
        select min(effective_from) from model_prices
        where model_id = m.id and effective_from > now()
      ) end as price_until
    from api_key_secrets s
    join api_keys k on k.id = s.key_id
    join workspaces w on w.id = k.workspace_id and w.deleted_at is null
    join plans p on p.id = w.plan_id
    left join models m on m.id = ${modelId} and m.retired_at is null
    left join lateral (
      select jsonb_agg(
        jsonb_build_object(
          'id', up.id, 'kind', up.kind, 'model', way.upstream_model, 'base_url', up.base_url,
          'credential', encode(up.credential, 'base64'), 'allow_private', up.allow_private,
          'timeouts', up.timeouts
        ) order by way.position
      ) as upstreams
      from (
        select 0 as position, m.upstream_id, m.upstream_model
        union all
        select f.position, f.upstream_id, f.upstream_model from model_fallbacks f
        where f.model_id = m.id
      ) way
      join upstreams up on up.id = way.upstream_id
    ) u on m.id is not null
    left join lateral (
      select input_nanos_per_mtok, output_nanos_per_mtok from model_prices
      where model_id = m.id and effective_from <= now()
      order by effective_from desc limit 1
    ) mp on true
    where s.hash = ${hash}`;
  const first = rows[0];
  if (!first) return null;
  const model = ModelRow.safeParse(first);
  return {
    key: toKeyFacts(Row.parse(first)),
    model: model.success ? toModelFacts(model.data) : null,
  };
}

function toKeyFacts(row: z.infer<typeof Row>): KeyFacts {
  return {
    keyId: row.key_id,
    secretId: row.secret_id,
    workspaceId: row.workspace_id,
    createdBy: row.created_by,
    environment: row.environment,
    scopes: new Set(row.scopes),
    revokedAt: row.revoked_at,
    disabledAt: row.disabled_at,
    expiresAt: row.expires_at,
    rotationDeadlineAt: row.rotation_deadline_at,
    secret: {
      state: row.secret_state,
      lapsesAt: row.lapses_at,
      retiresAt: row.retires_at,
      succeededAt: row.succeeded_at,
    },
    suspended: row.suspended,
    modelAllowlist: row.model_allowlist,
    addressAllowlist: row.address_allowlist,
    limits: {
      rate: row.rate_limit,
      keyRate: row.key_rate_limit,
      streams: row.streams_limit,
      quotas: { day: row.day_limit, month: row.month_limit, total: row.total_limit },
      caps: {
        day: row.cap_day_nanos,
        week: row.cap_week_nanos,
        month: row.cap_month_nanos,
        total: row.cap_total_nanos,
      },
    },
    now: row.now,
  };
}

function toModelFacts(row: z.infer<typeof ModelRow>): ModelFacts {
  return {
    id: row.model_id,
    upstreams: row.upstreams,
    contextTokens: row.context_tokens,
    outputTokensMax: row.output_tokens_max,
    outputTokensDefault: row.output_tokens_default,
    price: {
      inputNanosPerMtok: row.input_nanos_per_mtok,
      outputNanosPerMtok: row.output_nanos_per_mtok,
    },
    priceUntil: row.price_until,
  };
}

export interface CatalogueModel {
  id: string;
  displayName: string;
  ownedBy: string;
  contextTokens: number;
  outputTokensMax: number;
  createdAt: Date;
}

const CatalogueRow = z.object({
  id: z.string(),
  display_name: z.string(),
  owned_by: z.string(),
  context_tokens: z.number(),
  output_tokens_max: z.number(),
  created_at: z.date(),
});

/** The models that are listed, or the one with this id, listed or not; never a retired one. */
export async function readCatalogue(
  sql: postgres.Sql,
  id: string | null,
): Promise<CatalogueModel[]> {
  const rows = await sql`
    select id, display_name, owned_by, context_tokens, output_tokens_max, created_at from models
    where retired_at is null and case when ${id}::text is null then listed else id = ${id} end
    order by id`;
  return rows.map((row) => {
    const model = CatalogueRow.parse(row);
    return {
      id: model.id,
      displayName: model.display_name,
      ownedBy: model.owned_by,
      contextTokens: model.context_tokens,
      outputTokensMax: model.output_tokens_max,
      createdAt: model.created_at,
    };
  });
}

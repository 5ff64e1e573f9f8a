import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
} from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** Limits of one request to an upstream, in milliseconds; those that are left out have defaults. */
export interface UpstreamTimeouts {
  connectMs?: number | undefined;
  firstByteMs?: number | undefined;
  idleMs?: number | undefined;
  totalMs?: number | undefined;
  /** How long an answer is heard after its client has left. */
  drainMs?: number | undefined;
}

/** Where requests are answered: the built-in simulator, or a provider's API. */
export const upstreams = pgTable(
  "upstreams",
  {
    id: text("id").primaryKey(),
    kind: text("kind", { enum: ["simulated", "openai", "anthropic"] }).notNull(),
    name: text("name").notNull(),
    baseUrl: text("base_url"),
    /** The provider's key, encrypted (`lib/sealed.ts`, with the upstream's id as context). */
    credential: bytea("credential"),
    /** Whether it may be reached by plain http and at addresses that only insiders have. */
    allowPrivate: boolean("allow_private").notNull().default(false),
    timeouts: jsonb("timeouts").$type<UpstreamTimeouts>(),
    /** Named by the configuration file, which alone says what it is. */
    isConfigured: boolean("is_configured").notNull().default(false),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    check("upstreams_kind", sql`${t.kind} in ('simulated','openai','anthropic')`),
    check("upstreams_address", sql`${t.kind} = 'simulated' or ${t.baseUrl} is not null`),
  ],
);

export const models = pgTable("models", {
  id: text("id").primaryKey(),
  displayName: text("display_name").notNull(),
  ownedBy: text("owned_by").notNull(),
  upstreamId: text("upstream_id")
    .notNull()
    .references(() => upstreams.id),
  /** The model's name at its upstream. */
  upstreamModel: text("upstream_model").notNull(),
  contextTokens: integer("context_tokens").notNull(),
  outputTokensMax: integer("output_tokens_max").notNull(),
  /** Output reserved when a request names no limit of its own. */
  outputTokensDefault: integer("output_tokens_default").notNull(),
  /** Unlisted models answer by name and stay out of catalogues. */
  listed: boolean("listed").notNull().default(true),
  /** From then on nobody gets an answer from it; its past requests keep its name and its prices. */
  retiredAt: instant("retired_at"),
  /** Named by the configuration file, which alone says what it is and costs. */
  isConfigured: boolean("is_configured").notNull().default(false),
  createdAt: instant("created_at").notNull().defaultNow(),
});

/** Who else answers for a model when its upstream can't, in order. */
export const modelFallbacks = pgTable(
  "model_fallbacks",
  {
    modelId: text("model_id")
      .notNull()
      .references(() => models.id, { onDelete: "cascade" }),
    position: smallint("position").notNull(),
    upstreamId: text("upstream_id")
      .notNull()
      .references(() => upstreams.id),
    /** The model's name at that upstream. */
    upstreamModel: text("upstream_model").notNull(),
  },
  (t) => [primaryKey({ columns: [t.modelId, t.position] })],
);

/**
 * How an upstream fared, by minute and gateway: attempts by the status of their answers, 0 where none
 * came. Gateways add to it every few seconds; it is kept for a day.
 */
export const upstreamMinutes = pgTable(
  "upstream_minutes",
  {
    upstreamId: text("upstream_id").notNull(),
    minute: instant("minute").notNull(),
    instanceId: text("instance_id").notNull(),
    status: integer("status").notNull(),
    attempts: integer("attempts").notNull(),
    /** Of those that answered, by time to the answer's head, as in `usage_hourly`. */
    latencyBuckets: integer("latency_buckets").array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.upstreamId, t.minute, t.instanceId, t.status] }),
    index("upstream_minutes_minute_idx").on(t.minute),
  ],
);

/**
 * What a model costs from a moment on. Rows are added, never changed, and none is taken away once its
 * moment has come: the past keeps its price.
 */
export const modelPrices = pgTable(
  "model_prices",
  {
    modelId: text("model_id")
      .notNull()
      .references(() => models.id),
    effectiveFrom: instant("effective_from").notNull(),
    inputNanosPerMtok: bigint("input_nanos_per_mtok", { mode: "bigint" }).notNull(),
    outputNanosPerMtok: bigint("output_nanos_per_mtok", { mode: "bigint" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.modelId, t.effectiveFrom] }),
    check(
      "model_prices_not_negative",
      sql`${t.inputNanosPerMtok} >= 0 and ${t.outputNanosPerMtok} >= 0`,
    ),
  ],
);

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const nanos = (name: string) => bigint(name, { mode: "bigint" });

/**
 * One row a request of a known key, answered or refused. Partitioned by UTC day of `at`; partitions
 * are made ahead by the worker, and a default partition catches what falls between.
 */
export const requestLog = pgTable(
  "request_log",
  {
    id: text("id").notNull(),
    at: instant("at").notNull(),
    workspaceId: text("workspace_id").notNull(),
    keyId: text("key_id").notNull(),
    secretId: text("secret_id"),
    method: text("method").notNull(),
    path: text("path").notNull(),
    model: text("model").notNull().default(""),
    stream: boolean("stream").notNull().default(false),
    /** HTTP status as sent; 499 where the client had gone before the first byte. */
    status: integer("status").notNull(),
    outcome: text("outcome", {
      enum: [
        "ok",
        "refused",
        "failed",
        "cancelled",
        "client_gone",
        "upstream_error",
        "recovered",
        "revoked",
        "shutdown",
      ],
    }).notNull(),
    /** Code of the failure in the registry, null for successes. */
    errorCode: text("error_code"),
    /** The values that a refusing check compared. */
    details: jsonb("details"),
    inputTokens: integer("input_tokens").notNull().default(0),
    outputTokens: integer("output_tokens").notNull().default(0),
    costNanos: nanos("cost_nanos").notNull(),
    heldNanos: nanos("held_nanos").notNull(),
    inputNanosPerMtok: nanos("input_nanos_per_mtok"),
    outputNanosPerMtok: nanos("output_nanos_per_mtok"),
    latencyMs: integer("latency_ms").notNull(),
    firstByteMs: integer("first_byte_ms"),
    address: text("address").notNull().default(""),
    userAgent: text("user_agent").notNull().default(""),
    instanceId: text("instance_id").notNull(),
    /** Settled after the database had been away. */
    late: boolean("late").notNull().default(false),
    /** Usage counted by us, because the upstream reported none that could be believed. */
    estimated: boolean("estimated").notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.at] }),
    // Ascending, because drizzle's descending ones have nulls last, which `order by at desc` hasn't.
    index("request_log_workspace_idx").on(t.workspaceId, t.at),
    index("request_log_key_idx").on(t.keyId, t.at),
    // What the log's filters are looked up by. Every settled request writes them, so each leaves out
    // what most requests are: that which succeeds, has no model, or goes to the busiest endpoint.
    index("request_log_errors_idx")
      .on(t.workspaceId, t.status, t.at)
      .where(sql`${t.status} >= 400`),
    index("request_log_model_idx").on(t.workspaceId, t.model, t.at).where(sql`${t.model} <> ''`),
    index("request_log_endpoint_idx")
      .on(t.workspaceId, t.path, t.at)
      .where(sql`${t.path} <> '/v1/chat/completions'`),
    // Where the path alone doesn't tell which scope a request needed; few requests are such.
    index("request_log_writes_idx")
      .on(t.keyId, t.at)
      .where(sql`${t.path} like '/v1/resources%' and ${t.method} <> 'GET'`),
  ],
);

/** What charts are made of; written in the settling statement, so totals equal Billing. */
export const usageHourly = pgTable(
  "usage_hourly",
  {
    workspaceId: text("workspace_id").notNull(),
    /** UTC hour in which the requests were settled. */
    hour: instant("hour").notNull(),
    keyId: text("key_id").notNull(),
    model: text("model").notNull(),
    endpoint: text("endpoint").notNull(),
    /** 2, 4 or 5: the first digit of the status. */
    statusClass: integer("status_class").notNull(),
    requests: bigint("requests", { mode: "number" }).notNull(),
    inputTokens: bigint("input_tokens", { mode: "number" }).notNull(),
    outputTokens: bigint("output_tokens", { mode: "number" }).notNull(),
    costNanos: nanos("cost_nanos").notNull(),
    /** Requests by latency: ≤ 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000 ms, slower. */
    latencyBuckets: integer("latency_buckets").array().notNull(),
  },
  (t) => [
    primaryKey({
      columns: [t.workspaceId, t.hour, t.keyId, t.model, t.endpoint, t.statusClass],
    }),
  ],
);

/**
 * Whether a UTC day of a workspace is in `usage_daily`, where readers find a twenty-fourth of the rows:
 * `due` and days without a row here are read from `usage_hourly`, and so is `plain`, a day with so few
 * rows that it isn't worth summing. A trigger on `usage_hourly` makes a day `due` in the transaction
 * that writes to it late, and whoever sums it holds its row, so a `summed` one is right at any instant.
 */
export const usageDays = pgTable(
  "usage_days",
  {
    workspaceId: text("workspace_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    state: text("state", { enum: ["due", "summed", "plain"] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.day] }),
    index("usage_days_due_idx").on(t.day).where(sql`${t.state} = 'due'`),
  ],
);

const runningSums = (name: string) => bigint(name, { mode: "bigint" }).array().notNull();

/**
 * The roll-ups of a day in one row each, with running sums by the hour: the n-th holds what was
 * used before n:00 UTC, the 24th the whole day. Any hours of it are so the difference of two, which
 * days of every time zone can be put together from. Kept for all that a roll-up is told apart by
 * (`by` is "all"), for each of it alone (the others are then empty, or 0), and for everything at once.
 */
export const usageDaily = pgTable(
  "usage_daily",
  {
    workspaceId: text("workspace_id").notNull(),
    by: text("by", { enum: ["all", "key", "model", "endpoint", "status", "none"] }).notNull(),
    day: date("day", { mode: "string" }).notNull(),
    keyId: text("key_id").notNull(),
    model: text("model").notNull(),
    endpoint: text("endpoint").notNull(),
    statusClass: integer("status_class").notNull(),
    requests: runningSums("requests"),
    inputTokens: runningSums("input_tokens"),
    outputTokens: runningSums("output_tokens"),
    costNanos: runningSums("cost_nanos"),
    errors: runningSums("errors"),
    /** By hour and by the buckets of `usage_hourly`: 24 times 12. */
    latencyBuckets: integer("latency_buckets").array().array().notNull(),
  },
  (t) => [
    primaryKey({
      columns: [t.workspaceId, t.by, t.day, t.keyId, t.model, t.endpoint, t.statusClass],
    }),
  ],
);

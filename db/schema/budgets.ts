import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from "drizzle-orm/pg-core";
import { apiKeys } from "@/db/schema/keys";
import { workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const nanos = (name: string) => bigint(name, { mode: "bigint" });

/**
 * Every limit is a row like this: a request passes when each budget that applies to it has room.
 * For the balance, `limit` is all that was ever credited and `used` all that was ever charged.
 */
export const budgets = pgTable(
  "budgets",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    keyId: text("key_id").references(() => apiKeys.id),
    kind: text("kind", { enum: ["balance", "rate", "quota", "cap"] }).notNull(),
    unit: text("unit", { enum: ["nanos", "requests", "tokens"] }).notNull(),
    interval: text("interval", { enum: ["total", "hour", "day", "week", "month"] }).notNull(),
    /** The epoch for totals and for sliding windows, which keep one row. */
    windowStart: instant("window_start").notNull().default(sql`'epoch'`),
    limit: nanos("limit").notNull(),
    used: nanos("used").notNull().default(sql`0`),
    held: nanos("held").notNull().default(sql`0`),
    /** A limit was set that hasn't applied for a while: what came between is still to be counted. */
    stale: boolean("stale").notNull().default(false),
    /** Sliding hour: requests in each of the last 61 minutes, newest first; `used` is their sum. */
    slots: integer("slots").array(),
    /** The minute that `slots[1]` counts. */
    slotsAt: instant("slots_at"),
  },
  (t) => [
    unique("budgets_one_a_window")
      .on(t.workspaceId, t.keyId, t.kind, t.unit, t.interval, t.windowStart)
      .nullsNotDistinct(),
    check("budgets_not_negative", sql`${t.used} >= 0 and ${t.held} >= 0`),
    check(
      "budgets_balance_covers",
      sql`${t.kind} <> 'balance' or ${t.used} + ${t.held} <= ${t.limit}`,
    ),
    check("budgets_kind", sql`${t.kind} in ('balance','rate','quota','cap')`),
  ],
);

/** A gateway or worker process. Without a live lease its reservations are anybody's to settle. */
export const instances = pgTable("instances", {
  id: text("id").primaryKey(),
  kind: text("kind", { enum: ["gateway", "worker"] }).notNull(),
  host: text("host").notNull(),
  pid: integer("pid").notNull(),
  startedAt: instant("started_at").notNull().defaultNow(),
  leaseUntil: instant("lease_until").notNull(),
  /** The version of the facts that it has taken notice of (`fact_version`). */
  acknowledged: bigint("acknowledged", { mode: "bigint" }).notNull().default(sql`0`),
});

/** One row: how often anything has changed that gateways keep in memory. */
export const factVersion = pgTable("fact_version", {
  version: bigint("version", { mode: "bigint" }).notNull(),
});

/** Who may own slices. Its row serialises what an instance settles with its being given up. */
export const sliceOwners = pgTable("slice_owners", {
  instanceId: text("instance_id").primaryKey(),
  /** Goes up when its slices are taken away, because its lease ran out. */
  epoch: integer("epoch").notNull(),
  /** The last batch of settlements that was taken in: one that is sent again counts once. */
  batch: bigint("batch", { mode: "bigint" }).notNull().default(sql`0`),
});

/**
 * What an instance may spend of a budget without asking: part of the budget's `held` (of the slots, for
 * an hour), and what is still left of it, requests under way included.
 */
export const slices = pgTable(
  "slices",
  {
    instanceId: text("instance_id")
      .notNull()
      .references(() => sliceOwners.instanceId, { onDelete: "cascade" }),
    budgetId: text("budget_id")
      .notNull()
      .references(() => budgets.id, { onDelete: "cascade" }),
    amount: nanos("amount").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.budgetId] }),
    index("slices_budget_idx").on(t.budgetId),
    check("slices_not_negative", sql`${t.amount} >= 0`),
  ],
);

/** A reservation: money set aside for one request until it is settled. Deleting it is settling it. */
export const holds = pgTable(
  "holds",
  {
    requestId: text("request_id").primaryKey(),
    instanceId: text("instance_id").notNull(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    keyId: text("key_id").notNull(),
    secretId: text("secret_id").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    inputNanosPerMtok: nanos("input_nanos_per_mtok").notNull(),
    outputNanosPerMtok: nanos("output_nanos_per_mtok").notNull(),
    model: text("model").notNull(),
    method: text("method").notNull(),
    path: text("path").notNull(),
    stream: boolean("stream").notNull(),
    address: text("address").notNull(),
    userAgent: text("user_agent").notNull(),
    startedAt: instant("started_at").notNull(),
    /** The key's caps that `amountNanos` was also set aside in. */
    capIds: text("cap_ids").array().notNull().default(sql`'{}'`),
    /** What has been delivered so far; recovery charges exactly this. */
    inputTokens: integer("input_tokens").notNull().default(0),
    outputTokens: integer("output_tokens").notNull().default(0),
    progressedAt: instant("progressed_at"),
  },
  (t) => [
    index("holds_instance_idx").on(t.instanceId),
    index("holds_streams_idx").on(t.workspaceId).where(sql`${t.stream}`),
    check("holds_not_negative", sql`${t.amountNanos} >= 0`),
  ],
);

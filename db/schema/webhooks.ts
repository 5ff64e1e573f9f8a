import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { apiKeys } from "@/db/schema/keys";
import { users, workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** Where a workspace's events are sent. A deleted one keeps its row as long as its deliveries are kept. */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    url: text("url").notNull(),
    description: text("description").notNull().default(""),
    /** Types of events, or `*` alone for all that there are and will be. */
    events: text("events").array().notNull(),
    /** What deliveries are signed with, encrypted; null once the endpoint is deleted. */
    secret: bytea("secret"),
    /** The one before, which signs too until then. */
    previousSecret: bytea("previous_secret"),
    previousExpiresAt: instant("previous_expires_at"),
    /** Attempts that failed since the last one that succeeded, over all deliveries. */
    failuresInRow: integer("failures_in_row").notNull().default(0),
    /** The receiver asked for a pause: nothing is sent before this. */
    heldUntil: instant("held_until"),
    disabledAt: instant("disabled_at"),
    /** `gone`: the receiver answered 410. */
    disabledReason: text("disabled_reason", { enum: ["user", "failures", "gone"] }),
    createdBy: text("created_by")
      .notNull()
      .references(() => users.id),
    /** The key that made it over the API. */
    createdByKeyId: text("created_by_key_id").references(() => apiKeys.id),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    deletedAt: instant("deleted_at"),
  },
  (t) => [
    index("webhook_endpoints_workspace_idx").on(t.workspaceId, t.id),
    check("webhook_endpoints_events", sql`cardinality(${t.events}) > 0`),
    check("webhook_endpoints_failures", sql`${t.failuresInRow} >= 0`),
    check("webhook_endpoints_secret", sql`(${t.secret} is null) = (${t.deletedAt} is not null)`),
    check(
      "webhook_endpoints_previous",
      sql`(${t.previousSecret} is null) = (${t.previousExpiresAt} is null)`,
    ),
    check(
      "webhook_endpoints_disabled",
      sql`(${t.disabledAt} is null) = (${t.disabledReason} is null)
        and ${t.disabledReason} in ('user','failures','gone')`,
    ),
  ],
);

/** What happened, as it is told: written in the transaction of what it tells of. */
export const webhookMessages = pgTable(
  "webhook_messages",
  {
    /** Sent as `webhook-id`; it holds no full stop, because it is signed between two. */
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    type: text("type").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    /** Exactly what is signed and sent. */
    body: text("body").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [index("webhook_messages_created_idx").on(t.createdAt)],
);

/** Occasions that are told once, however often they are looked at. */
export const webhookOccasions = pgTable(
  "webhook_occasions",
  {
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    reference: text("reference").notNull(),
    /** When it may be forgotten; null: never. */
    until: instant("until"),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.reference] })],
);

/** One message for one endpoint. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: text("id").primaryKey(),
    messageId: text("message_id")
      .notNull()
      .references(() => webhookMessages.id),
    endpointId: text("endpoint_id")
      .notNull()
      .references(() => webhookEndpoints.id),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    state: text("state", { enum: ["pending", "delivered", "failed"] })
      .notNull()
      .default("pending"),
    /** All that were made. */
    attempts: integer("attempts").notNull().default(0),
    /** How many of them the schedule counts: it begins anew when somebody sends it again. */
    scheduled: integer("scheduled").notNull().default(0),
    /** Of a pending one; null for the others. */
    nextAttemptAt: instant("next_attempt_at").default(sql`now()`),
    /** When an attempt began that hasn't ended; stale where its worker died. */
    claimedAt: instant("claimed_at"),
    /** The status of the last answer; null where none came. */
    lastStatus: integer("last_status"),
    /** Why the last attempt failed, by its name in `lib/webhooks/outcomes.ts`. */
    lastError: text("last_error"),
    deliveredAt: instant("delivered_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("webhook_deliveries_endpoint_idx").on(t.endpointId, t.id),
    index("webhook_deliveries_state_idx").on(t.endpointId, t.state, t.id),
    index("webhook_deliveries_due_idx").on(t.nextAttemptAt).where(sql`${t.state} = 'pending'`),
    index("webhook_deliveries_waiting_idx")
      .on(t.endpointId, t.nextAttemptAt)
      .where(sql`${t.state} = 'pending'`),
    index("webhook_deliveries_claimed_idx").on(t.endpointId).where(sql`${t.claimedAt} is not null`),
    index("webhook_deliveries_message_idx").on(t.messageId),
    index("webhook_deliveries_created_idx").on(t.createdAt),
    check("webhook_deliveries_state", sql`${t.state} in ('pending','delivered','failed')`),
    check(
      "webhook_deliveries_next",
      sql`(${t.state} = 'pending') = (${t.nextAttemptAt} is not null)`,
    ),
  ],
);

/** One request to a receiver, and what came of it. */
export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    deliveryId: text("delivery_id").notNull(),
    /** From 1 on. */
    number: integer("number").notNull(),
    endpointId: text("endpoint_id").notNull(),
    at: instant("at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    status: integer("status"),
    /** Null where it succeeded. */
    error: text("error"),
    /** The beginning of the answer, fit to be shown. */
    answer: text("answer").notNull().default(""),
    /** The size of the answer as far as it was read. */
    answerBytes: bigint("answer_bytes", { mode: "number" }).notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.deliveryId, t.number] }),
    foreignKey({
      name: "webhook_attempts_delivery_fk",
      columns: [t.deliveryId],
      foreignColumns: [webhookDeliveries.id],
    }).onDelete("cascade"),
    index("webhook_attempts_endpoint_idx").on(t.endpointId, t.at),
  ],
);

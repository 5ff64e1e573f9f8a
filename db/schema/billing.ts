import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { users, workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const nanos = (name: string) => bigint(name, { mode: "bigint" });

/** A movement of money. `reference` names its cause, so that no cause is booked twice. */
export const ledgerTransactions = pgTable(
  "ledger_transactions",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    kind: text("kind", { enum: ["grant", "top_up", "usage", "refund", "adjustment"] }).notNull(),
    reference: text("reference").notNull(),
    description: text("description").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("ledger_transactions_reference_key").on(t.reference),
    index("ledger_transactions_workspace_idx").on(t.workspaceId, t.createdAt.desc(), t.id.desc()),
  ],
);

/** One side of a transaction. Append-only, and the entries of a transaction sum to zero. */
export const ledgerEntries = pgTable(
  "ledger_entries",
  {
    transactionId: text("transaction_id")
      .notNull()
      .references(() => ledgerTransactions.id),
    account: text("account", {
      enum: ["wallet", "processor", "promotions", "revenue"],
    }).notNull(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    /** Positive into the account, negative out of it. */
    amountNanos: nanos("amount_nanos").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.transactionId, t.account] }),
    index("ledger_entries_workspace_idx").on(t.workspaceId, t.account),
    check("ledger_entries_not_zero", sql`${t.amountNanos} <> 0`),
    check(
      "ledger_entries_account",
      sql`${t.account} in ('wallet','processor','promotions','revenue')`,
    ),
  ],
);

/** What of each hour's usage the journal already holds. */
export const usagePostings = pgTable(
  "usage_postings",
  {
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    hour: instant("hour").notNull(),
    postedNanos: nanos("posted_nanos").notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.hour] })],
);

/** A payment the customer started; written before the provider hears of it. */
export const topUps = pgTable(
  "top_ups",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    provider: text("provider", { enum: ["demo", "stripe"] }).notNull(),
    amountCents: integer("amount_cents").notNull(),
    currency: text("currency").notNull().default("usd"),
    status: text("status", { enum: ["pending", "succeeded", "failed", "cancelled"] })
      .notNull()
      .default("pending"),
    failureMessage: text("failure_message"),
    formNonce: text("form_nonce").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    completedAt: instant("completed_at"),
  },
  (t) => [
    index("top_ups_workspace_idx").on(t.workspaceId, t.createdAt.desc()),
    uniqueIndex("top_ups_nonce_key").on(t.workspaceId, t.formNonce),
    check("top_ups_amount", sql`${t.amountCents} between 500 and 1000000`),
    check("top_ups_status", sql`${t.status} in ('pending','succeeded','failed','cancelled')`),
  ],
);

/** Every event of a payment provider that carried a good signature, once. */
export const paymentEvents = pgTable(
  "payment_events",
  {
    provider: text("provider", { enum: ["demo", "stripe"] }).notNull(),
    id: text("id").notNull(),
    type: text("type").notNull(),
    topUpId: text("top_up_id"),
    /** What we did: credited, failed, ignored, or held back because it doesn't match our row. */
    outcome: text("outcome", {
      enum: ["credited", "failed", "cancelled", "ignored", "quarantined", "parked"],
    }).notNull(),
    payload: jsonb("payload").notNull(),
    receivedAt: instant("received_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.id] }),
    index("payment_events_top_up_idx").on(t.topUpId),
  ],
);

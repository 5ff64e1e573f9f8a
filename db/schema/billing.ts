import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
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
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** A movement of money. `reference` names its cause, so that no cause is booked twice. */
export const ledgerTransactions = pgTable(
  "ledger_transactions",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    kind: text("kind", {
      enum: ["grant", "code", "top_up", "usage", "refund", "dispute", "adjustment", "debt"],
    }).notNull(),
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
    /**
     * `disputes` holds what a bank has taken back until the dispute is decided; `receivable` is below
     * zero by what a customer owes, because a reversal took more than was left in the wallet.
     */
    account: text("account", {
      enum: [
        "wallet",
        "processor",
        "promotions",
        "revenue",
        "disputes",
        "receivable",
        "adjustments",
      ],
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
      sql`${t.account} in ('wallet','processor','promotions','revenue','disputes','receivable','adjustments')`,
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
    /** `auto` was started by the worker with the saved card, for the member who switched it on. */
    kind: text("kind", { enum: ["checkout", "auto"] })
      .notNull()
      .default("checkout"),
    amountCents: integer("amount_cents").notNull(),
    currency: text("currency").notNull().default("usd"),
    /** `needs_action`: the bank wants to see the cardholder. */
    status: text("status", {
      enum: ["pending", "needs_action", "succeeded", "failed", "cancelled"],
    })
      .notNull()
      .default("pending"),
    failureMessage: text("failure_message"),
    formNonce: text("form_nonce").notNull(),
    /** The provider's own ids and page, once it has told them. */
    providerSessionId: text("provider_session_id"),
    providerPaymentId: text("provider_payment_id"),
    checkoutUrl: text("checkout_url"),
    /** When the provider is asked next what became of it, and how often it has been; null: no more. */
    checkAt: instant("check_at"),
    checks: integer("checks").notNull().default(0),
    createdAt: instant("created_at").notNull().defaultNow(),
    completedAt: instant("completed_at"),
  },
  (t) => [
    index("top_ups_workspace_idx").on(t.workspaceId, t.createdAt.desc()),
    uniqueIndex("top_ups_nonce_key").on(t.workspaceId, t.formNonce),
    check("top_ups_amount", sql`${t.amountCents} between 500 and 1000000`),
    check(
      "top_ups_status",
      sql`${t.status} in ('pending','needs_action','succeeded','failed','cancelled')`,
    ),
    uniqueIndex("top_ups_session_key").on(t.provider, t.providerSessionId),
    index("top_ups_payment_idx").on(t.provider, t.providerPaymentId),
    index("top_ups_check_idx").on(t.checkAt).where(sql`${t.checkAt} is not null`),
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
    /** What we did. `quarantined` doesn't match our row, `parked` names nothing we know (yet). */
    outcome: text("outcome", {
      enum: [
        "credited",
        "failed",
        "cancelled",
        "needs_action",
        "refunded",
        "disputed",
        "card_saved",
        "ignored",
        "quarantined",
        "parked",
      ],
    }).notNull(),
    payload: jsonb("payload").notNull(),
    receivedAt: instant("received_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.id] }),
    index("payment_events_top_up_idx").on(t.topUpId),
  ],
);

/** A refund or dispute of a payment, from the provider. It may arrive before the payment itself. */
export const paymentReversals = pgTable(
  "payment_reversals",
  {
    id: text("id").primaryKey(),
    provider: text("provider", { enum: ["demo", "stripe"] }).notNull(),
    providerReversalId: text("provider_reversal_id").notNull(),
    providerPaymentId: text("provider_payment_id"),
    kind: text("kind", { enum: ["refund", "dispute"] }).notNull(),
    /** Null while the payment it reverses isn't known. */
    topUpId: text("top_up_id").references(() => topUps.id),
    amountCents: integer("amount_cents").notNull(),
    currency: text("currency").notNull(),
    /**
     * `parked` until its payment is credited; `booked`: taken from the wallet; `released`: given back
     * (dispute won, refund failed); `lost`: a dispute that the bank decided for the cardholder.
     */
    status: text("status", { enum: ["parked", "booked", "released", "lost"] }).notNull(),
    reason: text("reason"),
    createdAt: instant("created_at").notNull().defaultNow(),
    resolvedAt: instant("resolved_at"),
  },
  (t) => [
    uniqueIndex("payment_reversals_provider_key").on(t.provider, t.providerReversalId),
    index("payment_reversals_top_up_idx").on(t.topUpId),
    index("payment_reversals_payment_idx").on(t.provider, t.providerPaymentId),
    check("payment_reversals_amount", sql`${t.amountCents} > 0`),
  ],
);

/** How a workspace pays: its saved card, auto top-up with its brakes, the low-balance alert. */
export const billingProfiles = pgTable(
  "billing_profiles",
  {
    workspaceId: text("workspace_id")
      .primaryKey()
      .references(() => workspaces.id),
    provider: text("provider", { enum: ["demo", "stripe"] }),
    providerCustomerId: text("provider_customer_id"),
    paymentMethodId: text("payment_method_id"),
    cardBrand: text("card_brand"),
    cardLast4: text("card_last4"),
    cardExpiryMonth: integer("card_expiry_month"),
    cardExpiryYear: integer("card_expiry_year"),
    autoTopUp: boolean("auto_top_up").notNull().default(false),
    /** Below this balance the card is charged … */
    autoThresholdCents: integer("auto_threshold_cents").notNull().default(500),
    /** … with what is missing to this one, at least the smallest top-up. */
    autoRestoreCents: integer("auto_restore_cents").notNull().default(2_500),
    /** The most that auto top-ups may charge in a calendar month (UTC). */
    autoMonthlyLimitCents: integer("auto_monthly_limit_cents").notNull().default(10_000),
    /** Who switched it on, for whom the payments are made. */
    autoUserId: text("auto_user_id").references(() => users.id),
    autoFailures: integer("auto_failures").notNull().default(0),
    /** After a decline, not before this. */
    autoRetryAt: instant("auto_retry_at"),
    /** Why it doesn't charge although it is on; null while it may. */
    autoPausedReason: text("auto_paused_reason", {
      enum: ["declined", "needs_action", "monthly_limit", "card_expired", "disputed"],
    }),
    /** Mail below this balance; null: none wanted. */
    alertCents: integer("alert_cents").default(200),
    /** False from an alert until the balance has recovered, so that one dip is one mail. */
    alertArmed: boolean("alert_armed").notNull().default(true),
    alertedAt: instant("alerted_at"),
    /** Since when the balance is used up, as webhooks were told; null again once it isn't. */
    depletedAt: instant("depleted_at"),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("billing_profiles_customer_key").on(t.provider, t.providerCustomerId),
    index("billing_profiles_auto_idx").on(t.workspaceId).where(sql`${t.autoTopUp}`),
    check(
      "billing_profiles_auto",
      sql`${t.autoThresholdCents} >= 0 and ${t.autoRestoreCents} > ${t.autoThresholdCents}
        and ${t.autoMonthlyLimitCents} >= 500`,
    ),
  ],
);

/** A code that customers redeem for credit. Only its SHA-256 is kept. */
export const creditCodes = pgTable(
  "credit_codes",
  {
    id: text("id").primaryKey(),
    codeHash: bytea("code_hash").notNull(),
    /** The last characters, by which people recognise it. */
    hint: text("hint").notNull(),
    description: text("description").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    usesMax: integer("uses_max").notNull(),
    uses: integer("uses").notNull().default(0),
    expiresAt: instant("expires_at"),
    disabledAt: instant("disabled_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("credit_codes_hash_key").on(t.codeHash),
    check("credit_codes_amount", sql`${t.amountNanos} > 0`),
    check("credit_codes_uses", sql`${t.uses} between 0 and ${t.usesMax}`),
  ],
);

/** A workspace redeems a code once. */
export const codeRedemptions = pgTable(
  "code_redemptions",
  {
    codeId: text("code_id")
      .notNull()
      .references(() => creditCodes.id),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    redeemedAt: instant("redeemed_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.codeId, t.workspaceId] })],
);

/** What each scheduled verification of the books found. */
export const ledgerChecks = pgTable(
  "ledger_checks",
  {
    id: bigserial("id", { mode: "number" }).primaryKey(),
    at: instant("at").notNull().defaultNow(),
    checks: integer("checks").notNull(),
    entries: bigint("entries", { mode: "number" }).notNull(),
    durationMs: integer("duration_ms").notNull(),
    /** `[{claim, subject, found}]`; empty where all is in order. */
    breaches: jsonb("breaches").notNull(),
  },
  (t) => [index("ledger_checks_at_idx").on(t.at.desc())],
);

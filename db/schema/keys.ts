import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  check,
  customType,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { users, workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

const nanos = (name: string) => bigint(name, { mode: "bigint" });

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** The identity: what usage, caps and logs hang on. It outlives its secrets. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    name: text("name").notNull(),
    environment: text("environment", { enum: ["live", "test"] }).notNull(),
    /** An empty list permits nothing. */
    scopes: text("scopes").array().notNull(),
    expiresAt: instant("expires_at"),
    /** Null allows every model, an empty list none; a name may end in `*`. */
    modelAllowlist: text("model_allowlist").array(),
    /** Null allows every address, an empty list none; addresses and CIDR blocks in normal form. */
    addressAllowlist: text("address_allowlist").array(),
    /** The key's own hourly rate, beside the workspace's. */
    requestsPerHour: integer("requests_per_hour"),
    /** What the key may spend in each UTC day, week (from Monday), month, and in its life. */
    capDayNanos: nanos("cap_day_nanos"),
    capWeekNanos: nanos("cap_week_nanos"),
    capMonthNanos: nanos("cap_month_nanos"),
    capTotalNanos: nanos("cap_total_nanos"),
    /** Rotation policy: the age in days at which a rotation opens. */
    rotationDays: integer("rotation_days"),
    rotationDueAt: instant("rotation_due_at"),
    /** An opened rotation that nobody has claimed by then ends the key's secret. */
    rotationDeadlineAt: instant("rotation_deadline_at"),
    /** The last reminder that was sent before `expiresAt`: this many days before. */
    expiryRemindedDays: integer("expiry_reminded_days"),
    /** The end that webhooks were told of when it had come. */
    expiryToldFor: instant("expiry_told_for"),
    createdBy: text("created_by")
      .notNull()
      .references(() => users.id),
    /** The key that made this one over the API. */
    createdByKeyId: text("created_by_key_id").references((): AnyPgColumn => apiKeys.id),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    disabledAt: instant("disabled_at"),
    revokedAt: instant("revoked_at"),
    revokedBy: text("revoked_by").references(() => users.id),
    /** `exposed` can't be undone. */
    revokedReason: text("revoked_reason", { enum: ["request", "exposed", "account_deleted"] }),
    /** Minted by the form, so that a double click makes one key. */
    formNonce: text("form_nonce"),
  },
  (t) => [
    index("api_keys_workspace_idx").on(t.workspaceId, t.createdAt),
    uniqueIndex("api_keys_nonce_key").on(t.workspaceId, t.formNonce),
    index("api_keys_expiry_idx").on(t.expiresAt).where(sql`${t.revokedAt} is null`),
    index("api_keys_rotation_idx").on(t.rotationDueAt).where(sql`${t.revokedAt} is null`),
    check(
      "api_keys_caps",
      sql`least(${t.capDayNanos}, ${t.capWeekNanos}, ${t.capMonthNanos}, ${t.capTotalNanos}) >= 0`,
    ),
    check("api_keys_rate", sql`${t.requestsPerHour} > 0`),
    check("api_keys_rotation_days", sql`${t.rotationDays} between 1 and 365`),
    check("api_keys_environment", sql`${t.environment} in ('live','test')`),
    check("api_keys_scopes", sql`${t.scopes} <@ array['read','write','admin','webhook']::text[]`),
  ],
);

/** What opens the door. Only the SHA-256 is kept, so the table opens nothing. */
export const apiKeySecrets = pgTable(
  "api_key_secrets",
  {
    id: text("id").primaryKey(),
    keyId: text("key_id")
      .notNull()
      .references(() => apiKeys.id),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    hash: bytea("hash").notNull(),
    /** `gate_live`, the readable start. */
    prefix: text("prefix").notNull(),
    last4: text("last4").notNull(),
    state: text("state", { enum: ["active", "pending", "retiring", "retired"] }).notNull(),
    /** Of a pending secret: the overlap that its first use starts. */
    graceSeconds: integer("grace_seconds"),
    /** Of a pending secret: unused by then, it is void. */
    lapsesAt: instant("lapses_at"),
    /** Of a retiring one: the end of the overlap. */
    retiresAt: instant("retires_at"),
    /** First use of a secret that a rotation made. */
    activatedAt: instant("activated_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** When it was taken over from another system, which made it; null for our own. */
    importedAt: instant("imported_at"),
    lastUsedAt: instant("last_used_at"),
    lastUsedAddress: text("last_used_address"),
    lastUsedAgent: text("last_used_agent"),
  },
  (t) => [
    uniqueIndex("api_key_secrets_hash_key").on(t.hash),
    index("api_key_secrets_key_idx").on(t.keyId),
    uniqueIndex("api_key_secrets_one_active").on(t.keyId).where(sql`${t.state} = 'active'`),
    uniqueIndex("api_key_secrets_one_pending").on(t.keyId).where(sql`${t.state} = 'pending'`),
    uniqueIndex("api_key_secrets_one_retiring").on(t.keyId).where(sql`${t.state} = 'retiring'`),
    index("api_key_secrets_last4_idx").on(t.workspaceId, t.last4),
    // Operators look for a customer by the end of a key.
    index("api_key_secrets_any_last4_idx").on(t.last4),
    check("api_key_secrets_hash_sha256", sql`length(${t.hash}) = 32`),
    check("api_key_secrets_last4", sql`length(${t.last4}) = 4`),
    check("api_key_secrets_state", sql`${t.state} in ('active','pending','retiring','retired')`),
  ],
);

/** Where and when a key was seen by others. Kept for the owner and for the audit. */
export const keyExposures = pgTable(
  "key_exposures",
  {
    id: text("id").primaryKey(),
    keyId: text("key_id")
      .notNull()
      .references(() => apiKeys.id),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    secretId: text("secret_id")
      .notNull()
      .references(() => apiKeySecrets.id),
    /** `github` for GitHub's secret scanning, `form` for somebody who told us. */
    source: text("source", { enum: ["github", "form"] }).notNull(),
    url: text("url"),
    reportedAt: instant("reported_at").notNull().defaultNow(),
  },
  (t) => [index("key_exposures_key_idx").on(t.keyId, t.reportedAt.desc())],
);

import { sql } from "drizzle-orm";
import {
  check,
  customType,
  index,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { users, workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

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
    expiresAt: timestamp("expires_at", { withTimezone: true, mode: "date" }),
    createdBy: text("created_by")
      .notNull()
      .references(() => users.id),
    createdAt: instant("created_at").notNull().defaultNow(),
    revokedAt: instant("revoked_at"),
    revokedBy: text("revoked_by").references(() => users.id),
    revokedReason: text("revoked_reason"),
    /** Minted by the form, so that a double click makes one key. */
    formNonce: text("form_nonce"),
  },
  (t) => [
    index("api_keys_workspace_idx").on(t.workspaceId, t.createdAt),
    uniqueIndex("api_keys_nonce_key").on(t.workspaceId, t.formNonce),
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
    /** End of a rotation's overlap. */
    retiresAt: instant("retires_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    lastUsedAt: instant("last_used_at"),
    lastUsedAddress: text("last_used_address"),
    lastUsedAgent: text("last_used_agent"),
  },
  (t) => [
    uniqueIndex("api_key_secrets_hash_key").on(t.hash),
    index("api_key_secrets_key_idx").on(t.keyId),
    uniqueIndex("api_key_secrets_one_active").on(t.keyId).where(sql`${t.state} = 'active'`),
    check("api_key_secrets_hash_sha256", sql`length(${t.hash}) = 32`),
    check("api_key_secrets_last4", sql`length(${t.last4}) = 4`),
    check("api_key_secrets_state", sql`${t.state} in ('active','pending','retiring','retired')`),
  ],
);

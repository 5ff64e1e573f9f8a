import { customType, index, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { apiKeys } from "@/db/schema/keys";
import { workspaces } from "@/db/schema/workspaces";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/**
 * A permission for one request in a key's name, for a member who is signed in and doesn't have its
 * secret at hand. The row is deleted when it is used; only the SHA-256 of the ticket is kept.
 */
export const keyTickets = pgTable(
  "key_tickets",
  {
    hash: bytea("hash").primaryKey(),
    keyId: text("key_id")
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" }),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    expiresAt: timestamp("expires_at", { withTimezone: true, mode: "date" }).notNull(),
  },
  (t) => [index("key_tickets_expiry_idx").on(t.expiresAt)],
);

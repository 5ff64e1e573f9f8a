import { sql } from "drizzle-orm";
import { index, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { users, workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Who runs the company's side: users who may open `/admin`. */
export const operators = pgTable("operators", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** The operator who added them; null for the command line. */
  addedBy: text("added_by"),
  addedAt: instant("added_at").notNull().defaultNow(),
});

/**
 * An operator's look at a customer's dashboard, read-only. It belongs to one signed-in browser and ends with
 * that session, with its hour, or when it is left.
 */
export const supportViews = pgTable(
  "support_views",
  {
    id: text("id").primaryKey(),
    sessionId: text("session_id").notNull(),
    userId: text("user_id").notNull(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    reason: text("reason").notNull(),
    startedAt: instant("started_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    uniqueIndex("support_views_open_key").on(t.sessionId).where(sql`${t.endedAt} is null`),
    index("support_views_due_idx").on(t.expiresAt).where(sql`${t.endedAt} is null`),
  ],
);

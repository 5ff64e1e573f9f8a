import { sql } from "drizzle-orm";
import { bigint, index, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { users, workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const nanos = (name: string) => bigint(name, { mode: "bigint" });

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

/**
 * What the list of accounts is sorted by, a row a workspace (a trigger makes it). The worker keeps it up to date
 * every minute: the balance itself changes with each request, and an index on it would make each one dearer.
 */
export const accountFigures = pgTable(
  "account_figures",
  {
    workspaceId: text("workspace_id")
      .primaryKey()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull(),
    balanceNanos: nanos("balance_nanos").notNull().default(sql`0`),
    /** All that was ever charged when `spend` was summed: another figure there is reason to sum anew. */
    usedNanos: nanos("used_nanos").notNull().default(sql`0`),
    /** Of the last 30 days, this hour included. */
    spendNanos: nanos("spend_nanos").notNull().default(sql`0`),
    /** When any of its members was last in the dashboard; `-infinity` for nobody yet. */
    lastSeenAt: instant("last_seen_at").notNull().default(sql`'-infinity'`),
    /** When it was last summed; `-infinity` for never. */
    asOf: instant("as_of").notNull().default(sql`'-infinity'`),
  },
  (t) => [
    index("account_figures_created_idx").on(t.createdAt, t.workspaceId),
    index("account_figures_balance_idx").on(t.balanceNanos, t.workspaceId),
    index("account_figures_spend_idx").on(t.spendNanos, t.workspaceId),
    index("account_figures_seen_idx").on(t.lastSeenAt, t.workspaceId),
    index("account_figures_as_of_idx").on(t.asOf),
  ],
);

import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Who did what to which thing. A trigger refuses UPDATE, DELETE and TRUNCATE. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: text("id").primaryKey(),
    at: timestamp("at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    /** Null for acts outside any workspace, such as a failed sign-in. */
    workspaceId: text("workspace_id"),
    actorType: text("actor_type", { enum: ["user", "api_key", "system", "operator"] }).notNull(),
    actorId: text("actor_id"),
    action: text("action").notNull(),
    targetType: text("target_type"),
    targetId: text("target_id"),
    details: jsonb("details").notNull().default({}),
    address: text("address"),
    userAgent: text("user_agent"),
  },
  // What the log can be filtered by, each in the log's own order.
  (t) => [
    index("audit_log_workspace_idx").on(t.workspaceId, t.at.desc()),
    index("audit_log_actor_idx").on(t.workspaceId, t.actorId, t.at.desc()),
    index("audit_log_actor_type_idx").on(t.workspaceId, t.actorType, t.at.desc()),
    index("audit_log_action_idx").on(t.workspaceId, t.action, t.at.desc()),
    index("audit_log_target_idx").on(t.workspaceId, t.targetId, t.at.desc()),
    // What operators did, in whatever workspace or in none.
    index("audit_log_operator_idx").on(t.at.desc()).where(sql`${t.actorType} = 'operator'`),
  ],
);

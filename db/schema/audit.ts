import { index, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Who did what to which thing. A trigger refuses UPDATE, DELETE and TRUNCATE. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: text("id").primaryKey(),
    at: timestamp("at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    /** Null for acts outside any workspace, such as a failed sign-in. */
    workspaceId: text("workspace_id"),
    actorType: text("actor_type", { enum: ["user", "api_key", "system"] }).notNull(),
    actorId: text("actor_id"),
    action: text("action").notNull(),
    targetType: text("target_type"),
    targetId: text("target_id"),
    details: jsonb("details").notNull().default({}),
    address: text("address"),
    userAgent: text("user_agent"),
  },
  (t) => [
    index("audit_log_workspace_idx").on(t.workspaceId, t.at.desc()),
    index("audit_log_actor_idx").on(t.workspaceId, t.actorId, t.at.desc()),
    index("audit_log_target_idx").on(t.targetType, t.targetId, t.at.desc()),
  ],
);

import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** What `/v1/resources` keeps. Test keys see those of the test environment only. */
export const resources = pgTable(
  "resources",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    environment: text("environment", { enum: ["live", "test"] }).notNull(),
    name: text("name").notNull(),
    type: text("type").notNull(),
    config: jsonb("config").notNull().default({}),
    /** Counts changes; the entity tag is made of it. */
    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("resources_workspace_idx").on(
      t.workspaceId,
      t.environment,
      t.createdAt.desc(),
      t.id.desc(),
    ),
    check("resources_environment", sql`${t.environment} in ('live','test')`),
  ],
);

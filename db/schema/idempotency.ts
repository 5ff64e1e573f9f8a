import { sql } from "drizzle-orm";
import {
  check,
  customType,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** An `Idempotency-Key` of a workspace and the answer it got. Kept for 24 hours. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    key: text("key").notNull(),
    requestId: text("request_id").notNull(),
    /** SHA-256 of method, path, query and body. */
    fingerprint: bytea("fingerprint").notNull(),
    state: text("state", { enum: ["in_flight", "done"] }).notNull(),
    /** The gateway that works on it; when its lease is gone, another may. */
    instanceId: text("instance_id").notNull(),
    /** Status, headers and body, encrypted: answers may hold secrets. */
    answer: bytea("answer"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.key] }),
    index("idempotency_keys_created_idx").on(t.createdAt),
    check("idempotency_keys_state", sql`${t.state} in ('in_flight','done')`),
    check("idempotency_keys_done", sql`${t.state} <> 'done' or ${t.answer} is not null`),
  ],
);

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** What a workspace may do; `null` in a limit means that none applies. */
export const plans = pgTable("plans", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  requestsPerHour: integer("requests_per_hour"),
  requestsPerDay: bigint("requests_per_day", { mode: "number" }),
  requestsPerMonth: bigint("requests_per_month", { mode: "number" }),
  requestsTotal: bigint("requests_total", { mode: "number" }),
  /** Streams that may be open at the same time. */
  concurrentStreams: integer("concurrent_streams").notNull().default(20),
  /** Whether customers may switch to it themselves; others are agreed with the company. */
  selfService: boolean("self_service").notNull().default(true),
  position: integer("position").notNull(),
});

export const users = pgTable(
  "users",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** Lower-case and NFC; unique, so one address is one account. */
    email: text("email").notNull(),
    emailVerifiedAt: instant("email_verified_at"),
    /** argon2id in PHC form; null for accounts that only sign in elsewhere. */
    passwordHash: text("password_hash"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("users_email_key").on(t.email),
    check("users_email_normal", sql`${t.email} = lower(${t.email})`),
  ],
);

export const workspaces = pgTable("workspaces", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  planId: text("plan_id")
    .notNull()
    .default("standard")
    .references(() => plans.id),
  /** Overrides the plan's hourly rate: the "custom" of Enterprise. */
  requestsPerHour: integer("requests_per_hour"),
  /** These override the plan's quotas as well. */
  requestsPerDay: bigint("requests_per_day", { mode: "number" }),
  requestsPerMonth: bigint("requests_per_month", { mode: "number" }),
  requestsTotal: bigint("requests_total", { mode: "number" }),
  concurrentStreams: integer("concurrent_streams"),
  /** From then on its keys don't exist for the API. */
  deletedAt: instant("deleted_at"),
  suspendedAt: instant("suspended_at"),
  suspendedReason: text("suspended_reason"),
  createdAt: instant("created_at").notNull().defaultNow(),
});

export const members = pgTable(
  "members",
  {
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    role: text("role", { enum: ["owner", "admin", "developer", "billing", "viewer"] }).notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.userId] }),
    index("members_user_idx").on(t.userId),
    check("members_role", sql`${t.role} in ('owner','admin','developer','billing','viewer')`),
  ],
);

/** A signed-in browser. The cookie carries only this id, encrypted; the row decides. */
export const sessions = pgTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    createdAt: instant("created_at").notNull().defaultNow(),
    lastSeenAt: instant("last_seen_at").notNull().defaultNow(),
    /** Absolute end, whatever the activity. */
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
    address: text("address"),
    userAgent: text("user_agent"),
  },
  (t) => [index("sessions_user_idx").on(t.userId)],
);

/** Failures counted by subject (`sign-in:account:…`, `sign-up:address:…`), one row each. */
export const throttles = pgTable("throttles", {
  subject: text("subject").primaryKey(),
  failures: integer("failures").notNull(),
  windowStart: instant("window_start").notNull(),
  lastFailedAt: instant("last_failed_at").notNull(),
});

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { roles } from "@/lib/scope";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

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

export const workspaces = pgTable(
  "workspaces",
  {
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
  },
  (t) => [
    // For the operators' list: the few that are suspended, and those of a seldom plan.
    index("workspaces_suspended_idx").on(t.suspendedAt).where(sql`${t.suspendedAt} is not null`),
    index("workspaces_plan_idx").on(t.planId),
  ],
);

export const members = pgTable(
  "members",
  {
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    role: text("role", { enum: roles }).notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** In this workspace; null until they first come. */
    lastSeenAt: instant("last_seen_at"),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.userId] }),
    index("members_user_idx").on(t.userId),
    check("members_role", sql`${t.role} in ('owner','admin','developer','billing','viewer')`),
  ],
);

/**
 * Somebody who is asked to become a member. The secret of the link is kept as a hash; sending it again makes
 * another one.
 */
export const invitations = pgTable(
  "invitations",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    /** As in `users`. */
    email: text("email").notNull(),
    role: text("role", { enum: roles }).notNull(),
    /** SHA-256 of 256 random bits. */
    secretHash: bytea("secret_hash").notNull(),
    /** Whether nobody but the address's reader has the link: it proves the address then. */
    isMailed: boolean("is_mailed").notNull(),
    /** Wrong secrets shown for this id since it was sent. */
    attempts: integer("attempts").notNull().default(0),
    invitedBy: text("invited_by")
      .notNull()
      .references(() => users.id),
    createdAt: instant("created_at").notNull().defaultNow(),
    sentAt: instant("sent_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    acceptedAt: instant("accepted_at"),
    acceptedBy: text("accepted_by").references(() => users.id),
    revokedAt: instant("revoked_at"),
  },
  (t) => [
    uniqueIndex("invitations_pending_key")
      .on(t.workspaceId, t.email)
      .where(sql`${t.acceptedAt} is null and ${t.revokedAt} is null`),
    index("invitations_email_idx").on(t.email),
    check("invitations_role", sql`${t.role} in ('owner','admin','developer','billing','viewer')`),
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
    /** When its user last proved who they are: at sign-in, or when an act asked for it again. */
    provedAt: instant("proved_at").notNull().defaultNow(),
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

/**
 * What a mailed link carries, as a hash. `user_id` is null for an account that is only being opened; the
 * address is the one the link was sent to, so that a link to an address that was given up opens nothing.
 */
export const mailTokens = pgTable(
  "mail_tokens",
  {
    id: text("id").primaryKey(),
    purpose: text("purpose", {
      enum: ["reset", "sign_up", "verify", "sign_in", "change_email"],
    }).notNull(),
    userId: text("user_id").references(() => users.id),
    email: text("email").notNull(),
    /** SHA-256 of 256 random bits. */
    secretHash: bytea("secret_hash").notNull(),
    /** SHA-256 of what the browser that asked keeps in a cookie. */
    browserHash: bytea("browser_hash"),
    /** For `sign_up`: the name and the password's hash. */
    details: jsonb("details").notNull().default({}),
    /** Wrong secrets shown for this id. */
    attempts: integer("attempts").notNull().default(0),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    /** Set once; also when it is made void by a newer one. */
    usedAt: instant("used_at"),
  },
  (t) => [
    index("mail_tokens_user_idx").on(t.userId, t.purpose),
    index("mail_tokens_email_idx").on(t.email, t.purpose),
    index("mail_tokens_expires_idx").on(t.expiresAt),
    check(
      "mail_tokens_purpose",
      sql`${t.purpose} in ('reset','sign_up','verify','sign_in','change_email')`,
    ),
  ],
);

/** A user's authenticator app. It counts from the moment it is confirmed with a first code. */
export const secondFactors = pgTable("second_factors", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id),
  /** The shared secret, encrypted. */
  secret: bytea("secret").notNull(),
  confirmedAt: instant("confirmed_at"),
  /** The 30-second step of the last accepted code: it and those before it are spent. */
  lastStep: bigint("last_step", { mode: "number" }),
  createdAt: instant("created_at").notNull().defaultNow(),
});

/** Stand in for the app when it is lost, once each; keyed hashes. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    codeHash: bytea("code_hash").notNull(),
    usedAt: instant("used_at"),
  },
  (t) => [primaryKey({ columns: [t.userId, t.codeHash] })],
);

/** A sign-in that still owes its second factor. There is no session until it is paid. */
export const signInChallenges = pgTable(
  "sign_in_challenges",
  {
    /** SHA-256 of what the browser keeps in a cookie. */
    tokenHash: bytea("token_hash").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    /** How the first factor was shown: `password`, `link`, or a provider's id. */
    method: text("method").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
  },
  (t) => [index("sign_in_challenges_user_idx").on(t.userId)],
);

/** An account at another provider that opens this user's account. */
export const connectedAccounts = pgTable(
  "connected_accounts",
  {
    provider: text("provider").notNull(),
    /** The provider's own, lasting id of the person. */
    subject: text("subject").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    /** As the provider told it, for recognising the account. */
    email: text("email"),
    createdAt: instant("created_at").notNull().defaultNow(),
    lastUsedAt: instant("last_used_at"),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.subject] }),
    uniqueIndex("connected_accounts_user_key").on(t.userId, t.provider),
  ],
);

import {
  customType,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { users, workspaces } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** The outbox: a mail is written in the transaction of what it tells of, and sent by the worker. */
export const mails = pgTable(
  "mails",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").references(() => workspaces.id),
    userId: text("user_id").references(() => users.id),
    /** What it is about, such as `key_expiring`. */
    kind: text("kind").notNull(),
    /** Names the occasion, so that nobody is told twice. */
    reference: text("reference").notNull(),
    toAddress: text("to_address").notNull(),
    subject: text("subject").notNull(),
    text: text("text").notNull(),
    html: text("html").notNull(),
    /** Text and HTML of a mail whose link is a secret, encrypted until it is sent; `text` has no link then. */
    sealed: bytea("sealed"),
    createdAt: instant("created_at").notNull().defaultNow(),
    attempts: integer("attempts").notNull().default(0),
    lastError: text("last_error"),
    /** Null until a mail server has taken it. */
    sentAt: instant("sent_at"),
    /** Set when no further attempt is made. */
    failedAt: instant("failed_at"),
  },
  (t) => [
    uniqueIndex("mails_reference_key").on(t.reference, t.toAddress),
    index("mails_created_idx").on(t.createdAt.desc()),
  ],
);

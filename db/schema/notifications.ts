import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  customType,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { users } from "@/db/schema/workspaces";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** Which mails somebody wants. A row is a choice that was made; without one the mail comes. */
export const notificationChoices = pgTable(
  "notification_choices",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    notice: text("notice", {
      enum: ["key_expiring", "rotation_due", "low_balance", "auto_top_up", "receipt", "members"],
    }).notNull(),
    isOn: boolean("is_on").notNull(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.notice] }),
    check(
      "notification_choices_notice",
      sql`${t.notice} in ('key_expiring','rotation_due','low_balance','auto_top_up','receipt','members')`,
    ),
  ],
);

/**
 * Addresses whose account was deleted, as keyed hashes of their canonical form: they may sign up again,
 * but aren't welcomed with credit a second time.
 */
export const formerAddresses = pgTable("former_addresses", {
  addressHash: bytea("address_hash").primaryKey(),
  deletedAt: instant("deleted_at").notNull().defaultNow(),
});

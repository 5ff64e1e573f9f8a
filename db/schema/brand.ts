import { sql } from "drizzle-orm";
import { boolean, check, customType, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** What an operator chose for the deployment: one row, or none. Null is the deployment's own. */
export const brandChoices = pgTable(
  "brand_choices",
  {
    only: boolean("only").primaryKey().default(true),
    name: text("name"),
    tagline: text("tagline"),
    supportEmail: text("support_email"),
    /** `#rrggbb`, as it was chosen; the variants are computed. */
    accent: text("accent"),
    appOrigin: text("app_origin"),
    apiOrigin: text("api_origin"),
    updatedAt: timestamp("updated_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  },
  (t) => [check("brand_choices_one_row", sql`${t.only}`)],
);

/** The logo as it is served, cleaned: one row, or none. */
export const brandLogos = pgTable(
  "brand_logos",
  {
    only: boolean("only").primaryKey().default(true),
    /** SHA-256 of `body`, in hex: its address. */
    hash: text("hash").notNull(),
    contentType: text("content_type").notNull(),
    body: bytea("body").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  },
  (t) => [check("brand_logos_one_row", sql`${t.only}`)],
);

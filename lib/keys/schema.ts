import { z } from "zod";
import { DisplayName } from "@/lib/display-name";
import { parseDay } from "@/lib/keys/expiry";
import { searchTermOf } from "@/lib/keys/search-term";

export const keyScopes = ["read", "write", "admin", "webhook"] as const;
export type KeyScope = (typeof keyScopes)[number];

export const keyEnvironments = ["live", "test"] as const;

export const expiryDays = [30, 60, 90, 180, 365] as const;
export type ExpiryDays = (typeof expiryDays)[number];

/** Live keys a workspace may have; revoked and expired ones don't count. */
export const liveKeysMax = 100;

const chooseExpiry = "Choose when the key expires.";

/** When a key ends: after so many days, at the end of a day (UTC), or never. */
export const KeyExpiry = z.discriminatedUnion(
  "kind",
  [
    z.object({
      kind: z.literal("days"),
      days: z.literal([...expiryDays], { error: chooseExpiry }),
    }),
    z.object({
      kind: z.literal("day"),
      day: z.string({ error: chooseExpiry }).superRefine((text, context) => {
        if (text === "") context.addIssue({ code: "custom", message: "Choose a day." });
        else if (!parseDay(text)) {
          context.addIssue({
            code: "custom",
            message: "This isn't a day in the calendar. Write it as 2027-01-31.",
          });
        }
      }),
    }),
    z.object({ kind: z.literal("never") }),
  ],
  { error: chooseExpiry },
);
export type KeyExpiry = z.infer<typeof KeyExpiry>;

const KeyId = z
  .string({ error: "This isn't a key's id." })
  .regex(/^key_[0-9a-hjkmnp-tv-z]{26}$/, { error: "This isn't a key's id." });

export const CreateKey = z.object({
  name: DisplayName,
  environment: z.enum(keyEnvironments, { error: "Choose Live or Test." }),
  scopes: z
    .array(z.enum(keyScopes, { error: "Choose from read, write, admin and webhook." }), {
      error: "Choose at least one scope.",
    })
    .min(1, { error: "Choose at least one scope." })
    .max(keyScopes.length, { error: "Choose each scope once." })
    // Stored in one order, so that equal permissions look equal.
    .transform((chosen) => keyScopes.filter((scope) => chosen.includes(scope))),
  expiry: KeyExpiry,
  /** Made once by the form: however often it is sent, it makes one key. */
  nonce: z.string({ error: "Reload the page." }).regex(/^[0-9A-Za-z_-]{16,64}$/, {
    error: "Reload the page.",
  }),
});
export type CreateKey = z.infer<typeof CreateKey>;

export const RenameKey = z.object({ id: KeyId, name: DisplayName });
export type RenameKey = z.infer<typeof RenameKey>;

export const RevokeKey = z.object({ id: KeyId });
export type RevokeKey = z.infer<typeof RevokeKey>;

export const keyStatusFilters = ["all", "active", "expired", "revoked"] as const;
export const keyEnvironmentFilters = ["all", ...keyEnvironments] as const;

const searchMax = 100;
const Cursor = KeyId.optional().catch(undefined);

/** What the list shows, read from an address: whatever isn't understood is left out, never an error. */
export const KeyListQuery = z.object({
  search: z
    .string()
    .catch("")
    .transform((text) => searchTermOf(text.slice(0, searchMax))),
  status: z.enum(keyStatusFilters).catch("all"),
  environment: z.enum(keyEnvironmentFilters).catch("all"),
  /** The keys older than this one. */
  after: Cursor,
  /** The keys newer than this one. */
  before: Cursor,
});
export type KeyListQuery = z.infer<typeof KeyListQuery>;

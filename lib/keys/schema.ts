import { z } from "zod";
import { DisplayName } from "@/lib/display-name";
import { parseDay } from "@/lib/keys/expiry";
import { keyLimitFields } from "@/lib/keys/limits";
import {
  expiryDays,
  graceSecondsMax,
  keyEnvironments,
  keyScopes,
  keySorts,
} from "@/lib/keys/terms";
import { searchTermOf } from "@/lib/search-term";
import { dayMs, hourMs } from "@/lib/time";

/** Live keys a workspace may have; revoked and expired ones don't count. */
export const liveKeysMax = 100;

/** How long a revoke can be undone. */
export const undoRevokeMs = hourMs;

/** How long a new secret waits for its first use. */
export const pendingSecretMs = 30 * dayMs;

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

/** When a key ends, as verbs take it: what the form offers, any number of days, or an instant. */
export type ExpiryChoice =
  | { kind: "days"; days: number }
  | { kind: "day"; day: string }
  | { kind: "at"; at: Date }
  | { kind: "never" };

export const KeyId = z
  .string({ error: "This isn't a key's id." })
  .regex(/^key_[0-9a-hjkmnp-tv-z]{26}$/, { error: "This isn't a key's id." });

export const KeyScopes = z
  .array(z.enum(keyScopes, { error: "Choose from read, write, admin and webhook." }), {
    error: "Choose at least one scope.",
  })
  .min(1, { error: "Choose at least one scope." })
  .max(keyScopes.length, { error: "Choose each scope once." })
  // Stored in one order, so that equal permissions look equal.
  .transform((chosen) => keyScopes.filter((scope) => chosen.includes(scope)));

export const CreateKey = z.object({
  name: DisplayName,
  environment: z.enum(keyEnvironments, { error: "Choose Live or Test." }),
  scopes: KeyScopes,
  expiry: KeyExpiry,
  ...keyLimitFields,
  /** Made once by the form: however often it is sent, it makes one key. */
  nonce: z.string({ error: "Reload the page." }).regex(/^[0-9A-Za-z_-]{16,64}$/, {
    error: "Reload the page.",
  }),
});
export type CreateKey = z.infer<typeof CreateKey>;

/**
 * A new key as the verb takes it: from the form, or from the API, which has no nonce. Where a key acts,
 * an end and limits that are left out are those of the acting key.
 */
export type NewKey = Omit<CreateKey, "expiry" | "nonce"> & {
  expiry?: ExpiryChoice;
  nonce: string | null;
};

/**
 * Changes to a key. What is left out stays; null takes a limit off. Of `caps` the same holds for each
 * period. With `expectedUpdatedAt` (ISO, as the page has read it) a change made meanwhile is a CONFLICT.
 */
export const UpdateKey = z.object({
  id: KeyId,
  name: DisplayName.optional(),
  scopes: KeyScopes.optional(),
  expiry: KeyExpiry.optional(),
  ...keyLimitFields,
  expectedUpdatedAt: z.iso.datetime({ error: "Reload the page." }).optional(),
});
export type UpdateKey = z.infer<typeof UpdateKey>;

/** Changes as the verb takes them. */
export type KeyChange = Omit<UpdateKey, "expiry"> & { expiry?: ExpiryChoice | undefined };

export const RenameKey = z.object({ id: KeyId, name: DisplayName });
export type RenameKey = z.infer<typeof RenameKey>;

/** For the verbs that need nothing but the key: disable, enable, undo of a revoke, cancel a rotation. */
export const KeyReference = z.object({ id: KeyId });
export type KeyReference = z.infer<typeof KeyReference>;

export const RevokeKey = KeyReference;
export type RevokeKey = z.infer<typeof RevokeKey>;

const graceProblem = "Choose an overlap between none and seven days.";

export const GraceSeconds = z
  .int({ error: graceProblem })
  .min(0, { error: graceProblem })
  .max(graceSecondsMax, { error: graceProblem });

export const RotateKey = z.object({ id: KeyId, graceSeconds: GraceSeconds });
export type RotateKey = z.infer<typeof RotateKey>;

export const RetireOldSecret = z.object({
  id: KeyId,
  /** Ends the old secret although the new one was never used. */
  evenIfUnused: z.boolean({ error: "Confirm, or don't." }).optional(),
});
export type RetireOldSecret = z.infer<typeof RetireOldSecret>;

const extendProblem = "Choose a time of up to seven days.";

export const ExtendGrace = z.object({
  id: KeyId,
  /** Added to the end of the overlap. */
  seconds: z
    .int({ error: extendProblem })
    .min(1, { error: extendProblem })
    .max(graceSecondsMax, { error: extendProblem }),
});
export type ExtendGrace = z.infer<typeof ExtendGrace>;

export const keyStatusFilters = [
  "all",
  "active",
  "rotating",
  "disabled",
  "expired",
  "revoked",
] as const;
export type KeyStatusFilter = (typeof keyStatusFilters)[number];
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
  sort: z.enum(keySorts).catch("created"),
  /** Absent: as `defaultOrders` has it for the sort. */
  order: z.enum(["asc", "desc"]).optional().catch(undefined),
  /** The keys that follow this one in the order shown. */
  after: Cursor,
  /** The keys that stand before this one. */
  before: Cursor,
});
export type KeyListQuery = z.infer<typeof KeyListQuery>;

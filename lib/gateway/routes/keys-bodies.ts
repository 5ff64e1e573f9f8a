import { z } from "zod";
import { DisplayName } from "@/lib/display-name";
import { GatewayError } from "@/lib/gateway/errors";
import { PageQuery } from "@/lib/gateway/rest-query";
import {
  AddressAllowlist,
  KeyCaps,
  ModelAllowlist,
  RequestsPerHour,
  RotationDays,
} from "@/lib/keys/limits";
import {
  type ExpiryChoice,
  GraceSeconds,
  type KeyChange,
  KeyScopes,
  keyEnvironmentFilters,
  keyStatusFilters,
} from "@/lib/keys/schema";
import { keyEnvironments } from "@/lib/keys/terms";

/** A choice among words, told with all of them. */
function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `must be one of ${words.join(", ")}` });
}

const ExpiresAt = z.iso.datetime({
  offset: true,
  error: "must be an instant such as 2027-01-31T00:00:00Z",
});
const ExpiresInDays = z
  .int({ error: "must be a whole number of days" })
  .min(1, { error: "must be at least 1" })
  .max(365, { error: "must be at most 365" });

const limitFields = {
  expires_at: ExpiresAt.nullable()
    .optional()
    .describe("The instant at which the key stops working, within a year; null for never."),
  expires_in_days: ExpiresInDays.optional().describe("The same as days from now: 1 to 365."),
  models: ModelAllowlist.nullable()
    .optional()
    .describe("Models by name, or by the start of their names and `*`; null for all."),
  addresses: AddressAllowlist.nullable()
    .optional()
    .describe("IPv4 and IPv6 addresses and CIDR blocks that may use the key; null for all."),
  rate_limit: RequestsPerHour.nullable()
    .optional()
    .describe("Requests an hour, beside the account's own rate; null for none."),
  spend_caps: KeyCaps.nullable()
    .optional()
    .describe("Dollars as decimal strings for each UTC day, week, month and in total."),
  rotation_days: RotationDays.nullable()
    .optional()
    .describe("Opens a rotation when the secret is so many days old; null for never."),
};

const bothExpiries = {
  path: ["expires_in_days"],
  error: "can't be given beside expires_at",
};

export const KeyCreateBody = z
  .strictObject({
    name: DisplayName,
    environment: oneOf(keyEnvironments)
      .optional()
      .describe("As the calling key's when absent; a test key makes only test keys."),
    scopes: KeyScopes,
    ...limitFields,
  })
  .refine((body) => !(body.expires_at && body.expires_in_days), bothExpiries);
export type KeyCreateBody = z.output<typeof KeyCreateBody>;

export const KeyUpdateBody = z
  .strictObject({
    name: DisplayName.optional(),
    scopes: KeyScopes.optional(),
    ...limitFields,
    enabled: z
      .boolean({ error: "must be true or false" })
      .optional()
      .describe("False turns the key off, true on again."),
  })
  .refine((body) => !(body.expires_at && body.expires_in_days), bothExpiries);
export type KeyUpdateBody = z.output<typeof KeyUpdateBody>;

const graceDefault = 86_400;

/** Empty is a rotation with a day's overlap. */
export const KeyRotateBody = z.strictObject({
  grace_seconds: GraceSeconds.default(graceDefault).describe(
    "How long the old secret works on after the new one's first use: 0 to 604800.",
  ),
});
export type KeyRotateBody = z.output<typeof KeyRotateBody>;

export const KeyVerifyBody = z.strictObject({
  key: z
    .string({ error: "must be the key's text" })
    .max(200, { error: "is longer than any key" })
    .describe("The secret as its holder showed it. It is neither logged nor kept."),
});
export type KeyVerifyBody = z.output<typeof KeyVerifyBody>;

export const KeyListParams = PageQuery.extend({
  status: oneOf(keyStatusFilters)
    .default("all")
    .describe("`active` are those that work, `rotating` those of them with two secrets."),
  environment: oneOf(keyEnvironmentFilters)
    .default("all")
    .describe("A test key lists test keys only, whatever is asked for."),
});
export type KeyListParams = z.output<typeof KeyListParams>;

function expiryOf(body: KeyUpdateBody | KeyCreateBody): ExpiryChoice | undefined {
  if (body.expires_in_days !== undefined) return { kind: "days", days: body.expires_in_days };
  if (body.expires_at === undefined) return undefined;
  if (body.expires_at === null) return { kind: "never" };
  return { kind: "at", at: new Date(body.expires_at) };
}

/** The limits of a body in the domain's words; what it leaves out stays out. */
export function limitsOf(body: KeyUpdateBody | KeyCreateBody): Omit<KeyChange, "id"> {
  const expiry = expiryOf(body);
  return {
    ...(expiry ? { expiry } : {}),
    modelAllowlist: body.models,
    addressAllowlist: body.addresses,
    requestsPerHour: body.rate_limit,
    caps: body.spend_caps,
    rotationDays: body.rotation_days,
  };
}

/** Refuses a change that changes nothing, because it is a client's mistake. Throws param. */
export function requireSomething(body: KeyUpdateBody): void {
  if (Object.values(body).some((value) => value !== undefined)) return;
  throw new GatewayError("param", { restMessage: "Name at least one field to change" });
}

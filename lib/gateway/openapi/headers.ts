import type { JsonSchema } from "@/lib/gateway/openapi/schemas";

const text = { type: "string" };
const whole = { type: "integer", minimum: 0 };
const dollars = { type: "string", pattern: "^-?\\d+\\.\\d{2,9}$" };

function header(description: string, schema: JsonSchema): JsonSchema {
  return { description, schema };
}

/** Every header that an answer can have, by the name that it is sent under. */
const headers = {
  "x-request-id": header("The request's id; quote it to support.", text),
  "x-ratelimit-limit": header("Requests that an hour may hold.", whole),
  "x-ratelimit-remaining": header("Requests that are left in the sliding hour.", whole),
  "x-ratelimit-reset": header("When the oldest ones leave the hour, in Unix seconds.", whole),
  ratelimit: header("The same in the IETF draft's form.", text),
  "ratelimit-policy": header("The hour's rule in the IETF draft's form.", text),
  "x-request-cost": header("What the request was charged, in dollars.", dollars),
  "x-balance-remaining": header("What is left of the balance, in dollars.", dollars),
  "x-limit-source": header("Which limit refused the request.", text),
  "x-affordable-max-tokens": header("The most output that the balance would pay for.", whole),
  "x-original-request-id": header("The request that an answer is repeated from.", text),
  "x-should-retry": header("Tells the official SDKs whether to try again.", {
    enum: ["true", "false"],
  }),
  "retry-after": header("Whole seconds after which a retry can succeed.", whole),
  "www-authenticate": header("The challenge of RFC 6750.", text),
  etag: header("The version.", text),
  location: header("Where the new one is.", text),
  deprecation: header("The key was rotated then, `@` and Unix seconds (RFC 9745).", text),
  "x-key-grace-until": header("Until then the rotated key still works.", text),
  "idempotent-replayed": header("`true` on an answer that is repeated for its Idempotency-Key.", {
    const: "true",
  }),
} as const satisfies Record<string, JsonSchema>;

export type HeaderName = keyof typeof headers;

const componentOf = (name: string) => `#/components/headers/${name}`;

/** The headers that a description refers to: as ones that may be there, and as ones that always are. */
export function headerComponents(described: unknown): Record<string, JsonSchema> {
  const text = JSON.stringify(described);
  const all = Object.entries(headers).flatMap(([name, value]): [string, JsonSchema][] => [
    [name, value],
    [`${name}.always`, { ...value, required: true }],
  ]);
  return Object.fromEntries(all.filter(([name]) => text.includes(`"${componentOf(name)}"`)));
}

export function isHeaderName(name: string): name is HeaderName {
  return name in headers;
}

/** The headers of one response: those that are always there, and those that may be. */
export function headerRefs(
  always: readonly HeaderName[],
  sometimes: readonly HeaderName[],
): JsonSchema {
  const refs = new Map<string, JsonSchema>();
  for (const name of sometimes) refs.set(name, { $ref: componentOf(name) });
  for (const name of always) refs.set(name, { $ref: componentOf(`${name}.always`) });
  return Object.fromEntries(refs);
}

/** On answers to a key that is known, where its plan has a limit or a rotation is under way. */
export const admittedHeaders: readonly HeaderName[] = [
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "ratelimit",
  "ratelimit-policy",
  "deprecation",
  "x-key-grace-until",
];

import { z } from "zod";
import type { Dialect } from "@/lib/gateway/dialect";
import { type FieldProblem, GatewayError, invalidFields, renderError } from "@/lib/gateway/errors";
import { type FailureName, failureDefinition } from "@/lib/gateway/failures";
import type { NamedSchema } from "@/lib/gateway/openapi/operation";
import { type JsonSchema, refTo } from "@/lib/gateway/openapi/schemas";

const requestId = "req_01kah5v3zq8m2n4c6d7e8f9gab";

const FieldProblems = z
  .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
  .describe("What is wrong with each field; on a 400 that is about fields.");

const details = z.record(z.string(), z.unknown());

const RestError = z.object({
  success: z.literal(false),
  message: z.string(),
  error: z.object({ code: z.string(), message: z.string(), details }),
  errors: FieldProblems.optional(),
});

const Problem = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    details,
    errors: FieldProblems.optional(),
  })
  .describe("Problem details (RFC 9457), for callers that accept them.");

const OpenAiError = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
});

const AnthropicError = z.object({
  type: z.literal("error"),
  error: z.object({ type: z.string(), message: z.string() }),
  request_id: z.string(),
});

const problem: [FieldProblem, ...FieldProblem[]] = [
  { path: "name", code: "invalid_type", message: "must be a string" },
];

const expiredAt = "2026-11-21T09:30:00.000Z";

/** What a failure says in particular, for an example. */
const particulars: Partial<Record<FailureName, ConstructorParameters<typeof GatewayError>[1]>> = {
  missing_key: { details: { header: "Authorization" } },
  bad_auth_header: { details: { header: "Authorization" } },
  revoked_key: {
    details: { key_id: "key_01kah5v3zq8m2n4c6d7e8f9gab", reason: "revoked", revoked_at: expiredAt },
  },
  expired_key: { details: { expired_at: expiredAt } },
  wrong_env: { details: { key_environment: "test", required: "live" } },
  scope: { details: { required: ["write"], granted: ["read"] } },
  ip_forbidden: { details: { address: "203.0.113.7" } },
  model_forbidden: { details: { model: "gpt-4" } },
  model404: { message: "model: gpt-5", details: { model: "gpt-5" } },
  balance: {
    details: {
      balance: "0.00",
      required: "0.0123",
      currency: "USD",
      top_up_url: "https://console.example.com/billing",
    },
  },
  quota: {
    details: { period: "day", limit: 1_000, used: 1_000, resets_at: "2026-11-22T00:00:00.000Z" },
  },
  rate: { details: { limit: 1_000, window: 3_600, retry_after: 42 } },
  concurrency: { details: { limit: 20 } },
  json: { details: { position: 17 } },
  context: {
    message: "Invalid request error: prompt is too long: 9000 tokens > 8192",
    details: { tokens: 9_000, max: 8_192 },
  },
  large: { details: { limit_bytes: 10_485_760 } },
  media: { details: { supported: ["application/json"] } },
  method: { details: { allowed: ["GET"] } },
  precond: { details: { current: '"2"' } },
};

function sampleOf(failure: FailureName): GatewayError {
  if (failure === "param") return invalidFields(problem);
  if (failure === "missing_param") {
    return invalidFields([{ path: "name", code: "required", message: "field required" }]);
  }
  return new GatewayError(failure, particulars[failure]);
}

interface DialectDescription {
  /** Names the schema of its bodies and prefixes its examples. */
  schema: NamedSchema;
  contentType: string;
  dialect: Dialect;
  isProblem: boolean;
  /** Where in a body the failure's name is, as a schema that allows only these. */
  only(failures: readonly FailureName[]): JsonSchema;
}

function enumOf(values: readonly string[]): JsonSchema {
  return { enum: [...new Set(values)] };
}

const inError = (property: string, values: readonly string[]): JsonSchema => ({
  properties: { error: { properties: { [property]: enumOf(values) } } },
});

const json = "application/json";
const all = { message: "…" };

const rest: DialectDescription = {
  schema: { name: "Error", schema: RestError, example: all },
  contentType: json,
  dialect: "rest",
  isProblem: false,
  only: (names) =>
    inError(
      "code",
      names.map((name) => failureDefinition(name).restCode),
    ),
};

const problemDetails: DialectDescription = {
  schema: { name: "Problem", schema: Problem, example: all },
  contentType: "application/problem+json",
  dialect: "rest",
  isProblem: true,
  only: (names) => ({
    properties: { code: enumOf(names.map((name) => failureDefinition(name).restCode)) },
  }),
};

const openai: DialectDescription = {
  schema: { name: "OpenAiError", schema: OpenAiError, example: all },
  contentType: json,
  dialect: "openai",
  isProblem: false,
  only: (names) =>
    inError(
      "code",
      names.map((name) => failureDefinition(name).code),
    ),
};

const anthropic: DialectDescription = {
  schema: { name: "AnthropicError", schema: AnthropicError, example: all },
  contentType: json,
  dialect: "anthropic",
  isProblem: false,
  only: (names) =>
    inError(
      "type",
      names.map((name) => failureDefinition(name).anthropicType),
    ),
};

/** Whose bodies each kind of route answers errors with. */
const dialectsOf = {
  rest: [rest, problemDetails],
  openai: [openai],
  anthropic: [anthropic],
  models: [openai, anthropic],
} as const satisfies Record<string, readonly DialectDescription[]>;

export type OperationDialect = keyof typeof dialectsOf;

export const errorSchemas: readonly NamedSchema[] = [
  rest.schema,
  problemDetails.schema,
  openai.schema,
  anthropic.schema,
];

export interface ErrorSettings {
  balanceStatus: number;
  docsUrl: string;
}

function render(failure: FailureName, description: DialectDescription, settings: ErrorSettings) {
  return renderError(sampleOf(failure), description.dialect, {
    requestId,
    balanceStatus: settings.balanceStatus,
    problem: description.isProblem
      ? { instance: `/v1/resources#${requestId}`, docsUrl: settings.docsUrl }
      : null,
  });
}

/** The failures of a route by the status that each is answered with. */
export function groupByStatus(
  failures: readonly FailureName[],
  dialect: OperationDialect,
  settings: ErrorSettings,
): Map<number, FailureName[]> {
  const groups = new Map<number, FailureName[]>();
  for (const failure of failures) {
    const { status } = render(failure, dialectsOf[dialect][0], settings);
    groups.set(status, [...(groups.get(status) ?? []), failure]);
  }
  return new Map([...groups].sort(([a], [b]) => a - b));
}

/** The `content` of an error response: each body that it can have, with the registry's own words. */
export function errorContent(
  failures: readonly FailureName[],
  dialect: OperationDialect,
  settings: ErrorSettings,
): Record<string, { schema: JsonSchema; examples: JsonSchema }> {
  const content: Record<string, { schemas: JsonSchema[]; examples: JsonSchema }> = {};
  for (const description of dialectsOf[dialect]) {
    content[description.contentType] ??= { schemas: [], examples: {} };
    const entry = content[description.contentType];
    entry?.schemas.push({
      allOf: [refTo(description.schema.name), description.only(failures)],
    });
    for (const failure of failures) {
      const name = dialect === "models" ? `${failure}_${description.dialect}` : failure;
      const { body } = render(failure, description, settings);
      if (entry)
        entry.examples[name] = { summary: failureDefinition(failure).restMessage, value: body };
    }
  }
  return Object.fromEntries(
    Object.entries(content).map(([type, { schemas, examples }]) => [
      type,
      { schema: schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas }, examples },
    ]),
  );
}

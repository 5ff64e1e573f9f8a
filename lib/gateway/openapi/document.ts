import { brand } from "@/lib/brand";
import type { GatewaySettings } from "@/lib/gateway/call";
import { type FailureName, failureDefinition } from "@/lib/gateway/failures";
import {
  type ErrorSettings,
  errorContent,
  errorSchemas,
  groupByStatus,
} from "@/lib/gateway/openapi/errors";
import { failuresOf } from "@/lib/gateway/openapi/failures";
import {
  admittedHeaders,
  type HeaderName,
  headerComponents,
  headerRefs,
  isHeaderName,
} from "@/lib/gateway/openapi/headers";
import type { Operation } from "@/lib/gateway/openapi/operation";
import {
  answerBodies,
  type JsonSchema,
  parameterSchema,
  refTo,
  schemaComponents,
} from "@/lib/gateway/openapi/schemas";

const description = `Generation, resources, usage, keys and webhooks behind one key.

Send the key as \`Authorization: Bearer KEY\`, or as \`x-api-key: KEY\`. Scopes are no ladder: each
operation names the one it needs, and \`admin\` stands for all. Errors come in the dialect of the route:
OpenAI's, Anthropic's, or the REST body with \`success\`, \`message\` and \`error\`, which callers that
accept \`application/problem+json\` get as problem details (RFC 9457). Unknown paths answer 404, other
methods 405 with \`Allow\`. Every POST takes an \`Idempotency-Key\`.`;

const tags = [
  {
    name: "Generation",
    description: "Models that answer, in OpenAI's, Anthropic's or plain form.",
  },
  { name: "Models", description: "Which models there are; the free way to check a key." },
  { name: "Resources", description: "Things that you keep here." },
  { name: "Keys", description: "Making, changing, rotating and revoking keys." },
  { name: "Webhooks", description: "Where events are sent, and what became of each." },
  { name: "Account", description: "Usage and balance." },
  { name: "Description", description: "This document." },
];

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "1 to 255 printable ASCII characters of your choice. The same key with the same request gets the same answer for 24 hours, and is charged once.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

function parametersOf(operation: Operation): JsonSchema[] {
  const { params = {}, query, requestHeaders = {}, method } = operation;
  const inPath = Object.entries(params).map(([name, { description, example }]) => ({
    ...{ name, in: "path", required: true, description, example },
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...type } = parameterSchema(schema);
    const required = !schema.safeParse(undefined).success;
    return { name, in: "query", required, description, schema: type };
  });
  const inHeaders = Object.entries(requestHeaders).map(([name, description]) => ({
    ...{ name, in: "header", description },
    schema: { type: "string" },
  }));
  const shared = method === "POST" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : [];
  return [...inPath, ...inQuery, ...inHeaders, ...shared];
}

function successHeaders(operation: Operation): JsonSchema {
  const { answer, method, scope } = operation;
  const own = Object.keys(answer.headers ?? {}).map((name) => name.toLowerCase());
  const charged: HeaderName[] = answer.isCharged ? ["x-request-cost", "x-balance-remaining"] : [];
  const always: HeaderName[] = ["x-request-id", ...own.filter(isHeaderName)];
  const sometimes: HeaderName[] = scope === null ? [] : [...admittedHeaders];
  // A stream's headers are sent before anybody knows what it will cost.
  (answer.stream ? sometimes : always).push(...charged);
  if (method === "POST") sometimes.push("idempotent-replayed", "x-original-request-id");
  return headerRefs(always, sometimes);
}

function successOf(operation: Operation): JsonSchema {
  const { answer } = operation;
  const bodies = answerBodies(operation);
  const refs = bodies.map(({ name }) => refTo(name));
  const examples = Object.fromEntries(
    bodies.map(({ name, example }) => [name, { value: example }]),
  );
  return {
    description: answer.description,
    headers: successHeaders(operation),
    content: {
      "application/json": {
        schema: refs.length === 1 ? refs[0] : { anyOf: refs },
        examples,
      },
      ...(answer.stream
        ? {
            "text/event-stream": {
              schema: { type: "string", description: answer.stream.description },
              example: answer.stream.example,
            },
          }
        : {}),
    },
  };
}

/** Headers of single statuses beside the common ones: always there, and sometimes. */
const errorHeaders: Partial<Record<number, [HeaderName[], HeaderName[]]>> = {
  401: [["www-authenticate"], []],
  402: [["x-limit-source"], ["x-affordable-max-tokens"]],
  403: [[], ["x-limit-source", "www-authenticate"]],
  409: [[], ["retry-after"]],
  412: [["etag"], []],
  429: [["retry-after"], ["x-limit-source"]],
  503: [["retry-after"], []],
  529: [["retry-after"], []],
};

/** What went wrong, each sentence once. */
function sentencesOf(failures: readonly FailureName[]): string {
  const sentences = new Set(failures.map((failure) => failureDefinition(failure).restMessage));
  return `${[...sentences].join("; ")}.`;
}

/** Error responses, each kept once as a component however many operations have it. */
class ErrorResponses {
  readonly components: Record<string, JsonSchema> = {};
  private readonly names = new Map<string, string>();

  constructor(private readonly settings: ErrorSettings) {}

  of(operation: Operation): JsonSchema {
    const responses: JsonSchema = {};
    const groups = groupByStatus(failuresOf(operation), operation.dialect, this.settings);
    for (const [status, failures] of groups) {
      const [always, sometimes] = errorHeaders[status] ?? [[], []];
      const response = {
        description: sentencesOf(failures),
        headers: headerRefs(
          ["x-request-id", ...always],
          ["x-should-retry", ...sometimes, ...(operation.scope === null ? [] : admittedHeaders)],
        ),
        content: errorContent(failures, operation.dialect, this.settings),
      };
      responses[status] = { $ref: this.keep(`${operation.dialect}_${status}`, response) };
    }
    return responses;
  }

  private keep(prefix: string, response: JsonSchema): string {
    const text = `${prefix}\n${JSON.stringify(response)}`;
    let name = this.names.get(text);
    if (name === undefined) {
      const sameKind = [...this.names.values()].filter((n) => n.startsWith(`${prefix}_`)).length;
      name = `${prefix}_${sameKind + 1}`;
      this.names.set(text, name);
      this.components[name] = response;
    }
    return `#/components/responses/${name}`;
  }
}

const anyScope = "Any key with a scope may call it.";

const notModified = {
  description: "The version in `If-None-Match` is the current one.",
  headers: headerRefs(["x-request-id", "etag"], [...admittedHeaders]),
};

function describe(operation: Operation, errors: ErrorResponses): JsonSchema {
  const { body, requestHeaders, scope } = operation;
  const canBeUnmodified = Object.keys(requestHeaders ?? {}).includes("If-None-Match");
  const needs =
    scope === null ? [] : [scope === "any" ? anyScope : `Needs the scope \`${scope}\`.`];
  return {
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    description: [...(operation.description ? [operation.description] : []), ...needs].join("\n\n"),
    // In place of the document's own: one scheme or the other, or none at all.
    ...(scope === null ? { security: [] } : { "x-required-scope": scope }),
    ...(operation.isUncounted ? { "x-uncounted": true } : {}),
    parameters: parametersOf(operation),
    ...(body
      ? {
          requestBody: {
            required: !body.isOptional,
            content: { "application/json": { schema: refTo(body.name), example: body.example } },
          },
        }
      : {}),
    responses: {
      [operation.answer.status]: successOf(operation),
      ...(canBeUnmodified ? { 304: notModified } : {}),
      ...errors.of(operation),
    },
  };
}

/**
 * The OpenAPI 3.1 description of the given operations (https://spec.openapis.org/oas/v3.1.1.html), with
 * the schemas that requests are checked by and the words that errors are answered with.
 */
export function describeApi(
  operations: readonly Operation[],
  settings: Pick<GatewaySettings, "apiBaseUrl" | "balanceStatus" | "topUpUrl">,
): JsonSchema {
  const errors = new ErrorResponses({
    balanceStatus: settings.balanceStatus,
    docsUrl: new URL("/docs/errors", settings.topUpUrl).href,
  });
  const paths: Record<string, JsonSchema> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? {};
    item[operation.method.toLowerCase()] = describe(operation, errors);
    paths[operation.path] = item;
  }
  return {
    openapi: "3.1.1",
    info: {
      title: `${brand.name} API`,
      version: "1",
      summary: brand.tagline,
      description,
      contact: { email: brand.supportEmail },
    },
    // Paths carry the version themselves, as the addresses that people type do.
    servers: [{ url: settings.apiBaseUrl.replace(/\/v1$/, "") }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: tags.filter(({ name }) => operations.some(({ tag }) => tag === name)),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "`Authorization: Bearer KEY`" },
        apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
      },
      parameters: { IdempotencyKey: idempotencyKey },
      headers: headerComponents([paths, errors.components]),
      schemas: schemaComponents(operations, errorSchemas),
      responses: errors.components,
    },
  };
}

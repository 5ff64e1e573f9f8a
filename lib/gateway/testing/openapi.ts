import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { z } from "zod";

const Ref = z.object({ $ref: z.string() });

const Content = z.record(z.string(), z.looseObject({ schema: z.unknown() }));

const MediaType = z.looseObject({
  schema: z.unknown(),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.looseObject({ value: z.unknown() })).default({}),
});

const Response = z.looseObject({
  description: z.string().min(1),
  headers: z.record(z.string(), z.unknown()).default({}),
  content: Content.default({}),
});

const Parameter = z.looseObject({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  required: z.boolean().default(false),
  schema: z.unknown(),
});

const Operation = z.looseObject({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
  summary: z.string().min(1),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(z.unknown()),
  requestBody: z.looseObject({ content: Content }).optional(),
  responses: z.record(z.string().regex(/^\d{3}$/), z.unknown()),
});
export type DescribedOperation = z.infer<typeof Operation>;

export const OpenApiDocument = z.looseObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.looseObject({ url: z.url() })).min(1),
  tags: z.array(z.looseObject({ name: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["get", "post", "put", "patch", "delete"]), Operation),
  ),
  components: z.looseObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), z.looseObject({})),
    responses: z.record(z.string().regex(/^[\w.-]+$/), Response),
    headers: z.record(z.string().regex(/^[\w.-]+$/), z.looseObject({ schema: z.unknown() })),
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.string() })),
  }),
});
export type OpenApiDocument = z.infer<typeof OpenApiDocument>;

/** Every `$ref` in a value, wherever it is. */
export function refsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "$ref" in value && typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
}

/** What a reference within the document points to, undefined where it points to nothing. */
export function resolveRef(root: unknown, ref: string): unknown {
  let value = root;
  for (const part of ref.replace(/^#\//, "").split("/")) {
    const name = decodeURIComponent(part).replace(/~1/g, "/").replace(/~0/g, "~");
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** A schema as text that finds components by name: so each of them is compiled once. */
function standalone(schema: unknown): string {
  return JSON.stringify(schema).replaceAll('"$ref":"#/components/schemas/', '"$ref":"component:');
}

function deref(root: unknown, value: unknown): unknown {
  const ref = Ref.safeParse(value);
  return ref.success ? resolveRef(root, ref.data.$ref) : value;
}

export interface SeenAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** On any HTTP answer, whatever it answers. */
const plainHeaders = new Set([
  ...["access-control-allow-origin", "allow", "cache-control", "connection", "content-length"],
  ...["content-type", "date", "keep-alive", "request-id", "transfer-encoding", "vary"],
  ...["x-accel-buffering", "x-content-type-options"],
]);

/** Compares answers with what a document says about them. */
export class DocumentJudge {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(readonly document: OpenApiDocument) {
    addFormats(this.ajv);
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      this.ajv.addSchema(JSON.parse(standalone(schema)), `component:${name}`);
    }
  }

  get operations(): { method: string; path: string; operation: DescribedOperation }[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    );
  }

  parametersOf(operation: DescribedOperation): z.infer<typeof Parameter>[] {
    return operation.parameters.map((p) => Parameter.parse(deref(this.document, p)));
  }

  /** What keeps a schema from being JSON Schema 2020-12; empty where nothing does. */
  schemaProblems(schema: object): string[] {
    if (this.ajv.validateSchema(schema)) return [];
    return (this.ajv.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  }

  /** Every example of a body, with the schema that it is an example of. */
  examples(): { schema: unknown; example: unknown; where: string }[] {
    const contents: [string, Record<string, unknown>][] = [
      ...Object.entries(this.document.components.responses).map(
        ([name, { content }]): [string, Record<string, unknown>] => [name, content],
      ),
      ...this.operations.flatMap(({ operation }): [string, Record<string, unknown>][] => [
        [operation.operationId, operation.requestBody?.content ?? {}],
        ...Object.values(operation.responses).map((response): [string, Record<string, unknown>] => [
          operation.operationId,
          Response.parse(deref(this.document, response)).content,
        ]),
      ]),
    ];
    return contents.flatMap(([where, content]) =>
      Object.values(content).flatMap((media) => {
        const { schema, example, examples } = MediaType.parse(media);
        const all = [
          ...(example === undefined ? [] : [example]),
          ...Object.values(examples).map(({ value }) => value),
        ];
        return all.map((value) => ({ schema, example: value, where }));
      }),
    );
  }

  /** What is wrong with a value by a schema of the document; empty where nothing is. */
  problemsWith(schema: unknown, value: unknown): string[] {
    const text = standalone(schema);
    const validate = this.compiled.get(text) ?? this.ajv.compile(JSON.parse(text));
    this.compiled.set(text, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  }

  private headerProblems(described: Record<string, unknown>, headers: Headers): string[] {
    const problems: string[] = [];
    for (const [name, header] of Object.entries(described)) {
      const { required, schema } = z
        .looseObject({ required: z.boolean().default(false), schema: z.looseObject({}) })
        .parse(deref(this.document, header));
      const text = headers.get(name);
      if (text === null && required) problems.push(`no header ${name}`);
      if (text === null) continue;
      const value = schema.type === "integer" && /^\d+$/.test(text) ? Number(text) : text;
      problems.push(...this.problemsWith(schema, value).map((p) => `header ${name}: ${p}`));
    }
    for (const name of headers.keys()) {
      if (!(name in described) && !plainHeaders.has(name)) problems.push(`header ${name} unknown`);
    }
    return problems;
  }

  /** Every way in which an answer isn't as the document says; empty where it is true. */
  judge(operation: DescribedOperation, answer: SeenAnswer): string[] {
    const found = deref(this.document, operation.responses[answer.status]);
    if (found === undefined) return [`status ${answer.status} isn't described: ${answer.text}`];
    const response = Response.parse(found);
    const problems = this.headerProblems(response.headers, answer.headers);
    if (answer.status === 304) return problems;
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const content = response.content[type];
    if (!content) return [...problems, `content type ${type} isn't described`];
    const value: unknown = type.endsWith("json") ? JSON.parse(answer.text) : answer.text;
    return [...problems, ...this.problemsWith(content.schema, value)];
  }
}

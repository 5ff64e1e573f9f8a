import { z } from "zod";
import type { NamedSchema, Operation } from "@/lib/gateway/openapi/operation";

export type JsonSchema = Record<string, unknown>;

export function refTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function isNamedList(body: NamedSchema | readonly NamedSchema[]): body is readonly NamedSchema[] {
  return Array.isArray(body);
}

/** The answer's bodies: one, or one for each dialect. */
export function answerBodies(operation: Operation): readonly NamedSchema[] {
  const { body } = operation.answer;
  return isNamedList(body) ? body : [body];
}

/** Leaves out what says nothing to a reader: zod's own pattern of a date, the bounds of a double. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** JSON Schemas of some named zod schemas, which refer to each other as components. */
function convert(named: Iterable<NamedSchema>, io: "input" | "output"): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  const seen = new Map<string, z.ZodType>();
  for (const { name, schema } of named) {
    const known = seen.get(name);
    if (known && known !== schema) throw new Error(`two schemas are called ${name}`);
    if (!known) registry.add(schema, { id: name });
    seen.set(name, schema);
  }
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => refTo(id).$ref,
    unrepresentable: "any",
    override: tidy,
  });
  const plain: Record<string, JsonSchema> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const { $schema: _dialect, $id: _id, ...rest } = schema;
    plain[name] = rest;
  }
  return plain;
}

/**
 * The components of all operations: bodies as they may be sent, answers as they are sent, so that an
 * answer with a field that isn't described breaks the description.
 */
export function schemaComponents(
  operations: readonly Operation[],
  more: readonly NamedSchema[],
): Record<string, JsonSchema> {
  const bodies = operations.flatMap(({ body }) => (body ? [body] : []));
  const answers = [...operations.flatMap(answerBodies), ...more];
  return { ...convert(bodies, "input"), ...convert(answers, "output") };
}

/** The JSON Schema of a query parameter; its `meta()` says what the text in the address stands for. */
export function parameterSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: tidy,
  });
  if (rest.type === "integer") delete rest.pattern;
  return rest;
}

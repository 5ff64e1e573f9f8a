/** Reading JSON Schema as OpenAPI 3.1 has it, as far as a reader of the reference needs it told. */

export type JsonRecord = { readonly [name: string]: unknown };

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textAt(value: unknown, name: string): string {
  const text = recordOf(value)[name];
  return typeof text === "string" ? text : "";
}

/** Follows `$ref` within the document. Throws where it leads nowhere. */
export function resolve(document: JsonRecord, value: unknown): JsonRecord {
  let found = recordOf(value);
  for (let step = 0; typeof found.$ref === "string"; step++) {
    const ref = found.$ref;
    if (step > 20) throw new Error(`${ref} leads in a circle`);
    let target: unknown = document;
    for (const part of ref.replace(/^#\//, "").split("/")) {
      target = recordOf(target)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
    }
    if (!isRecord(target)) throw new Error(`${ref} leads nowhere`);
    found = target;
  }
  return found;
}

function variantsOf(schema: JsonRecord): unknown[] {
  return [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
}

const isNull = (schema: JsonRecord) => schema.type === "null";

/** A schema's type in words: `string`, `array of object`, `"live" or "test"`. */
export function typeOf(document: JsonRecord, value: unknown): string {
  const schema = resolve(document, value);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = listOf(schema.enum);
  if (choices.length > 0) return either(choices.map((choice) => JSON.stringify(choice)));
  const variants = variantsOf(schema);
  if (variants.length > 0) {
    return either([...new Set(variants.map((variant) => typeOf(document, variant)))]);
  }
  if (Array.isArray(schema.type)) return either(schema.type.map(String));
  if (schema.type === "array") {
    const items = typeOf(document, schema.items);
    return items === "any" ? "array" : `array of ${items}`;
  }
  return typeof schema.type === "string" ? schema.type : "any";
}

const wordsMax = 6;

function either(words: string[]): string {
  if (words.length > wordsMax) return `${words.slice(0, wordsMax).join(", ")}, …`;
  const last = words[words.length - 1] ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

export interface SchemaField {
  /** Dotted; `[]` after a list: `messages[].role`. */
  path: string;
  type: string;
  required: boolean;
  description: string;
}

const depthMax = 3;
/** More than these, and the deepest are left out: a reader wants to see the whole. */
const fieldsMax = 40;

/** The fields of an object, nested ones by their paths. Where there are variants, those of all. */
export function fieldsOf(document: JsonRecord, value: unknown): SchemaField[] {
  const all = collect(document, value, "", depthMax);
  return all.length > fieldsMax ? collect(document, value, "", depthMax - 1) : all;
}

function collect(
  document: JsonRecord,
  value: unknown,
  prefix: string,
  depth: number,
): SchemaField[] {
  const schema = resolve(document, value);
  const variants = [...variantsOf(schema), ...listOf(schema.allOf)];
  if (variants.length > 0) {
    return merge(variants.map((variant) => collect(document, variant, prefix, depth)));
  }
  if (schema.type === "array") return collect(document, schema.items, `${prefix}[]`, depth);
  const required = new Set(listOf(schema.required));
  return Object.entries(recordOf(schema.properties)).flatMap(([name, property]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const target = resolve(document, property);
    const field: SchemaField = {
      path,
      type: typeOf(document, property),
      required: required.has(name),
      description: textAt(property, "description") || textAt(target, "description"),
    };
    return depth > 1 ? [field, ...collect(document, property, path, depth - 1)] : [field];
  });
}

/** The fields of several variants as one list: a field is required where every variant has it so. */
function merge(variants: readonly SchemaField[][]): SchemaField[] {
  const objects = variants.filter((fields) => fields.length > 0);
  const merged = new Map<string, SchemaField>();
  for (const field of objects.flat()) {
    const same = objects.flatMap((fields) => fields.filter(({ path }) => path === field.path));
    const types = [...new Set(same.flatMap(({ type }) => type.split(" or ")))];
    merged.set(field.path, {
      path: field.path,
      type: either(types),
      required: same.length === objects.length && same.every(({ required }) => required),
      description: same.find(({ description }) => description !== "")?.description ?? "",
    });
  }
  return [...merged.values()];
}

/** The example that a schema names, or one put together from those of its parts. */
export function exampleOf(document: JsonRecord, value: unknown, depth = 0): unknown {
  const schema = resolve(document, value);
  if (schema.example !== undefined) return schema.example;
  const [first] = listOf(schema.examples);
  if (first !== undefined) return first;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  const [choice] = listOf(schema.enum);
  if (choice !== undefined) return choice;
  if (depth > 6) return undefined;
  const variant = variantsOf(schema).find((candidate) => !isNull(resolve(document, candidate)));
  if (variant !== undefined) return exampleOf(document, variant, depth + 1);
  if (schema.type === "array") {
    const item = exampleOf(document, schema.items, depth + 1);
    return item === undefined ? [] : [item];
  }
  if (schema.type === "object" || isRecord(schema.properties)) {
    const required = new Set(listOf(schema.required));
    return Object.fromEntries(
      Object.entries(recordOf(schema.properties))
        .filter(([name]) => required.has(name))
        .map(([name, property]) => [name, exampleOf(document, property, depth + 1)]),
    );
  }
  return undefined;
}

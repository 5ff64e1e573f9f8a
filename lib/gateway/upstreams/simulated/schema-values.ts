import type { JsonObject } from "@/lib/gateway/chat";
import { matchFor } from "@/lib/gateway/upstreams/simulated/pattern-values";

const depthMax = 24;
/**
 * However much a schema asks for: a value is to be an example, not a load. Long texts, long constants
 * and schemas with many members count as several, because each place that names them repeats them.
 */
const valuesMax = 1_000;
const charactersPerValue = 100;
const membersPerValue = 50;
const charactersMax = 2_000;

const formats: Record<string, string> = {
  date: "2026-01-01",
  "date-time": "2026-01-01T00:00:00Z",
  time: "00:00:00Z",
  duration: "P1D",
  email: "ada@example.com",
  "idn-email": "ada@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  url: "https://example.com/",
  "uri-reference": "/example",
  uuid: "00000000-0000-4000-8000-000000000000",
  "json-pointer": "/example",
  regex: "^.*$",
  byte: "ZXhhbXBsZQ==",
};

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Writes the smallest valid values it can for a JSON Schema, within bounds of its own. */
class ValueWriter {
  private valuesLeft = valuesMax;

  constructor(private readonly root: JsonObject) {}

  value(schema: unknown, depth = 0): unknown {
    if (depth > depthMax || !this.spend(1)) return null;
    if (schema === true || !isObject(schema)) return "text";
    if (!this.afford(schema)) return null;
    const whole = this.resolve(schema);
    if ("const" in whole) return this.repeat(whole.const);
    const [listed] = listOf(whole.enum);
    if (listed !== undefined) return this.repeat(listed);
    if (!this.afford(whole.anyOf) || !this.afford(whole.oneOf)) return null;
    const branch = this.branchOf(whole);
    if (branch)
      return this.value({ ...whole, anyOf: undefined, oneOf: undefined, ...branch }, depth + 1);
    return this.typed(whole, depth);
  }

  /** The schema with its local reference followed and its `allOf` merged in. */
  private resolve(schema: JsonObject): JsonObject {
    let whole = schema;
    while (typeof whole.$ref === "string") {
      const { $ref, ...rest } = whole;
      const target = this.lookUp(String($ref));
      if (!this.spend(1) || !this.afford(target)) return {};
      whole = { ...target, ...rest };
    }
    const { allOf, ...merged } = whole;
    for (const part of listOf(allOf)) {
      if (!isObject(part) || !this.spend(3) || !this.afford(part)) continue;
      const { properties, required, ...other } = this.resolve(part);
      const copied = [properties, merged.properties, required, merged.required];
      if (!copied.every((one) => this.afford(one))) break;
      Object.assign(merged, other, {
        properties: { ...objectOf(merged.properties), ...objectOf(properties) },
        required: [...listOf(merged.required), ...listOf(required)],
      });
    }
    return merged;
  }

  /** Copying costs as much as there is to copy, and references can go round. */
  private afford(copied: unknown): boolean {
    const members = Array.isArray(copied) ? copied.length : Object.keys(objectOf(copied)).length;
    return this.spend(Math.floor(members / membersPerValue));
  }

  private spend(values: number): boolean {
    this.valuesLeft -= values;
    return this.valuesLeft >= 0;
  }

  /** A constant of the schema, at one more place. */
  private repeat(constant: unknown): unknown {
    const characters = JSON.stringify(constant).length;
    this.spend(Math.floor(characters / charactersPerValue));
    return constant;
  }

  private lookUp(ref: string): JsonObject {
    if (!ref.startsWith("#")) return {};
    let target: unknown = this.root;
    for (const part of ref.split("/").slice(1)) {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      target = isObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
    }
    return isObject(target) ? target : {};
  }

  /** The first alternative; one that isn't null before one that is. */
  private branchOf(schema: JsonObject): JsonObject | null {
    const branches = [...listOf(schema.anyOf), ...listOf(schema.oneOf)].filter(isObject);
    return branches.find((branch) => branch.type !== "null") ?? branches[0] ?? null;
  }

  private typed(schema: JsonObject, depth: number): unknown {
    const types = listOf(schema.type).length > 0 ? listOf(schema.type) : [schema.type];
    switch (types.find((type) => type !== "null") ?? types[0] ?? this.impliedType(schema)) {
      case "object":
        return this.object(schema, depth);
      case "array":
        return this.array(schema, depth);
      case "integer":
        return this.number(schema, 1);
      case "number":
        return this.number(schema, numberOf(schema.multipleOf) ?? 0);
      case "boolean":
        return true;
      case "null":
        return null;
      default:
        return this.text(schema);
    }
  }

  private impliedType(schema: JsonObject): string {
    if ("properties" in schema || "required" in schema) return "object";
    if ("items" in schema || "prefixItems" in schema) return "array";
    if ("minimum" in schema || "maximum" in schema) return "number";
    return "string";
  }

  private object(schema: JsonObject, depth: number): JsonObject {
    const properties = objectOf(schema.properties);
    if (!this.afford(properties) || !this.afford(schema.required)) return {};
    const names = new Set(listOf(schema.required).filter((name) => typeof name === "string"));
    const wanted = Math.min(numberOf(schema.minProperties) ?? 0, valuesMax);
    for (const name of Object.keys(properties)) {
      if (names.size >= wanted) break;
      names.add(name);
    }
    const value: JsonObject = {};
    for (const name of names) {
      if (this.valuesLeft < 0) break;
      const inner = Object.hasOwn(properties, name)
        ? properties[name]
        : schema.additionalProperties;
      value[name] = this.value(isObject(inner) ? inner : true, depth + 1);
    }
    for (let i = 1; Object.keys(value).length < wanted && this.valuesLeft > 0; i++) {
      const inner = isObject(schema.additionalProperties) ? schema.additionalProperties : true;
      value[`field${i}`] = this.value(inner, depth + 1);
    }
    return value;
  }

  private array(schema: JsonObject, depth: number): unknown[] {
    const prefix = listOf(schema.prefixItems);
    const count = Math.max(numberOf(schema.minItems) ?? 0, 0);
    const items: unknown[] = [];
    while (items.length < count && this.valuesLeft > 0) {
      const inner = prefix[items.length] ?? schema.items ?? true;
      items.push(this.value(inner, depth + 1));
    }
    return items;
  }

  private number(schema: JsonObject, step: number): number {
    const multiple = numberOf(schema.multipleOf) ?? step;
    const above = numberOf(schema.exclusiveMinimum);
    const below = numberOf(schema.exclusiveMaximum);
    const low = numberOf(schema.minimum) ?? (above === null ? null : above + (multiple || 0.5));
    const high = numberOf(schema.maximum) ?? (below === null ? null : below - (multiple || 0.5));
    const start = low !== null ? low : high !== null && high < 1 ? high : 1;
    if (multiple <= 0) return start;
    const value = low !== null ? Math.ceil(start / multiple) : Math.floor(start / multiple);
    const snapped = value * multiple;
    return low === null && high === null && snapped < 1 ? multiple : snapped;
  }

  private text(schema: JsonObject): string {
    const format = typeof schema.format === "string" ? formats[schema.format] : undefined;
    if (format !== undefined) return format;
    const least = Math.min(Math.max(numberOf(schema.minLength) ?? 0, 0), charactersMax);
    const matching = typeof schema.pattern === "string" ? matchFor(schema.pattern, least) : null;
    const most = numberOf(schema.maxLength) ?? charactersMax;
    const text = matching ?? "text".padEnd(least, ".").slice(0, Math.max(most, 0));
    this.spend(Math.floor(text.length / charactersPerValue));
    return text;
  }
}

/**
 * The smallest value that satisfies a JSON Schema's types, required fields, enums, bounds and
 * formats, and simple patterns. The same schema always gets the same value.
 */
export function exampleOf(schema: JsonObject): unknown {
  return new ValueWriter(schema).value(schema);
}

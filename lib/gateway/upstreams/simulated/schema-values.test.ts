import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "@/lib/gateway/chat";
import { exampleOf } from "@/lib/gateway/upstreams/simulated/schema-values";

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

function problemsOf(schema: JsonObject): unknown {
  const validate = ajv.compile(schema);
  return validate(exampleOf(schema)) ? null : validate.errors;
}

const leaf = fc.oneof(
  fc.constant({ type: "boolean" }),
  fc.constant({ type: "null" }),
  fc.record({ type: fc.constant("string"), minLength: fc.nat(20) }),
  fc.record({ type: fc.constant("string"), maxLength: fc.nat(3) }),
  fc.constantFrom("date", "date-time", "email", "uri", "uuid", "ipv4", "time").map((format) => ({
    type: "string",
    format,
  })),
  fc.record({ enum: fc.array(fc.oneof(fc.integer(), fc.string()), { minLength: 1 }) }),
  fc.record({ const: fc.oneof(fc.integer(), fc.string(), fc.constant(null)) }),
  fc.record({ type: fc.constant("integer"), minimum: fc.integer({ min: -99, max: 99 }) }),
  fc.record({ type: fc.constant("integer"), maximum: fc.integer({ min: -99, max: 99 }) }),
  fc.record({ type: fc.constant("number"), exclusiveMinimum: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ type: fc.constant("integer"), multipleOf: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ type: fc.constant(["string", "null"]) }),
);

const schema = fc.letrec<{ node: JsonObject }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.dictionary(fc.string({ minLength: 1 }), tie("node"), { maxKeys: 4 }), fc.boolean())
      .map(([properties, isStrict]) => ({
        type: "object",
        properties,
        required: Object.keys(properties),
        additionalProperties: !isStrict,
      })),
    fc.record({ type: fc.constant("array"), items: tie("node"), minItems: fc.nat(3) }),
    fc.record({ anyOf: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
  ),
})).node;

describe("the example of a schema", () => {
  it("satisfies it, whatever it is made of", () => {
    fc.assert(
      fc.property(schema, (each) => {
        expect(problemsOf(each)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it("follows references and merges what applies together", () => {
    expect(
      problemsOf({
        $defs: { city: { type: "string", minLength: 8 } },
        allOf: [
          { type: "object", properties: { from: { $ref: "#/$defs/city" } }, required: ["from"] },
          { type: "object", properties: { to: { $ref: "#/$defs/city" } }, required: ["to"] },
        ],
      }),
    ).toBeNull();
  });

  it("stays small and comes to an end, however much is asked for", () => {
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`p${i}`, {}]));
    const greedy: JsonObject[] = [
      { type: "array", minItems: 1e9, items: { type: "array", minItems: 1e9 } },
      { type: "string", minLength: 1e9 },
      { type: "object", minProperties: 1e9 },
      { $ref: "#" },
      { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
      { allOf: [{ $ref: "#" }] },
      { allOf: [{ $ref: "#" }, { $ref: "#" }, { $ref: "#" }] },
      { allOf: Array(500).fill({ $ref: "#/$defs/wide" }), $defs: { wide: { properties: wide } } },
      { type: "object", required: Object.keys(wide) },
      { type: "object", properties: { next: { $ref: "#" } }, required: ["next"] },
      { type: "array", minItems: 3, items: { $ref: "#" } },
      { type: "array", minItems: 1e9, items: { type: "object", properties: wide } },
      { type: "array", minItems: 1e9, items: { type: "object", required: Array(50_000).fill(1) } },
      { type: "array", minItems: 1e9, items: { ...wide, type: "boolean" } },
      { type: "array", minItems: 1e9, items: { const: Array(15_000).fill(1) } },
      { type: "array", minItems: 1e9, items: { enum: ["x".repeat(30_000)] } },
      { type: "array", minItems: 1e9, items: { type: "string", minLength: 1e9 } },
      { type: "array", minItems: 1e9, items: { anyOf: Array(50_000).fill({ type: "null" }) } },
    ];
    const startedAtMs = performance.now();
    for (const each of greedy) {
      expect((JSON.stringify(exampleOf(each)) ?? "").length).toBeLessThan(150_000);
    }
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});

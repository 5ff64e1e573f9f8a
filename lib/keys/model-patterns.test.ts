import fc from "fast-check";
import { expect, test } from "vitest";
import { modelPatternContains, modelPatternMatches } from "@/lib/keys/model-patterns";

test("a star stands for any end, also for none; without one only the name itself fits", () => {
  expect(modelPatternMatches("gpt-*", "gpt-4")).toBe(true);
  expect(modelPatternMatches("gpt-4*", "gpt-4")).toBe(true);
  expect(modelPatternMatches("gpt-4", "gpt-4o")).toBe(false);
  expect(modelPatternMatches("gpt-*", "my-gpt-4")).toBe(false);
  expect(modelPatternMatches("gpt.4", "gpt-4")).toBe(false);
});

const name = fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 4 });
const pattern = fc
  .tuple(name, fc.constantFrom("", "*"))
  .map(([start, end]) => start + end)
  .filter((text) => text !== "");

test("what contains another covers every model that the other covers", () => {
  fc.assert(
    fc.property(pattern, pattern, name, (outer, inner, model) => {
      fc.pre(modelPatternContains(outer, inner) && modelPatternMatches(inner, model));
      expect(modelPatternMatches(outer, model)).toBe(true);
    }),
  );
});

test("what doesn't contain another leaves out a model that the other covers", () => {
  fc.assert(
    fc.property(pattern, pattern, (outer, inner) => {
      fc.pre(!modelPatternContains(outer, inner));
      const covered = inner.endsWith("*") ? `${inner.slice(0, -1)}zz` : inner;
      const shortest = inner.endsWith("*") ? inner.slice(0, -1) : inner;
      const left = [covered, shortest].some((model) => !modelPatternMatches(outer, model));
      expect(left).toBe(true);
    }),
  );
});

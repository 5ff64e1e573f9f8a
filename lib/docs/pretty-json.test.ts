import fc from "fast-check";
import { expect, it } from "vitest";
import { prettyJson } from "@/lib/docs/pretty-json";

it("is the same JSON, whatever the value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(prettyJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("keeps short parts on their line and the whole on several", () => {
  expect(prettyJson({ a: [1, 2], b: {}, c: { d: null } })).toBe(
    '{\n  "a": [1, 2],\n  "b": {},\n  "c": { "d": null }\n}',
  );
});

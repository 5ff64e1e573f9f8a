import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson } from "@/lib/gateway/json";

/** The same values in another spelling: characters escaped, numbers with exponents. */
function respell(json: string, escapes: boolean): string {
  const numbers = json.replace(/([[,:])(\d+)(?=[,\]}])/g, (_, before, digits) => {
    const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
    return `${before}${digits.slice(0, digits.length - zeros) || "0"}e${zeros}`;
  });
  if (!escapes) return numbers;
  return numbers.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const Text = fc.string({ unit: "grapheme" }).map((text) => text.replace(/\p{Cc}/gu, ""));
const Value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    Text,
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom(0, 1, 20, 1e15, 1e20, 123_000_000),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: fc.constantFrom("a", "b", "e", "E") }), tie("value")),
  ),
})).value;

it("a body is never written in more bytes than it is said to come to at most", () => {
  fc.assert(
    fc.property(Value, fc.boolean(), (value, escapes) => {
      const raw = respell(JSON.stringify([value]), escapes);
      const parsed = parseJson(Buffer.from(raw));
      const written = Buffer.byteLength(JSON.stringify(parsed.value));
      expect(written).toBeLessThanOrEqual(parsed.bytesMax);
    }),
    { numRuns: 500 },
  );
});

it("what is written in other spellings makes a bound no tighter, and only exponents make it looser", () => {
  const bytesMax = (raw: string) => parseJson(Buffer.from(raw)).bytesMax;
  expect(bytesMax('{"a":"plain"}')).toBe(13);
  expect(bytesMax('{"a":"\\u4f60"}')).toBe(Buffer.byteLength('{"a":"你"}'));
  expect(bytesMax('{"a":1e20}')).toBe(30);
  expect(bytesMax('{"a":true,"b":"1e20"}')).toBe(21);
});

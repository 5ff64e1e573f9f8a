import { expect, test } from "vitest";
import { DisplayName } from "@/lib/display-name";

function problemOf(input: unknown): string | undefined {
  return DisplayName.safeParse(input).error?.issues[0]?.message;
}

test.each([
  ["plain", "Production API"],
  ["markup is text", '"><img src=x onerror=alert(1)>'],
  ["SQL is text", "Robert'); DROP TABLE api_keys;--"],
  ["templates are text", `\${jndi:ldap://x} {{7*7}} %s%n ../../etc`],
  ["64 characters", "x".repeat(64)],
  ["64 family emoji", "👩‍👩‍👧‍👦".repeat(64)],
  ["emoji with selector, modifier, joiner", "❤️ 👍🏽 👩🏽‍💻 1️⃣ 🏳️‍🌈"],
  ["Arabic", "مفتاح الإنتاج"],
  ["Thai and Hindi, whose letters carry marks", "น้ำ क्षि"],
  ["four marks on a base that takes none into itself", `q${"\u0301".repeat(4)}`],
])("a name of visible characters is kept as typed: %s", (_label, name) => {
  expect(DisplayName.parse(name)).toBe(name);
});

test("a name is trimmed and normalised to NFC, so that equal-looking names are equal", () => {
  expect(DisplayName.parse("  Cafe\u0301 \t")).toBe("Café");
});

test.each([
  ["empty", ""],
  ["spaces", "   "],
  ["ideographic spaces", "\u3000\u3000"],
  ["65 characters", "x".repeat(65)],
  ["65 family emoji", "👩‍👩‍👧‍👦".repeat(65)],
  ["10,000 characters", "x".repeat(10_000)],
  ["line break inside", "a\r\nSet-Cookie: x=1"],
  ["NUL", "a\u0000b"],
  ["C1 control", "a\u0085b"],
  ["line separator", "a\u2028b"],
  ["right-to-left override", "key\u202Egnp"],
  ["isolates", "a\u2066b\u2069"],
  ["right-to-left mark", "a\u200Fb"],
  ["zero-width space", "a\u200Bb"],
  ["only zero-width characters", "\u200B\uFEFF\u2060"],
  ["joiner between letters", "a\u200Db"],
  ["joiner at the end of an emoji", "👩\u200D"],
  ["selector on a letter", "a\uFE0F"],
  ["soft hyphen", "pro\u00ADduction"],
  ["Hangul filler", "\u3164"],
  ["blank Braille", "\u2800"],
  ["tag characters", "a\u{E0041}"],
  ["half a surrogate pair", "a\uD800"],
  ["marks without a base", "\u0301\u0302"],
  ["500 combining marks", `Z${"\u0335".repeat(500)}`],
  ["five marks", `q${"\u0301".repeat(5)}`],
  ["not text", 7],
  ["nothing", undefined],
])("a name that can't be shown for what it is has one problem in words: %s", (_label, name) => {
  expect(problemOf(name)).toMatch(/^[A-Z].*\.$/);
});

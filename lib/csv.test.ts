import { expect, test } from "vitest";
import { csvLine } from "@/lib/csv";

test.each(["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])(
  "K02 a text that begins like the formula %j is marked as text",
  (text) => {
    expect(
      csvLine([text])
        .replace(/^"/, "")
        .startsWith(`'${text.charAt(0)}`),
    ).toBe(true);
  },
);

test("K02 quotes, commas and line breaks are quoted as RFC 4180 says, and nothing else is", () => {
  expect(csvLine(['say "hi"', "a,b", "a\nb", "a\r\nb", "plain \u202E text", ""])).toBe(
    '"say ""hi""","a,b","a\nb","a\r\nb",plain \u202E text,\r\n',
  );
});

test("a negative amount stays a number", () => {
  expect(csvLine(["Usage", { number: "-0.000000001" }])).toBe("Usage,-0.000000001\r\n");
});

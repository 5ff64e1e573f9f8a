import fc from "fast-check";
import { expect, it, test } from "vitest";
import { readCsv } from "@/lib/keys/import/read-csv";

const read = (text: string) => [...readCsv(text)];

test("fields in quotes hold commas, quotes and line breaks; records know their line", () => {
  expect(read('\uFEFFa,b\r\n"x, ""y""\n2",z\n\nlast,""\n')).toEqual([
    { line: 1, cells: ["a", "b"] },
    { line: 2, cells: ['x, "y"\n2', "z"] },
    { line: 5, cells: ["last", ""] },
  ]);
  expect(read("a,b")).toEqual([{ line: 1, cells: ["a", "b"] }]);
  expect(read("")).toEqual([]);
});

it.each([
  ['a,b\n"open', 2, "a quote that nothing closes"],
  ['a\n"x"y\n', 2, "text after a quoted field"],
  ['a\nx"y\n', 2, "a quote in a field that isn't quoted"],
])("%j is refused with its line", (text, line, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ line, message }));
});

test("whatever is written by RFC 4180 is read as it was", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\r", "\n", "é", " ") });
  const record = fc.array(cell, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), fc.constantFrom("\n", "\r\n"), (rows, end) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = rows.map((cells) => cells.map(quote).join(",") + end).join("");
      expect(read(text).map(({ cells }) => cells)).toEqual(rows);
    }),
  );
});

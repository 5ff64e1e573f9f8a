import { expect, test } from "vitest";
import { either, fields, flag, listOf, nullable, number, oneOf, text, textLike } from "@/lib/shape";

const Answer = fields({
  name: text,
  count: number,
  isOpen: flag,
  nanos: textLike(/^-?\d+$/),
  state: oneOf(["waiting", "arrived"]),
  rows: listOf(fields({ at: nullable(text) })),
});

const good = {
  name: "a",
  count: 1,
  isOpen: false,
  nanos: "-12",
  state: "waiting",
  rows: [{ at: null }, { at: "now" }],
};

test("what has the shape comes through as it is", () => {
  expect(Answer.safeParse(good)).toEqual({ success: true, data: good });
  expect(Answer.safeParse({ ...good, more: 1 }).success).toBe(true);
  expect(either(text, number).is(3)).toBe(true);
});

test.each([
  ["a field is missing", { ...good, name: undefined }],
  ["a number isn't one", { ...good, count: Number.NaN }],
  ["a text is of another form", { ...good, nanos: "1.5" }],
  ["a word is unknown", { ...good, state: "gone" }],
  ["something deep in a list is wrong", { ...good, rows: [{ at: null }, { at: 3 }] }],
  ["a list isn't one", { ...good, rows: { length: 0 } }],
  ["it is nothing", null],
  ["it is a text", "good"],
])("is refused where %s", (_what, value) => {
  expect(Answer.safeParse(value)).toEqual({ success: false });
});

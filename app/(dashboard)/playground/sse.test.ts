import fc from "fast-check";
import { expect, test } from "vitest";
import { type SseEvent, SseReader } from "@/app/(dashboard)/playground/sse";

function readAll(pieces: readonly string[]): SseEvent[] {
  const reader = new SseReader();
  return pieces.flatMap((piece) => reader.read(piece));
}

test("events are read whatever ends their lines, and without what isn't data", () => {
  const text =
    "data: one\n\n: a comment\n\nevent: error\r\ndata: two\r\n\r\ndata:a\rdata: b\r\rid: 5\n\n" +
    "data: half";
  expect(readAll([`${text}`])).toEqual([
    { name: "", data: "one" },
    { name: "error", data: "two" },
    { name: "", data: "a\nb" },
  ]);
});

test("it makes no difference where a stream is cut into pieces", () => {
  const line = fc.constantFrom("data: x", "data:", 'data: {"a": "b:c"}', "event: e", ": c", "");
  const stream = fc
    .array(fc.tuple(line, fc.constantFrom("\n", "\r\n")))
    .map((lines) => `${lines.map(([text, end]) => text + end).join("")}\n\ndata: end\n\n`);
  fc.assert(
    fc.property(stream, fc.array(fc.nat(200)), (text, cuts) => {
      const ends = [...new Set(cuts.map((cut) => Math.min(cut, text.length)))].sort(
        (a, b) => a - b,
      );
      const pieces = [0, ...ends].map((start, i) => text.slice(start, ends[i] ?? text.length));
      expect(readAll(pieces)).toEqual(readAll([text]));
    }),
  );
});

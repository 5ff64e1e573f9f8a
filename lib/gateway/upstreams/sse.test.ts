import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseError, type SseEvent, SseParser } from "@/lib/gateway/upstreams/sse";

function parse(...chunks: (string | Uint8Array)[]): SseEvent[] {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.push(Buffer.from(chunk)));
}

const data = (text: string) => ({ type: "", data: text });

/** Cuts bytes at the given places, whatever they fall into. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}

describe("G19 a stream is read by the HTML standard's rules", () => {
  it("lines end with CRLF, LF or CR, mixed as they come", () => {
    expect(parse("data: a\r\n\r\ndata: b\n\ndata: c\r\rdata: d\r\n\n")).toEqual(
      ["a", "b", "c", "d"].map(data),
    );
  });

  it("one space after the colon is dropped, and none is needed", () => {
    expect(parse("data:a\n\ndata:  b\n\ndata\n\n")).toEqual([data("a"), data(" b"), data("")]);
  });

  it("several data lines are one event", () => {
    expect(parse("data: {\ndata: }\n\n")).toEqual([data("{\n}")]);
  });

  it("comments, ids, retries and unknown fields say nothing", () => {
    expect(parse(": hi\nid: 7\nretry: 1\nfoo: bar\n\n:\n\nevent: x\n\ndata: a\n\n")).toEqual([
      data("a"),
    ]);
  });

  it("the type belongs to its own event", () => {
    expect(parse("event: error\ndata: a\n\ndata: b\n\n")).toEqual([
      { type: "error", data: "a" },
      data("b"),
    ]);
  });

  it("one byte order mark is dropped, a second one is text", () => {
    expect(parse("\ufeffdata: a\n\n")).toEqual([data("a")]);
    expect(parse("\ufeff\ufeffdata: a\n\ndata: b\n\n")).toEqual([data("b")]);
  });

  it("an event that no blank line closes is not one", () => {
    expect(parse("data: a\n\ndata: [DONE]\n")).toEqual([data("a")]);
  });

  it("a carriage return at the end of a chunk and a line feed after it are one line end", () => {
    expect(parse("data: a\r", "\ndata: b\r", "\n\r", "\n")).toEqual([data("a\nb")]);
    expect(parse("data: a\r", "\r", "data: b\n\n")).toEqual([data("a"), data("b")]);
  });

  it("any cut into chunks gives the same events", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "data:",
        "data: ",
        "event: ",
        ":",
        "id: 1",
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "é😀",
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (pieces, places) => {
          const bytes = Buffer.from(pieces.join(""));
          expect(parse(...cut(bytes, places))).toEqual(parse(bytes));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("what is written is what is read, with any line end", () => {
    const text = fc.string({ unit: "grapheme" }).map((value) => value.replace(/[\r\n\ufeff]/g, ""));
    fc.assert(
      fc.property(
        fc.array(fc.record({ type: text, lines: fc.array(text, { minLength: 1, maxLength: 3 }) })),
        fc.constantFrom("\n", "\r", "\r\n"),
        (events, end) => {
          const stream = events.map(({ type, lines }) =>
            [`event: ${type}`, ...lines.map((line) => `data: ${line}`), "", ""].join(end),
          );
          const expected = events.map(({ type, lines }) => ({ type, data: lines.join("\n") }));
          expect(parse(stream.join(""))).toEqual(expected);
        },
      ),
    );
  });
});

describe("G26 a stream can't fill the memory", () => {
  it("a line of more than a megabyte is refused while it comes", () => {
    const parser = new SseParser();
    const chunk = Buffer.alloc(300_000, "x");
    parser.push(Buffer.from("data: "));
    for (let i = 0; i < 3; i++) parser.push(chunk);
    expect(() => parser.push(chunk)).toThrow(SseError);
  });

  it("so is an event of many lines", () => {
    const line = Buffer.from(`data: ${"x".repeat(900_000)}\n`);
    expect(() => parse(line, line, line, line, line)).toThrow(SseError);
  });
});

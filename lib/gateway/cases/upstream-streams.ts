import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { provoke, shortMs, type Variant } from "@/lib/gateway/cases/served";
import {
  brokenOff,
  bytes,
  inTheMiddle,
  openStream,
  spellStream,
  streamType,
  streamWith,
} from "@/lib/gateway/cases/upstream-answers";
import type { Provocations } from "@/lib/gateway/cases/world";
import type { ProtocolName } from "@/lib/gateway/chat";
import { mockFrames, mockWords } from "@/lib/gateway/testing/mock-upstream";
import { type RawAnswer, spellChunk, spellHead } from "@/lib/gateway/testing/raw-upstream";

const streamed = (
  name: string,
  answer: Variant["answer"],
  bill: Variant["bill"],
  more = {},
): Variant => ({
  ...{ name, answer, bill, stream: true },
  ...more,
});
const whole = (name: string, answer: Variant["answer"]) => streamed(name, answer, "whole");
const broken = (name: string, answer: Variant["answer"], more = {}) =>
  streamed(name, answer, "delivered", more);

/** The same events, each line changed. */
const lines = (change: (frame: string, i: number) => string) =>
  streamWith((frames) => frames.map(change));

/** The data of an event on several lines: where JSON has white space, a line may end. */
function multiLine(frame: string): string {
  return frame.replace(/^data: \{"/m, 'data: {\ndata: "');
}

const asBytes =
  (piece: number) =>
  (protocol: ProtocolName): RawAnswer =>
  async (socket) => {
    const all = Buffer.from(mockFrames(protocol).join(""));
    socket.write(openStream());
    for (let at = 0; at < all.length; at += piece) {
      socket.write(spellChunk(all.subarray(at, at + piece)));
      // Now and then what came so far is all there is for a moment.
      if (at % 97 === 0) await delay(1);
    }
    socket.write(spellChunk(""));
  };

const readable: Variant[] = [
  whole(
    "CRLF",
    lines((frame) => frame.replaceAll("\n", "\r\n")),
  ),
  whole(
    "CR",
    lines((frame) => frame.replaceAll("\n", "\r")),
  ),
  whole(
    "all three, by turns",
    lines((frame, i) => frame.replaceAll("\n", ["\n", "\r\n", "\r"][i % 3] ?? "")),
  ),
  whole(
    "no space after the colon",
    lines((frame) => frame.replace(/^(data|event): /gm, "$1:")),
  ),
  whole("data on several lines", lines(multiLine)),
  whole(
    "comments between",
    lines((frame) => `: mock\n:\n${frame}: more\n`),
  ),
  whole(
    "comments alone",
    lines((frame) => `: keep-alive\n\n${frame}`),
  ),
  whole(
    "a byte order mark",
    lines((frame, i) => (i === 0 ? `\ufeff${frame}` : frame)),
  ),
  whole(
    "id and retry",
    lines((frame, i) => `id: ${i}\nretry: 10\n${frame}`),
  ),
  whole(
    "unknown fields",
    lines((frame) => `mock: 1\nmock\n${frame}`),
  ),
  whole(
    "empty lines",
    lines((frame) => `\n\n${frame}\n\n`),
  ),
  whole(
    "data without a word",
    lines((frame) => `data:\n\n${frame}data: \n\n`),
  ),
  whole(
    "one frame, one chunk, all at once",
    streamWith((frames) => [frames.join("")]),
  ),
  whole("byte by byte", asBytes(1)),
  whole("in pieces of seven", asBytes(7)),
  whole("by length instead of chunks", (protocol) => {
    const all = mockFrames(protocol).join("");
    return bytes(
      Buffer.concat([
        spellHead(200, [streamType, ["content-length", `${all.length}`]]),
        Buffer.from(all),
      ]),
    );
  }),
  whole("HTTP/1.0, until it closes", (protocol) => (socket) => {
    socket.end(
      Buffer.concat([
        spellHead(200, [streamType], "1.0"),
        Buffer.from(mockFrames(protocol).join("")),
      ]),
    );
  }),
  whole("a type with parameters", (protocol) =>
    bytes(
      Buffer.concat([
        spellHead(200, [
          ["content-type", "Text/Event-Stream; charset=UTF-8"],
          ["transfer-encoding", "chunked"],
        ]),
        ...mockFrames(protocol).map(spellChunk),
        spellChunk(""),
      ]),
    ),
  ),
  whole("a chunk extension and trailers", (protocol) => {
    const text = mockFrames(protocol).join("");
    const chunk = `${text.length.toString(16)};mock=1\r\n${text}\r\n0\r\nx-mock: 1\r\n\r\n`;
    return bytes(Buffer.concat([openStream(), Buffer.from(chunk)]));
  }),
];

const garbage: Variant[] = [
  ...[
    "{nope",
    "nope",
    "null",
    "1",
    '"x"',
    "[]",
    "{}",
    '{"choices":',
    '{"choices":{}}',
    '{"type":1}',
    "[DONE",
    "done",
  ].map((data) => broken(data, inTheMiddle(`data: ${data}\n\n`))),
  broken("HTML", inTheMiddle("data: <html><body>mock</body></html>\n\n")),
  broken("bytes", inTheMiddle(Buffer.from([100, 97, 116, 97, 58, 0, 255, 254, 10, 10]))),
  broken("two objects", inTheMiddle('data: {"choices":[]}{"choices":[]}\n\n')),
  broken(
    "a frame and garbage on its second line",
    inTheMiddle('data: {"choices":[]}\ndata: {nope\n\n'),
  ),
  broken(
    "choices of another form",
    inTheMiddle('data: {"choices":[{"index":"x"}],"type":"content_block_delta"}\n\n'),
  ),
  ...["{nope", "[]", "<html>"].map((data) =>
    streamed(
      `first of all ${data}`,
      streamWith((frames) => [`data: ${data}\n\n`, ...frames]),
      "nothing",
    ),
  ),
];

const deaths: Variant[] = [
  broken(
    "a reset in the middle of a frame",
    brokenOff((socket, next) => {
      socket.write(spellChunk(next.slice(0, 9)));
      setTimeout(() => socket.resetAndDestroy(), 20);
    }),
  ),
  broken(
    "a reset between frames",
    brokenOff((socket) => socket.resetAndDestroy()),
  ),
  broken(
    "an end in the middle of a frame",
    brokenOff((socket, next) =>
      socket.end(Buffer.concat([spellChunk(next.slice(0, 9)), spellChunk("")])),
    ),
  ),
  broken(
    "an end without its last frame",
    brokenOff((socket) => socket.end(spellChunk(""))),
  ),
  broken(
    "an end of the connection alone",
    brokenOff((socket) => socket.end()),
  ),
  broken(
    "a chunk that isn't one",
    brokenOff((socket) => socket.write("zz\r\nmock\r\n")),
  ),
  broken(
    "a chunk that says it is longer",
    brokenOff((socket) => socket.end("fffff\r\ndata: ")),
  ),
  broken(
    "silence",
    brokenOff(() => undefined),
    {
      due: "gw_timeout",
      options: { timeouts: { idle_ms: shortMs } },
    },
  ),
  broken(
    "comments without an end",
    brokenOff((socket) => {
      const timer = setInterval(() => socket.write(spellChunk(": mock\n\n")), 20);
      socket.once("close", () => clearInterval(timer));
    }),
    { due: "gw_timeout", options: { timeouts: { total_ms: 3 * shortMs } } },
  ),
];

const errorEvents: Variant[] = [
  ...[
    'data: {"error":{"message":"mock-provider","type":"server_error","code":null}}',
    'data: {"error":"mock-provider is busy"}',
    'data: {"type":"error","error":{"type":"overloaded_error","message":"mock-provider"}}',
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"mock-provider"}}',
    'event: error\ndata: {"message":"mock-provider"}',
    "event: error\ndata: mock-provider exploded",
    'event: error\ndata: {"error":{"message":"mock-provider","type":1,"code":429}}',
  ].map((text) => broken(text, inTheMiddle(`${text}\n\n`))),
  broken(
    "our own key",
    inTheMiddle('data: {"error":{"type":"authentication_error","message":"mock-provider"}}\n\n'),
    { due: "bad_gateway" },
  ),
  broken(
    "a timeout there",
    inTheMiddle('event: error\ndata: {"error":{"type":"timeout_error"}}\n\n'),
    { due: "gw_timeout" },
  ),
  streamed(
    "before the first word",
    streamWith(() => [
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
    ]),
    "nothing",
    { attempts: 3 },
  ),
];

const long = "x".repeat(10_000_000);

/** Group G about streams. */
export const streams: Provocations = {
  G19: async (world) => {
    const seen = await provoke(world, "ok", readable);
    for (const { answer, variant } of seen) {
      const said = [...answer.text.matchAll(/"(?:content|text)":"([^"]+)"/g)].map(
        (match) => match[1],
      );
      expect(said.join(""), variant).toBe(mockWords.join(""));
    }
    return seen;
  },
  G20: async (world) => {
    const seen = await provoke(world, "bad_gateway", garbage);
    for (const { answer, variant } of seen) expect(answer.text, variant).not.toMatch(/nope|<html/);
    return seen;
  },
  G22: (world) => provoke(world, "bad_gateway", deaths),
  G23: async (world) => {
    const seen = await provoke(world, "overloaded", errorEvents);
    for (const { answer, variant } of seen)
      expect(answer.text, variant).not.toContain("mock-provider");
    return seen;
  },
  G25: async (world) => {
    const after = (frames: string[]) => [
      ...frames,
      ...frames,
      "data: {nope\n\n",
      `data: ${long}\n\n`,
    ];
    const seen = await provoke(world, "ok", [
      whole("everything twice, and garbage", streamWith(after)),
      whole(
        "all in one piece",
        streamWith((frames) => [after(frames).join("")]),
      ),
      whole("and then a reset", (protocol) => async (socket) => {
        socket.write(spellStream(mockFrames(protocol)).subarray(0, -5));
        await delay(20);
        socket.resetAndDestroy();
      }),
      whole("and then no end", (protocol) =>
        bytes(spellStream(mockFrames(protocol)).subarray(0, -5)),
      ),
    ]);
    for (const { answer, variant } of seen) {
      expect(answer.text.match(/\[DONE\]|event: message_stop/g), variant).toHaveLength(1);
      expect(answer.text, variant).not.toContain("nope");
    }
    return seen;
  },
  G26: (world) =>
    provoke(world, "bad_gateway", [
      broken("a line of ten megabytes", inTheMiddle(`data: ${long}\n\n`)),
      broken("one of something else", inTheMiddle(`: ${long}\n\n`)),
      broken("one that never ends", inTheMiddle(long)),
      broken(
        "ten megabytes on many lines",
        inTheMiddle(`${`data: ${"x".repeat(900_000)}\n`.repeat(11)}\n`),
      ),
      streamed(
        "first of all",
        streamWith((frames) => [`data: ${long}\n\n`, ...frames]),
        "nothing",
      ),
    ]),
};

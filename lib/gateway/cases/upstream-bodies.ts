import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "vitest";
import { provoke, type Variant } from "@/lib/gateway/cases/served";
import {
  bytes,
  bytesThenEnd,
  jsonType,
  spellStream,
  status,
  streamType,
} from "@/lib/gateway/cases/upstream-answers";
import type { Provocation, Provocations } from "@/lib/gateway/cases/world";
import type { ProtocolName } from "@/lib/gateway/chat";
import { mockBody, mockFrames } from "@/lib/gateway/testing/mock-upstream";
import {
  type RawAnswer,
  type RawHeaders,
  spellAnswer,
  spellChunk,
  spellHead,
} from "@/lib/gateway/testing/raw-upstream";

const free = { bill: "nothing" } as const;
const chunked = ["transfer-encoding", "chunked"] as const;
const length = (n: number) => ["content-length", String(n)] as const;

/** A body of the mock's under other headers. */
const typed =
  (headers: RawHeaders, code: number | string = 200) =>
  (protocol: ProtocolName): RawAnswer =>
    bytes(spellAnswer(code, mockBody(protocol), headers));

const html = "<html><body><h1>502 Bad Gateway</h1>mock-provider</body></html>";

const notJson: Variant[] = [
  {
    name: "HTML",
    answer: status(200, html, [["content-type", "text/html; charset=utf-8"]]),
    ...free,
  },
  { name: "plain text", answer: typed([["content-type", "text/plain"]]), ...free },
  { name: "no type", answer: typed([]), ...free },
  { name: "another kind of bytes", answer: typed([["content-type", "application/grpc"]]), ...free },
  { name: "two types", answer: typed([["content-type", "text/html"], jsonType]), ...free },
  ...["{}", "[]", "null", '"x"', '{"choices":[]}', '{"type":"message"}'].map(
    (text): Variant => ({ name: text, answer: status(200, text), stream: false, ...free }),
  ),
  ...[201, 202, 203, 206, 226].map(
    (code): Variant => ({ name: `status ${code}`, answer: typed([jsonType], code), ...free }),
  ),
  ...[204, 205, 304].map(
    (code): Variant => ({
      name: `status ${code}`,
      answer: () => bytes(spellHead(code, [])),
      ...free,
    }),
  ),
  ...[301, 302, 303, 307, 308].map(
    (code): Variant => ({
      name: `redirect ${code}`,
      // To where it would be answered, if anybody went there.
      answer: typed([jsonType, ["location", "/elsewhere"]], code),
      attempts: 1,
      ...free,
    }),
  ),
  { name: "another protocol", answer: () => bytesThenEnd("SSH-2.0-mock\r\n\r\n"), ...free },
  {
    name: "a status line without a status",
    answer: () => bytesThenEnd("HTTP/1.1\r\n\r\n"),
    ...free,
  },
  { name: "nothing at all", answer: () => bytesThenEnd(""), ...free },
  {
    name: "an upgrade that nobody asked for",
    answer: () =>
      bytes(
        spellHead(101, [
          ["upgrade", "mock"],
          ["connection", "upgrade"],
        ]),
      ),
    ...free,
  },
  {
    name: "headers of a megabyte",
    answer: typed([jsonType, ["x-mock", "x".repeat(1_000_000)]]),
    ...free,
  },
  {
    name: "two lengths",
    answer: typed([jsonType, length(3)]),
    ...free,
  },
  {
    name: "an unknown encoding",
    answer: typed([jsonType, ["content-encoding", "mock"]]),
    stream: false,
    ...free,
  },
];

/** A whole body that ends after so many bytes, in each of the ways in which one can. */
function cuts(): Variant[] {
  const cut = (
    name: string,
    spell: (body: Buffer) => Buffer,
    end: "fin" | "reset" | "stays" = "fin",
  ) => ({
    name,
    stream: false,
    bill: "prompt" as const,
    answer:
      (protocol: ProtocolName): RawAnswer =>
      async (socket) => {
        socket.write(spell(Buffer.from(mockBody(protocol))));
        if (end === "fin") socket.end();
        if (end === "reset") setTimeout(() => socket.resetAndDestroy(), 20);
      },
  });
  const part = (body: Buffer, share: number) => body.subarray(0, Math.floor(body.length * share));
  const announced = (body: Buffer, sent: Buffer) =>
    Buffer.concat([spellHead(200, [jsonType, length(body.length)]), sent]);
  const packed = ["content-encoding", "gzip"] as const;
  return [
    cut("half of its length", (body) => announced(body, part(body, 0.5))),
    cut("none of its length", (body) => announced(body, Buffer.alloc(0))),
    cut("a reset in the middle", (body) => announced(body, part(body, 0.7)), "reset"),
    cut(
      "a length that is too short",
      (body) => Buffer.concat([spellHead(200, [jsonType, length(body.length - 9)]), body]),
      "stays",
    ),
    cut("half, and called whole", (body) => spellAnswer(200, part(body, 0.5)), "stays"),
    cut("an empty body", () => spellAnswer(200, ""), "stays"),
    cut("two bodies", (body) => spellAnswer(200, Buffer.concat([body, body])), "stays"),
    cut("garbage", () => spellAnswer(200, Buffer.from([0, 255, 254, 123])), "stays"),
    cut("chunks without an end", (body) =>
      Buffer.concat([spellHead(200, [jsonType, chunked]), spellChunk(body)]),
    ),
    cut("a chunk of a false size", (body) =>
      Buffer.concat([spellHead(200, [jsonType, chunked]), Buffer.from("zz\r\n"), body]),
    ),
    cut("HTTP/1.0 until it closes, too early", (body) =>
      Buffer.concat([spellHead(200, [jsonType], "1.0"), part(body, 0.5)]),
    ),
    cut(
      "gzip that is cut",
      (body) => spellAnswer(200, part(gzipSync(body), 0.6), [jsonType, packed]),
      "stays",
    ),
    cut("gzip that isn't", (body) => spellAnswer(200, body, [jsonType, packed]), "stays"),
    {
      ...cut("a body of 40 MB", () => spellAnswer(200, `"${"x".repeat(40_000_000)}"`), "stays"),
      bill: "nothing" as const,
    },
  ];
}

/** The mock's own body in every way that HTTP allows it to be sent. */
function packings(): Variant[] {
  const packed = (name: string, pack: (data: Buffer) => Buffer): Variant => ({
    name: `packed by ${name}`,
    bill: "whole",
    answer:
      (protocol) =>
      (socket, { body }) => {
        const isStream = body.stream === true;
        const text = isStream ? mockFrames(protocol).join("") : mockBody(protocol);
        const type = isStream ? streamType : jsonType;
        socket.write(spellAnswer(200, pack(Buffer.from(text)), [type, ["content-encoding", name]]));
      },
  });
  const whole = (
    name: string,
    spell: (body: string) => Buffer | string,
    ends = false,
  ): Variant => ({
    name,
    stream: false,
    bill: "whole",
    answer: (protocol) => (ends ? bytesThenEnd : bytes)(spell(mockBody(protocol))),
  });
  const trailer = "0\r\nx-mock: 1\r\nset-cookie: mock=1\r\n\r\n";
  const hints = "HTTP/1.1 103 Early Hints\r\nlink: </mock>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
  return [
    packed("gzip", gzipSync),
    packed("GZIP", gzipSync),
    packed("br", brotliCompressSync),
    packed("deflate", deflateSync),
    packed("identity", (data) => data),
    whole("informational answers first", (body) => `${hints}${spellAnswer(200, body)}`),
    whole("trailers", (body) =>
      Buffer.concat([spellHead(200, [jsonType, chunked]), spellChunk(body), Buffer.from(trailer)]),
    ),
    whole("a chunk for each byte", (body) =>
      Buffer.concat([
        spellHead(200, [jsonType, chunked]),
        ...[...Buffer.from(body)].map((byte) => spellChunk(Buffer.from([byte]))),
        spellChunk(""),
      ]),
    ),
    whole(
      "HTTP/1.0, until it closes",
      (body) => Buffer.concat([spellHead(200, [jsonType], "1.0"), Buffer.from(body)]),
      true,
    ),
    whole("a type with parameters", (body) =>
      spellAnswer(200, body, [["Content-Type", 'APPLICATION/JSON;charset="utf-8"']]),
    ),
    whole("a byte order mark", (body) => spellAnswer(200, `\ufeff${body}`)),
    whole("a status without words", (body) => spellAnswer("200 ", body)),
  ];
}

const loud: RawHeaders = [
  ["set-cookie", "mock=1; Path=/"],
  ["set-cookie", "mock=2"],
  ["access-control-allow-origin", "*"],
  ["x-powered-by", "Mock"],
  ["server", "mock/1.0"],
  ["via", "1.1 mock"],
  ["openai-organization", "org-mock-1"],
  ["x-request-id", "mock-request"],
  ["request-id", "mock-request"],
  ["x-ratelimit-remaining-requests", "1"],
  ["x-request-cost", "9999"],
  ["x-balance-remaining", "9999"],
  ["www-authenticate", "Bearer mock"],
  ["location", "https://mock.example"],
  ["retry-after", "77"],
  ["content-disposition", "attachment"],
  ["strict-transport-security", "max-age=1"],
  ["link", "<https://mock.example>"],
  ["x-should-retry", "true"],
  ["x-mock", Buffer.from([0xff, 0xfe, 0x80])],
  ["idempotent-replayed", "true"],
];

const quiet: Provocation = async (world) => {
  const seen = await provoke(world, "ok", [
    {
      name: "headers that say too much",
      bill: "whole",
      answer:
        (protocol) =>
        (socket, { body }) => {
          const isStream = body.stream === true;
          socket.write(
            isStream
              ? spellStream(mockFrames(protocol), loud)
              : spellAnswer(200, mockBody(protocol), [jsonType, ...loud]),
          );
        },
    },
    ...packings(),
  ]);
  for (const { answer, variant } of seen) {
    const all = JSON.stringify([...answer.headers]);
    expect(all, variant).not.toMatch(/mock|9999|idempotent-replayed|"link"|x-should-retry/i);
    for (const name of ["location", "retry-after", "content-encoding", "server"]) {
      expect(answer.headers.get(name), variant).toBeNull();
    }
  }
  return seen;
};

/** Group G about the bodies of answers in one piece, and their headers. */
export const answerBodies: Provocations = {
  G13: (world) => provoke(world, "bad_gateway", notJson),
  G14: (world) => provoke(world, "bad_gateway", cuts()),
  G28: (world) =>
    provoke(world, "bad_gateway", [
      {
        name: "JSON",
        answer: (protocol) => bytes(spellAnswer(200, mockBody(protocol))),
        stream: true,
        ...free,
      },
      {
        name: "JSON that is called a stream",
        answer: (protocol) => bytes(spellAnswer(200, mockBody(protocol), [streamType])),
        stream: true,
        ...free,
      },
    ]),
  G29: (world) =>
    provoke(world, "bad_gateway", [
      {
        name: "SSE",
        answer: (protocol) => bytes(spellStream(mockFrames(protocol))),
        stream: false,
        ...free,
      },
      {
        name: "SSE that is called JSON",
        answer: (protocol) => bytes(spellAnswer(200, mockFrames(protocol).join(""))),
        stream: false,
        bill: "prompt",
      },
    ]),
  G31: quiet,
};

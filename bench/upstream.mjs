import { createServer } from "node:net";
import { answerBody, frames } from "./answer.mjs";

// The model behind every contestant: OpenAI's protocol, answered from memory at once. It speaks HTTP on
// the bare socket, because Node's own server would cost more than the gateways that are measured.

const head = [
  "HTTP/1.1 200 OK",
  "openai-processing-ms: 1",
  "x-request-id: req_bench",
  "connection: keep-alive",
];

const whole = Buffer.from(
  [
    ...head,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(answerBody)}`,
    "",
    answerBody,
  ].join("\r\n"),
);

/** @param {string} text */
function chunkOf(text) {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

const streamHead = [
  ...head,
  "content-type: text/event-stream; charset=utf-8",
  "cache-control: no-cache",
  "transfer-encoding: chunked",
  "",
  "",
].join("\r\n");
const streamed = frames.map((frame, index) => {
  const isFirst = index === 0;
  const isLast = index === frames.length - 1;
  return Buffer.from(`${isFirst ? streamHead : ""}${chunkOf(frame)}${isLast ? "0\r\n\r\n" : ""}`);
});

/**
 * Writes one event a turn of the loop, so that each arrives as the separate packet that a model's token
 * would be.
 * @param {import("node:net").Socket} socket
 */
function stream(socket, index = 0) {
  const part = streamed[index];
  if (!part || socket.destroyed) return;
  socket.write(part);
  setImmediate(stream, socket, index + 1);
}

/**
 * The length of the first request in a buffer, zero while some of it is missing.
 * @param {Buffer} buffer
 */
function requestLength(buffer) {
  const end = buffer.indexOf("\r\n\r\n");
  if (end < 0) return 0;
  const headers = buffer.toString("latin1", 0, end + 2);
  const declared = /\r\ncontent-length: *(\d+)\r\n/i.exec(headers);
  if (declared) {
    const length = end + 4 + Number(declared[1]);
    return buffer.length >= length ? length : 0;
  }
  if (!/\r\ntransfer-encoding: *chunked\r\n/i.test(headers)) return end + 4;
  const last = buffer.indexOf("0\r\n\r\n", end + 4);
  return last < 0 ? 0 : last + 5;
}

const server = createServer({ noDelay: true }, (socket) => {
  /** @type {Buffer} */
  let pending = Buffer.alloc(0);
  socket.on("data", (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    for (let length = requestLength(pending); length > 0; length = requestLength(pending)) {
      const wantsStream = pending.subarray(0, length).includes('"stream":true');
      pending = pending.subarray(length);
      if (wantsStream) stream(socket);
      else socket.write(whole);
    }
  });
  socket.on("error", () => socket.destroy());
});
server.listen(Number(process.env.PORT), "127.0.0.1", 1024);

import { connect, type Socket } from "node:net";

/** An answer as it came over the wire, its body without the chunks it came in. */
export interface Answer {
  /** 0 where the connection ended without an answer. */
  status: number;
  headers: Headers;
  text: string;
  /** The connection ended before its body did. */
  isCut?: boolean;
}

export interface Exchange {
  /** Every answer on the connection, in order. */
  answers: Answer[];
  /** Milliseconds until the other side closed it. */
  ms: number;
}

export interface WireOptions {
  /** Answers of HEAD have a length, but no body. */
  isHead?: boolean;
  /** The other side has so long to close; then the test fails. */
  timeoutMs?: number;
}

const noAnswer = (): Answer => ({ status: 0, headers: new Headers(), text: "" });

/** Sends bytes, or lets `write` send them, and answers what comes back until the other side closes. */
export function exchange(
  origin: string,
  write: string | Buffer | ((socket: Socket) => void),
  { isHead = false, timeoutMs = 10_000 }: WireOptions = {},
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const startedAtMs = performance.now();
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    const received: Buffer[] = [];
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`left open after: ${Buffer.concat(received).toString().slice(0, 500)}`));
    }, timeoutMs);
    socket.on("data", (chunk) => received.push(chunk));
    // A refusal may close before all is written; what came before still counts.
    socket.on("error", () => undefined);
    // A client that has been told it is over stops sending.
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(timer);
      const ms = performance.now() - startedAtMs;
      resolve({ answers: readAnswers(Buffer.concat(received), isHead), ms });
    });
    if (typeof write === "function") write(socket);
    else socket.write(write);
  });
}

/** The first answer of an exchange, or one with status 0. */
export async function answerTo(...args: Parameters<typeof exchange>): Promise<Answer> {
  const { answers } = await exchange(...args);
  return answers[0] ?? noAnswer();
}

function readAnswers(bytes: Buffer, isHead: boolean): Answer[] {
  const answers: Answer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end < 0) throw new Error(`no answer: ${bytes.subarray(at).toString().slice(0, 200)}`);
    const [start = "", ...lines] = bytes.subarray(at, end).toString("latin1").split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1]);
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const { body, next, isCut = false } = readBody(bytes, end + 4, headers, isHead);
    answers.push({ status, headers, text: body.toString("utf8"), isCut });
    at = next;
  }
  return answers;
}

function readBody(bytes: Buffer, start: number, headers: Headers, isHead: boolean) {
  if (isHead) return { body: Buffer.alloc(0), next: start };
  if (headers.get("transfer-encoding") !== "chunked") {
    const announced = headers.get("content-length");
    const next = announced === null ? bytes.length : start + Number(announced);
    return { body: bytes.subarray(start, next), next };
  }
  const chunks: Buffer[] = [];
  for (let at = start; at < bytes.length; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    const from = lineEnd + 2;
    if (length === 0) return { body: Buffer.concat(chunks), next: from + 2 };
    chunks.push(bytes.subarray(from, from + length));
    at = from + length + 2;
  }
  // It was cut off; what came is what there is.
  return { body: Buffer.concat(chunks), next: bytes.length, isCut: true };
}

export interface WireRequest {
  method?: string;
  path: string;
  /** Names and values as they go over the wire, `Host` and `Connection: close` beside them. */
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Writes a request out; a body is announced by its length. */
export function spell({ method = "GET", path, headers = {}, body }: WireRequest): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, "Host: localhost", "Connection: close"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  const bytes = Buffer.from(body ?? "");
  const hasLength = Object.keys(headers).some((name) => name.toLowerCase() === "content-length");
  if (!hasLength && (body !== undefined || method === "POST"))
    lines.push(`Content-Length: ${bytes.length}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]);
}

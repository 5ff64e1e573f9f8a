import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { JsonObject } from "@/lib/gateway/chat";

/** A request as a raw upstream has read it. */
export interface RawRequest {
  path: string;
  headers: Map<string, string>;
  body: JsonObject;
}

/** Writes an answer to a socket, byte by byte as it likes. */
export type RawAnswer = (socket: Socket, request: RawRequest) => void | Promise<void>;

export interface RawUpstream {
  port: number;
  requests: RawRequest[];
  /** Connections so far, and those that are open. */
  connections(): number;
  open(): number;
  close(): Promise<void>;
}

export interface RawOptions {
  /** Answers when the head is there, whatever of the body. */
  early?: boolean;
  /** Speaks TLS with this certificate. */
  tls?: { key: string; cert: string };
}

function readHead(text: string): { path: string; headers: Map<string, string> } {
  const [start = "", ...lines] = text.split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { path: start.split(" ")[1] ?? "", headers };
}

/** Calls `onRequest` with each request on a connection, one after the other. */
function readRequests(
  socket: Socket,
  early: boolean,
  onRequest: (request: RawRequest) => Promise<void>,
): void {
  let received = Buffer.alloc(0);
  let isBusy = false;
  const next = (): void => {
    const headEnd = received.indexOf("\r\n\r\n");
    if (isBusy || headEnd < 0) return;
    const head = readHead(received.subarray(0, headEnd).toString("latin1"));
    const end = headEnd + 4 + Number(head.headers.get("content-length") ?? 0);
    if (!early && received.length < end) return;
    const text = received.subarray(headEnd + 4, end).toString("utf8");
    received = received.subarray(Math.min(end, received.length));
    isBusy = true;
    onRequest({ ...head, body: early ? {} : JSON.parse(text) })
      .catch(() => socket.destroy())
      .finally(() => {
        isBusy = false;
        if (!early) next();
      });
  };
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    next();
  });
}

/** A server below HTTP, for what no HTTP server would send. */
export async function startRawUpstream(
  answer: RawAnswer,
  { early = false, tls }: RawOptions = {},
): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const requests: RawRequest[] = [];
  let count = 0;
  const onConnection = (socket: Socket): void => {
    count++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
    readRequests(socket, early, async (request) => {
      requests.push(request);
      await answer(socket, request);
    });
  };
  const server = tls ? createTlsServer(tls, onConnection) : createServer(onConnection);
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    requests,
    connections: () => count,
    open: () => sockets.size,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export type RawHeaders = readonly (readonly [name: string, value: string | Buffer])[];

/** The head of an answer, spelt as it is given. */
export function spellHead(status: number | string, headers: RawHeaders, version = "1.1"): Buffer {
  const line = typeof status === "number" ? `${status} X` : status;
  return Buffer.concat([
    Buffer.from(`HTTP/${version} ${line}\r\n`),
    ...headers.flatMap(([name, value]) => [
      Buffer.from(`${name}: `),
      Buffer.from(value),
      Buffer.from("\r\n"),
    ]),
    Buffer.from("\r\n"),
  ]);
}

/** A whole answer with the length of its body. */
export function spellAnswer(
  status: number | string,
  body: string | Buffer,
  headers: RawHeaders = [["content-type", "application/json"]],
): Buffer {
  const bytes = Buffer.from(body);
  const length = ["content-length", String(bytes.length)] as const;
  return Buffer.concat([spellHead(status, [...headers, length]), bytes]);
}

/** A piece of a chunked body; an empty one ends it. */
export function spellChunk(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from("\r\n"),
  ]);
}

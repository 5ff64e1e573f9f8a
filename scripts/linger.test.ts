import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createForwarder } from "./forward.mjs";
import { lingerAfter } from "./linger.mjs";

const servers: Server[] = [];

async function listen(handler: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const megabyte = 1024 * 1024;

/** Refuses every request when a megabyte of its body is there, reads no more of it, and closes. */
const refuse = (): Promise<number> =>
  listen((req, res) => {
    lingerAfter(req, res);
    let bytes = 0;
    req.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes < megabyte) return;
      req.removeAllListeners("data").pause();
      res.writeHead(413, { connection: "close", "content-length": 3 }).end("big");
    });
  });

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Writes until the other side has closed; answers what came back, and how much could be written. */
async function upload(port: number, isPatient: boolean): Promise<{ text: string; sent: number }> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const seen = { text: "", sent: 0 };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    seen.text += chunk;
  });
  if (!isPatient) socket.on("end", () => socket.destroy());
  socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n");
  fill(socket, seen);
  // `once` would take the reset at the end for a failure.
  await new Promise((resolve) => socket.once("close", resolve));
  return seen;
}

function fill(socket: Socket, seen: { sent: number }): void {
  const chunk = Buffer.alloc(64 * 1024);
  const next = () => {
    while (!socket.destroyed) {
      seen.sent += chunk.length;
      if (!socket.write(chunk)) return;
    }
  };
  socket.on("drain", next);
  next();
}

test("one that never stops is cut off, and little of what it sent was taken", async () => {
  const { text, sent } = await upload(await refuse(), true);
  expect(text).toContain("413");
  expect(sent).toBeLessThan(64 * megabyte);
});

test("a refusal passes through the dashboard's port to a client that is still sending", async () => {
  const forward = createForwarder({ host: "127.0.0.1", port: await refuse(), token: "t" });
  const port = await listen((req, res) => {
    lingerAfter(req, res);
    forward(req, res);
  });
  for (let i = 0; i < 10; i++) expect((await upload(port, false)).text).toMatch(/\r\n\r\nbig$/);
});

test("a request that came whole leaves its connection as it was", async () => {
  const port = await listen((req, res) => {
    lingerAfter(req, res);
    req.resume().on("end", () => res.end("ok"));
  });
  const socket = connect(port, "127.0.0.1");
  const request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n";
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  socket.write(`${request}\r\nab${request}Connection: close\r\n\r\nab`);
  await once(socket, "close");
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createForwarder, isApiTarget } from "./forward.mjs";

type Handler = Parameters<typeof createServer>[1];

const servers: Server[] = [];

async function listen(handler: Handler): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A gateway with the given behaviour and a web server in front of it; answers the latter's port. */
async function startPair(gateway: Handler): Promise<number> {
  const gatewayPort = await listen(gateway);
  return listen(createForwarder({ host: "127.0.0.1", port: gatewayPort, token: "t" }));
}

async function readAll(message: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of message) text += chunk;
  return text;
}

/** Sends bytes as they are and answers everything that comes back until the connection ends. */
async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString();
  });
  socket.write(text);
  await once(socket, "close");
  return answer;
}

/** A promise and the function that keeps it. */
function defer<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test("only the raw target decides what belongs to the API", () => {
  expect(["/v1", "/v1/", "/v1?x=1", "/v1/chat/%zz"].filter(isApiTarget)).toHaveLength(4);
  expect(["http://evil.test/v1/models", "HTTPS://a:1/v1"].filter(isApiTarget)).toHaveLength(2);
  expect(
    ["/v10", "/V1/x", "/%761/x", "//v1/x", "/x/v1/", "v1", "http://a/x/v1"].filter(isApiTarget),
  ).toEqual([]);
});

test("target, method, repeated headers and body reach the gateway as they came", async () => {
  const seen = defer<{ line: string; headers: string[]; body: string }>();
  const port = await startPair(async (req, res) => {
    const body = await readAll(req);
    seen.resolve({ line: `${req.method} ${req.url}`, headers: req.rawHeaders, body });
    res.writeHead(201, "Made", ["X-A", "1", "X-A", "2", "Set-Cookie", "a=1", "Set-Cookie", "b=2"]);
    res.end("answer");
  });
  const answer = await sendRaw(
    port,
    "PUT /v1/%zz/..//x?q=%00&q= HTTP/1.1\r\nHost: api.example.com:99\r\nX-B: 1\r\nx-b: 2\r\n" +
      "X-Forwarded-For: 203.0.113.9\r\nX-Hop: 1\r\nConnection: close, X-Hop\r\n" +
      "X-Gatehouse-Forward: forged\r\nx-gatehouse-ticket: forged\r\n" +
      "Content-Length: 4\r\n\r\nbody",
  );
  const { line, headers, body } = await seen.promise;
  expect(line).toBe("PUT /v1/%zz/..//x?q=%00&q=");
  expect(body).toBe("body");
  expect(headers.slice(0, 6)).toEqual(["Host", "api.example.com:99", "X-B", "1", "x-b", "2"]);
  expect(headers.join("\n")).toContain("X-Forwarded-For\n203.0.113.9, 127.0.0.1");
  // What our own process says to the gateway nobody says through it.
  expect(headers.join("\n")).not.toContain("forged");
  expect(headers).not.toContain("X-Hop");
  expect(answer).toMatch(/^HTTP\/1\.1 201 Made\r\n/);
  expect(answer).toContain("X-A: 1\r\nX-A: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n");
  expect(answer).toContain("\r\n\r\n6\r\nanswer\r\n0\r\n");
});

test("no word in Connection makes a body the next request on the way to the gateway", async () => {
  const seen: string[] = [];
  const port = await startPair(async (req, res) => {
    seen.push(`${req.method} ${req.url} ${(await readAll(req)).length}`);
    res.end();
  });
  const hidden = "GET /v1/hidden HTTP/1.1\r\nHost: a\r\n\r\n";
  const names = ["content-length", "Content-Length, host", "x, CONTENT-LENGTH"];
  for (const method of ["GET", "HEAD", "DELETE", "OPTIONS", "POST"]) {
    for (const name of names) {
      const answer = await sendRaw(
        port,
        `${method} /v1/shown HTTP/1.1\r\nHost: a\r\nConnection: ${name}\r\n` +
          `Content-Length: ${hidden.length}\r\n\r\n${hidden}` +
          "GET /v1/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      );
      expect(answer, `${method} ${name}`).toMatch(/^HTTP\/1\.1 200/);
      expect(seen, `${method} ${name}`).toContain(`${method} /v1/shown ${hidden.length}`);
    }
  }
  expect(seen.filter((line) => line.includes("hidden"))).toEqual([]);
});

test("each piece of a stream arrives before the gateway sends the next", async () => {
  let release: (piece: string) => void = () => undefined;
  const port = await startPair((_req, res) => {
    res.writeHead(200, { "Content-Type": "text/event-stream" });
    res.flushHeaders();
    // The next piece is only sent when the client has confirmed the one before.
    release = (piece) => (piece === "" ? res.end() : res.write(piece));
  });
  const call = request({ port, path: "/v1/stream" }).end();
  const [answer]: IncomingMessage[] = await once(call, "response");
  for (const piece of ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]) {
    release(piece);
    const [chunk] = await once(answer ?? call, "data");
    expect(String(chunk)).toBe(piece);
  }
  release("");
  await once(answer ?? call, "end");
});

test("each piece of a request's body reaches the gateway before the client sends the next", async () => {
  const pieces: string[] = [];
  let told = defer<void>();
  const port = await startPair((req, res) => {
    req.on("data", (chunk) => {
      pieces.push(String(chunk));
      told.resolve();
    });
    req.on("end", () => res.end("done"));
  });
  const call = request({ port, path: "/v1/upload", method: "POST" });
  for (const piece of ["one", "two", "three"]) {
    told = defer<void>();
    call.write(piece);
    await told.promise;
  }
  call.end();
  const [answer]: IncomingMessage[] = await once(call, "response");
  expect(answer && (await readAll(answer))).toBe("done");
  expect(pieces).toEqual(["one", "two", "three"]);
});

test("a client that leaves ends the gateway's request", async () => {
  const ended = defer<boolean>();
  const port = await startPair((_req, res) => {
    res.on("close", () => ended.resolve(res.writableFinished));
    res.write("data: 1\n\n");
  });
  const call = request({ port, path: "/v1/stream" }).end();
  await once(call, "response");
  call.destroy();
  expect(await ended.promise).toBe(false);
});

test("a client that leaves before the answer ends the gateway's request", async () => {
  const begun = defer<void>();
  const ended = defer<void>();
  const port = await startPair((_req, res) => {
    res.on("close", () => ended.resolve());
    begun.resolve();
  });
  const call = request({ port, path: "/v1/slow" }).end();
  call.on("error", () => undefined);
  await begun.promise;
  call.destroy();
  await ended.promise;
});

test("an answer that breaks off in the gateway breaks off for the client", async () => {
  const port = await startPair((_req, res) => {
    res.write("half");
    setImmediate(() => res.destroy());
  });
  const call = request({ port, path: "/v1/stream" }).end();
  const [answer]: IncomingMessage[] = await once(call, "response");
  await expect(answer && readAll(answer)).rejects.toThrow("aborted");
});

test("without a gateway the answer is 503 in the API's own words", async () => {
  const deadPort = await listen(() => undefined);
  servers.pop()?.close();
  const port = await listen(createForwarder({ host: "127.0.0.1", port: deadPort, token: "t" }));
  const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toEqual({
    error: {
      message: "Service temporarily unavailable",
      type: "server_error",
      param: null,
      code: "service_unavailable",
    },
  });
  const anthropic = await fetch(`http://127.0.0.1:${port}/v1/messages`, { method: "POST" });
  expect(await anthropic.json()).toEqual({
    type: "error",
    error: { type: "api_error", message: "Service temporarily unavailable" },
    request_id: anthropic.headers.get("x-request-id"),
  });
  const rest = await fetch(`http://127.0.0.1:${port}/v1/resources`);
  expect(await rest.json()).toMatchObject({ error: { code: "SERVICE_UNAVAILABLE" } });
});

test("an early refusal of a large body still reaches the client", async () => {
  const port = await startPair((_req, res) => {
    res.writeHead(413, { "Content-Length": "3" });
    res.end("big");
  });
  const call = request({ port, path: "/v1/upload", method: "POST" });
  const isSent = once(call, "finish");
  call.end(Buffer.alloc(5_000_000));
  const [answer]: IncomingMessage[] = await once(call, "response");
  expect(answer?.statusCode).toBe(413);
  expect(answer && (await readAll(answer))).toBe("big");
  await isSent;
});

test("an answer without a body keeps its head", async () => {
  const port = await startPair((_req, res) => {
    res.writeHead(304, { ETag: '"a"' });
    res.end();
  });
  const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { method: "HEAD" });
  expect([answer.status, answer.headers.get("etag")]).toEqual([304, '"a"']);
});

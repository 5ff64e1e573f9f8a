import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { createForwarder } from "@/scripts/forward.mjs";

let door: TestDoor;
let web: Server;
let key: string;
const ports = { gateway: 0, web: 0 };

/** The gateway's own port, and the dashboard's, which pipes what is for the API. */
beforeAll(async () => {
  const token = "token of the web process";
  door = await openTestDoor({ settings: { forwardToken: token } });
  ports.gateway = Number(new URL(door.origin).port);
  const forward = createForwarder({ host: "127.0.0.1", port: ports.gateway, token });
  web = createServer((req, res) => forward(req, res));
  web.on("upgrade", (_req, socket) => socket.destroy());
  web.on("connect", (_req, socket) => socket.destroy());
  await new Promise<void>((resolve) => web.listen(0, resolve));
  const address = web.address();
  if (typeof address === "object" && address) ports.web = address.port;
  key = (await createTestKey(door.sql, await createTenant(door.sql))).secret;
});
afterAll(async () => {
  web.close();
  web.closeAllConnections();
  await door.close();
});

/** Sends exact bytes and answers all that comes back until the other side closes. */
function send(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`left open after: ${answer}`)));
    socket.write(text);
  });
}

const lines = (...all: string[]) => `${all.join("\r\n")}\r\n\r\n`;
const statuses = (answer: string) =>
  [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));

const host = "Host: localhost";
const close = "Connection: close";
const bearer = () => `Authorization: Bearer ${key}`;
const get = (...headers: string[]) => lines("GET /v1/models HTTP/1.1", ...headers);
const path = (method: string, target: string) =>
  lines(`${method} ${target} HTTP/1.1`, host, bearer(), close);

/** What is due is the status, and the code where the answer is ours rather than Node's. */
const requests: [string, () => string, number, string?][] = [
  ["A01 two Host headers", () => get(host, "Host: evil.test", bearer()), 400, "invalid_host"],
  ["A02 no Host", () => get(bearer()), 400],
  [
    "A04 absolute form",
    () => lines("GET http://evil.test/v1/models HTTP/1.1", host, bearer()),
    400,
    "invalid_host",
  ],
  [
    "A05 a length and chunks, and a second request behind",
    () =>
      lines(
        "POST /v1/chat/completions HTTP/1.1",
        host,
        bearer(),
        "Content-Type: application/json",
        "Content-Length: 6",
        "Transfer-Encoding: chunked",
        "",
        "0",
        "",
        get(host, bearer(), close),
      ),
    400,
  ],
  [
    "A07 an unknown transfer encoding",
    () => lines("POST /v1/messages HTTP/1.1", host, "Transfer-Encoding: xchunked"),
    400,
  ],
  ["A08 bare line feeds", () => `GET /v1/models HTTP/1.1\n${host}\n${bearer()}\n\n`, 400],
  ["A10 a folded header", () => get(host, bearer(), "X-A: a", " b"), 400],
  ["A11 space before the colon", () => get(host, bearer(), "X : a"), 400],
  ["A13 a path of 20 KB", () => path("GET", `/v1/${"a".repeat(20_000)}`), 431],
  ["A14 a header of 20 KB", () => get(host, bearer(), `X-A: ${"a".repeat(20_000)}`), 431],
  ["A16 TRACE", () => path("TRACE", "/v1/models"), 405, "method_not_allowed"],
  ["A19 a malformed escape", () => path("GET", "/v1/%zz"), 400, "BAD_REQUEST"],
  ["A20 NUL in the path", () => path("GET", "/v1/models%00"), 400, "BAD_REQUEST"],
  [
    "A26 HTTP/1.0 without Host",
    () => lines("GET /v1/models HTTP/1.0", bearer()),
    400,
    "invalid_host",
  ],
  [
    "A28 a compressed body",
    () =>
      lines(
        "POST /v1/messages HTTP/1.1",
        host,
        bearer(),
        "Content-Type: application/json",
        "Content-Encoding: gzip",
        "Content-Length: 0",
        close,
      ),
    415,
  ],
  ["A31 HEAD", () => path("HEAD", "/v1/models"), 200],
  ["A32 a method no route has", () => path("DELETE", "/v1/chat/completions"), 405],
  [
    "A34 an unknown path without a key",
    () => lines("GET /v1/nope HTTP/1.1", host, close),
    401,
    "MISSING_API_KEY",
  ],
  ["dot segments", () => path("GET", "/v1/keys/../models"), 400, "BAD_REQUEST"],
  ["escaped dot segments", () => path("GET", "/v1/keys/%2E%2e/models"), 400, "BAD_REQUEST"],
  [
    "B20 an escaped line end after the key",
    () => get(host, `${bearer()}%0a`, close),
    401,
    "invalid_authorization_header",
  ],
  [
    "B20 a zero-width space after the key",
    () => get(host, `${bearer()}\u200b`, close),
    401,
    "invalid_authorization_header",
  ],
  [
    "B22 a key too short",
    () => get(host, `${bearer().slice(0, -1)}`, close),
    401,
    "invalid_api_key",
  ],
  ["B22 a key too long", () => get(host, `${bearer()}a`, close), 401, "invalid_api_key"],
  ["B23 a key of 17 KB", () => get(host, `${bearer()}${"a".repeat(17_000)}`, close), 431],
  [
    "B26 a stored digest",
    () =>
      get(host, `Authorization: Bearer ${createHash("sha256").update(key).digest("hex")}`, close),
    401,
    "invalid_api_key",
  ],
];

describe.each(["gateway", "web"] as const)("through the %s port", (name) => {
  it.each(requests)("%s", async (_name, request, status, code) => {
    const answer = await send(ports[name], request());
    expect(statuses(answer)).toEqual([status]);
    if (code) expect(answer).toContain(`"code":"${code}"`);
    expect(answer).not.toContain(key);
  });

  it("A29 the body of a GET is ignored, and the connection goes on", async () => {
    const first = lines("GET /v1/models HTTP/1.1", host, bearer(), "Content-Length: 5");
    const answer = await send(ports[name], `${first}hello${get(host, bearer(), close)}`);
    expect(statuses(answer)).toEqual([200, 200]);
  });

  it("A17 A25 there are no tunnels and no upgrades", async () => {
    const tunnel = await send(ports[name], lines("CONNECT x:80 HTTP/1.1", host));
    expect(statuses(tunnel)).not.toContain(200);
    const upgrade = get(host, bearer(), "Connection: Upgrade", "Upgrade: websocket");
    const refused = statuses(await send(ports[name], upgrade));
    expect(refused.filter((status) => status !== 400)).toEqual([]);
  });

  it("A32 405 names the methods there are", async () => {
    expect(await send(ports[name], path("PUT", "/v1/chat/completions"))).toMatch(
      /^allow: POST\r$/im,
    );
    expect(await send(ports[name], path("PUT", "/v1/models"))).toMatch(/^allow: GET, HEAD\r$/im);
  });
});

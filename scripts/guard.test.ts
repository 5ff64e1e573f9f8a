import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allowedHosts, judgeRequest } from "./guard.mjs";

const origin = new URL("http://localhost:3000");
const server = createServer((req, res) => {
  const refusal = judgeRequest(req, origin, allowedHosts(origin));
  res.writeHead(refusal?.status ?? 200, { ...refusal?.headers, Connection: "close" });
  res.end();
});
let port = 0;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address !== null && typeof address !== "string") port = address.port;
});
afterAll(() => server.close());

/** Sends a request head as it is and answers the head of the response. */
async function send(...lines: string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString();
  });
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  await once(socket, "close");
  return answer;
}

test.each([
  ["the own host", ["GET /keys?q=%zz HTTP/1.1", "Host: localhost:3000"]],
  ["a loopback address without a browser", ["GET / HTTP/1.1", "Host: 127.0.0.1:3000"]],
  ["the host in capitals", ["GET / HTTP/1.1", "Host: LOCALHOST:3000"]],
])("%s passes", async (_name, lines) => {
  expect(await send(...lines)).toMatch(/^HTTP\/1\.1 200 /);
});

describe("is refused", () => {
  test.each([
    ["another host", 400, ["GET / HTTP/1.1", "Host: evil.example"]],
    ["another port", 400, ["GET / HTTP/1.1", "Host: localhost:3001"]],
    ["two hosts", 400, ["GET / HTTP/1.1", "Host: localhost:3000", "Host: localhost:3000"]],
    ["no host", 400, ["GET / HTTP/1.1"]],
    ["no host in HTTP/1.0", 400, ["GET / HTTP/1.0"]],
    ["a target that names a host", 400, ["GET http://a/ HTTP/1.1", "Host: localhost:3000"]],
    ["broken percent-encoding", 400, ["GET /%zz HTTP/1.1", "Host: localhost:3000"]],
    ["a zero byte", 400, ["GET /a%00 HTTP/1.1", "Host: localhost:3000"]],
    ["TRACE", 405, ["TRACE / HTTP/1.1", "Host: localhost:3000"]],
  ])("%s", async (_name, status, lines) => {
    expect(await send(...lines)).toContain(`HTTP/1.1 ${status} `);
  });
});

test("a browser that comes by a loopback address is sent to the origin", async () => {
  const head = ["GET /keys?a=1 HTTP/1.1", "Host: 127.0.0.1:3000", "Sec-Fetch-Mode: navigate"];
  const answer = await send(...head);
  expect(answer).toMatch(/^HTTP\/1\.1 307 /);
  expect(answer).toContain("Location: http://localhost:3000/keys?a=1\r\n");
});

test("a configured origin is the only host", () => {
  expect([...allowedHosts(new URL("https://console.example.com"))]).toEqual([
    "console.example.com",
  ]);
});

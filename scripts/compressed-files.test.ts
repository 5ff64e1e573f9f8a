import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compressFiles, serveCompressed } from "@/scripts/compressed-files.mjs";

const script = `console.log(${JSON.stringify("word ".repeat(2_000))})`;
const path = "/_next/static/chunks/app.js";

let directory = "";
let server: Server;
let port = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "gatehouse-compressed-"));
  mkdirSync(join(directory, "static", "chunks"), { recursive: true });
  mkdirSync(join(directory, "static", "media"));
  writeFileSync(join(directory, "static", "chunks", "app.js"), script);
  writeFileSync(join(directory, "static", "chunks", "app.css"), "a{color:red}");
  writeFileSync(join(directory, "static", "media", "type.woff2"), "typeface");
  await compressFiles(directory);
  const serve = serveCompressed(directory);
  server = createServer((req, res) => {
    if (!serve(req, res)) res.writeHead(299).end("Next's");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  port = address.port;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Asks as it is told to: `fetch` has an Accept-Encoding of its own, and unpacks what comes. */
async function ask(target: string, headers: Record<string, string>, method = "GET") {
  const req = request({ port, host: "127.0.0.1", path: target, headers, method }).end();
  const [res] = await once(req, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk);
  return { status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks) };
}

it("a browser gets the smallest form that it takes, to keep for ever", async () => {
  const best = await ask(path, { "accept-encoding": "gzip, deflate, br, zstd" });
  expect(best.headers).toMatchObject({
    "content-encoding": "br",
    "content-type": "application/javascript; charset=utf-8",
    "content-length": String(best.body.length),
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
    "x-content-type-options": "nosniff",
  });
  expect(brotliDecompressSync(best.body).toString()).toBe(script);
  const other = await ask(`${path}?v=1`, { "accept-encoding": "deflate,GZIP" });
  expect(other.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(other.body).toString()).toBe(script);
  const style = await ask(path.replace(".js", ".css"), { "accept-encoding": "br" });
  expect(style.headers["content-type"]).toBe("text/css; charset=utf-8");
  expect(brotliDecompressSync(style.body).toString()).toBe("a{color:red}");
});

it("a form that is there already isn't sent again, and the head alone has no body", async () => {
  const { etag = "" } = (await ask(path, { "accept-encoding": "br" })).headers;
  const again = await ask(path, { "accept-encoding": "br", "if-none-match": etag });
  expect(again).toMatchObject({ status: 304, headers: { etag, vary: "Accept-Encoding" } });
  expect(again.body).toHaveLength(0);
  const other = await ask(path, { "accept-encoding": "gzip", "if-none-match": etag });
  expect(other.status).toBe(200);
  const head = await ask(path, { "accept-encoding": "br" }, "HEAD");
  expect(head).toMatchObject({ status: 200, headers: { etag } });
  expect(head.body).toHaveLength(0);
});

it.each([
  ["no coding", path, {}],
  ["a coding that nobody has", path, { "accept-encoding": "zstd" }],
  ["codings that are refused", path, { "accept-encoding": "br;q=0, gzip;q=0" }],
  ["a file that isn't there", "/_next/static/chunks/other.js", { "accept-encoding": "br" }],
  ["a typeface", "/_next/static/media/type.woff2", { "accept-encoding": "br" }],
  ["a compressed form by its name", `${path}.br`, { "accept-encoding": "br" }],
  ["a way out", "/_next/static/../static/chunks/app.js", { "accept-encoding": "br" }],
])("Next answers for %s", async (_, target, headers) => {
  expect((await ask(target, headers)).status).toBe(299);
});

it("Next answers for what only looks like reading", async () => {
  expect((await ask(path, { "accept-encoding": "br" }, "POST")).status).toBe(299);
});

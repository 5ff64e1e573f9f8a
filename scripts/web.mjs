import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import next from "next";
import { brandPages } from "./branded-pages.mjs";
import { serveCompressed } from "./compressed-files.mjs";
import { createForwarder, forwardedFor, isApiTarget } from "./forward.mjs";
import { forwardTokenOf } from "./forward-token.mjs";
import { allowedHosts, judgeRequest } from "./guard.mjs";
import { lingerAfter } from "./linger.mjs";
import { nextDir, root } from "./paths.mjs";
import { readPort } from "./ports.mjs";
import { countRequest, exposeWebMetrics, log } from "./web-metrics.mjs";

// The dashboard's process: Next behind a guard, and the API's second door. It is a server of our
// own because Next freezes rewrites when it builds, so that GATEWAY_PORT could not be chosen at
// start, and because Next's proxy decodes targets and costs more than the gateway itself.

const minuteMs = 60_000;
const drainMs = 30_000;

const port = readPort("PORT", 3000);
const gatewayPort = readPort("GATEWAY_PORT", 4000);
const origin = new URL(process.env.APP_ORIGIN || `http://localhost:${port}`);
const hosts = allowedHosts(origin);
const forward = createForwarder({
  host: process.env.GATEWAY_HOST || "127.0.0.1",
  port: gatewayPort,
  token: forwardTokenOf(process.env.AUTH_SECRET ?? ""),
});

const server = createServer({
  // A request may take as long as the longest completion; only its head has to come soon.
  requestTimeout: 15 * minuteMs,
  headersTimeout: minuteMs / 3,
  connectionsCheckingInterval: 5_000,
  // Longer than the usual load balancer's, so that it is never us who closes a connection first.
  keepAliveTimeout: 65_000,
});

// Next adds a handler for upgrades to the server it is given. We refuse them all, so it gets one
// that never listens.
const app = next({
  dev: false,
  dir: root,
  port,
  hostname: origin.hostname,
  httpServer: createServer(),
});
await app.prepare();
const handlePage = app.getRequestHandler();
const sendCompressed = serveCompressed(nextDir());

let isDraining = false;

/**
 * @param {import("node:http").ServerResponse} res
 * @param {number} status
 * @param {string} text
 * @param {Record<string, string>} [headers]
 */
function sendText(res, status, text, headers = {}) {
  res.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", ...headers });
  res.end(`${text}\n`);
}

/**
 * Next tells which answers are another address's. Some look like an address that isn't there so that nobody
 * learns what is.
 * @param {import("node:http").ServerResponse} res
 */
function hideRewrites(res) {
  const setHeader = res.setHeader.bind(res);
  res.setHeader = (name, value) =>
    /^x-(middleware-rewrite|nextjs-rewrit)/i.test(name) ? res : setHeader(name, value);
}

server.on("request", (req, res) => {
  const target = req.url ?? "";
  countRequest(req, res);
  if (isDraining) res.shouldKeepAlive = false;
  lingerAfter(req, res);
  if (isApiTarget(target)) return forward(req, res);
  if (target === "/healthz") return sendText(res, 200, "ok");
  if (target === "/readyz")
    return sendText(res, isDraining ? 503 : 200, isDraining ? "draining" : "ok");

  const refusal = judgeRequest(req, origin, hosts);
  if (refusal) {
    return sendText(res, refusal.status, refusal.text, refusal.headers);
  }
  if (sendCompressed(req, res)) return;
  // These say how people reached us. Only what we know ourselves gets through: Auth.js and the
  // check of actions' origin believe them.
  req.headers["x-forwarded-host"] = origin.host;
  req.headers["x-forwarded-proto"] = origin.protocol.slice(0, -1);
  req.headers["x-forwarded-for"] = forwardedFor(req);
  req.headers["x-gatehouse-peer"] = req.socket.remoteAddress ?? "";
  delete req.headers["x-forwarded-port"];
  delete req.headers.forwarded;
  hideRewrites(res);
  if (brandPages(req, res, () => globalThis.gatehouseBrandPage)) return;
  handlePage(req, res).catch((error) => {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    log.error({ err: { message, stack } }, "a page failed");
    if (!res.headersSent) sendText(res, 500, "Something went wrong.");
    else res.destroy();
  });
});
server.on("upgrade", (_req, socket) => socket.destroy());
server.on("connect", (_req, socket) => socket.destroy());

/** Takes no more requests and lets those under way finish. */
async function drain() {
  if (isDraining) return;
  isDraining = true;
  const noticeMs = 1_000 * Number(process.env.SHUTDOWN_NOTICE_SECONDS || 0);
  if (noticeMs > 0) await sleep(noticeMs);
  const closed = new Promise((resolve) => server.close(resolve));
  // Connections fall idle one by one as their answers end.
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  await Promise.race([closed, sleep(drainMs, undefined, { ref: false })]);
  clearInterval(sweep);
  server.closeAllConnections();
  process.exit(0);
}
process.on("SIGTERM", drain);
process.on("SIGINT", drain);

server.on("error", (error) => {
  console.error(`The dashboard can't listen on port ${port}: ${error.message}`);
  process.exit(1);
});
server.listen(port, process.env.HOST || undefined);
await exposeWebMetrics(process.env, () => server.listening && !isDraining);

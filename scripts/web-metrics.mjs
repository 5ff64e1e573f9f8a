import pino from "pino";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { openPrivatePort, privatePortOf } from "./private-port.mjs";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

const registry = new Registry();
const registers = [registry];

const requests = new Counter({
  name: "gatehouse_web_requests_total",
  help: "Requests to the dashboard's process that have ended, by kind and status.",
  labelNames: ["kind", "status"],
  registers,
});

const durations = new Histogram({
  name: "gatehouse_web_request_duration_seconds",
  help: "From the head of a request to the last byte of its answer.",
  labelNames: ["kind"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  registers,
});

const open = new Gauge({
  name: "gatehouse_web_open_requests",
  help: "Requests that are being answered.",
  registers,
});

/**
 * A few kinds, because paths are as many as callers like.
 * @param {IncomingMessage} req
 */
function kindOf(req) {
  const path = (req.url ?? "").split("?", 1)[0] ?? "";
  if (path === "/v1" || path.startsWith("/v1/")) return "v1";
  if (path.startsWith("/_next/")) return "asset";
  if (path.startsWith("/api/")) return "api";
  if (path === "/healthz" || path === "/readyz") return "probe";
  if (req.method === "POST") return "action";
  return "page";
}

/**
 * Counts a request to the dashboard's process until its answer has ended.
 * @param {IncomingMessage} req
 * @param {ServerResponse} res
 */
export function countRequest(req, res) {
  const begunAtMs = performance.now();
  const kind = kindOf(req);
  open.inc();
  res.once("close", () => {
    open.dec();
    requests.inc({ kind, status: res.headersSent ? String(res.statusCode) : "499" });
    durations.observe({ kind }, (performance.now() - begunAtMs) / 1_000);
  });
}

/** This process's own lines, in the form of all the others. */
export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: { service: "web" },
});

/**
 * Opens the private port of the web process, where METRICS_PORT is set.
 * @param {NodeJS.ProcessEnv} env
 * @param {() => boolean} isReady
 */
export async function exposeWebMetrics(env, isReady) {
  const port = privatePortOf("web", env.METRICS_PORT ? Number(env.METRICS_PORT) : undefined);
  if (port === null) return;
  collectDefaultMetrics({ register: registry });
  const host = env.METRICS_HOST || "127.0.0.1";
  try {
    const door = await openPrivatePort({ port, host, registry, isReady });
    log.info({ port: door.port, host }, "metrics are served");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ port, reason }, "metrics can't be served");
  }
}

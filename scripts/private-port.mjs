import { createServer } from "node:http";

/**
 * @typedef {object} PrivateDoor
 * @property {number} port where it listens
 * @property {() => Promise<void>} close
 */

const answerMsMax = 10_000;

/**
 * A small HTTP server beside a process's own, for those who run it: `/metrics` for Prometheus, `/healthz`
 * (the process runs) and `/readyz` (it may be sent work). It listens on loopback unless told otherwise,
 * because what it says is nobody else's business.
 * @param {object} options
 * @param {number} options.port 0 for any that is free
 * @param {string} [options.host]
 * @param {{ contentType: string, metrics: () => Promise<string> }} options.registry
 * @param {() => boolean} options.isReady
 * @returns {Promise<PrivateDoor>}
 */
export async function openPrivatePort({ port, host = "127.0.0.1", registry, isReady }) {
  const server = createServer((req, res) => {
    const path = (req.url ?? "").split("?", 1)[0];
    /** @param {number} status @param {string} text @param {string} [type] */
    const send = (status, text, type = "text/plain; charset=utf-8") => {
      res.writeHead(status, { "content-type": type, "cache-control": "no-store" });
      res.end(req.method === "HEAD" ? undefined : text);
    };
    if (req.method !== "GET" && req.method !== "HEAD") return send(405, "GET only\n");
    if (path === "/healthz") return send(200, "ok\n");
    if (path === "/readyz") return isReady() ? send(200, "ready\n") : send(503, "not ready\n");
    if (path !== "/metrics") return send(404, "/metrics, /healthz and /readyz are here\n");
    registry.metrics().then(
      (text) => send(200, text, registry.contentType),
      () => send(500, "the metrics could not be collected\n"),
    );
  });
  server.requestTimeout = answerMsMax;
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(undefined));
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Of the three processes on one machine each has its own: they count up from METRICS_PORT. */
const offsets = { web: 0, gateway: 1, worker: 2 };

/**
 * The private port of a process; null where METRICS_PORT is unset, which turns it off.
 * @param {keyof typeof offsets} name
 * @param {number | undefined} metricsPort
 * @returns {number | null}
 */
export function privatePortOf(name, metricsPort) {
  return metricsPort === undefined ? null : metricsPort + offsets[name];
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { connect } from "@/db/client";
import { Instance } from "@/lib/budgets/instance";
import { OpenHolds } from "@/lib/budgets/open-holds";
import { Settler } from "@/lib/budgets/settlement";
import { createApp } from "@/lib/gateway/app";
import type { Gateway, GatewaySettings } from "@/lib/gateway/call";
import { WrongKeys } from "@/lib/gateway/wrong-keys";
import { log } from "@/lib/log";

export interface GatewayOptions {
  databaseUrl: string;
  port: number;
  settings: GatewaySettings;
}

export interface RunningGateway {
  port: number;
  /** Stops accepting, lets answers finish (≤ `drainMs`), settles all, gives the lease up. */
  stop(drainMs?: number): Promise<void>;
}

const drainDefaultMs = 30_000;

function answerPlain(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { "content-type": "text/plain", "cache-control": "no-store" });
  res.end(`${body}\n`);
}

/** Liveness says that the process runs; readiness that it may be sent requests. */
function answerProbe(gateway: Gateway, req: IncomingMessage, res: ServerResponse): boolean {
  if (req.url === "/healthz") {
    answerPlain(res, 200, "ok");
    return true;
  }
  if (req.url === "/readyz") {
    const isReady = gateway.instance.isLive && !gateway.isDraining;
    answerPlain(res, isReady ? 200 : 503, isReady ? "ready" : "not ready");
    return true;
  }
  return false;
}

function openServer(gateway: Gateway): Server {
  const app = createApp(gateway);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    { maxHeaderSize: 16 * 1024, requireHostHeader: true, keepAliveTimeout: 65_000 },
    (req, res) => {
      if (answerProbe(gateway, req, res)) return;
      if (gateway.isDraining) res.setHeader("connection", "close");
      listener(req, res);
    },
  );
  server.headersTimeout = 20_000;
  // Bodies have a limit of their own, which answers in the caller's dialect.
  server.requestTimeout = 0;
  // No route upgrades; without this a request with the header would be served as a plain one.
  server.on("upgrade", (_req, socket) => {
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  return server;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

/** Starts a gateway on a port. Throws when the database is away or the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const doorSql = connect(options.databaseUrl, 10, 1_500);
  const booksSql = connect(options.databaseUrl, 4, 10_000);
  const instance = new Instance(booksSql);
  await instance.start();
  const gateway: Gateway = {
    settings: options.settings,
    doorSql,
    instance,
    settler: new Settler(booksSql, instance.id),
    openHolds: new OpenHolds(booksSql, instance.id),
    wrongKeys: new WrongKeys(),
    isDraining: false,
  };
  gateway.openHolds.start();
  const server = openServer(gateway);
  const port = await listen(server, options.port);

  async function stop(drainMs = drainDefaultMs): Promise<void> {
    gateway.isDraining = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A kept-alive connection becomes idle when its answer is complete, and would hold the door open.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const deadline = setTimeout(() => {
      log.warn({ open: gateway.openHolds.size }, "drain time is over; ending open answers");
      gateway.openHolds.endAll("shutdown");
      // Answers that are just being ended get a moment to say so.
      setTimeout(() => server.closeAllConnections(), 1_000).unref();
    }, drainMs);
    await closed;
    clearTimeout(deadline);
    clearInterval(sweep);
    gateway.openHolds.stop();
    await gateway.settler.drain();
    await instance.stop();
    await Promise.all([doorSql.end({ timeout: 5 }), booksSql.end({ timeout: 5 })]);
  }
  return { port, stop };
}

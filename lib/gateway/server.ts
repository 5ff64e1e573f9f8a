import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { connect, connectPooled } from "@/db/client";
import { DrizzlePool } from "@/db/drizzle-pool";
import { Pool } from "@/db/pool";
import { ChangeFeed } from "@/lib/budgets/change-feed";
import { Instance } from "@/lib/budgets/instance";
import { LeasedSettler } from "@/lib/budgets/leased-settlement";
import { OpenHolds } from "@/lib/budgets/open-holds";
import { Recalls } from "@/lib/budgets/recalls";
import { Settler } from "@/lib/budgets/settlement";
import { Slices } from "@/lib/budgets/slices";
import { unavailable } from "@/lib/gateway/admission";
import { createApp } from "@/lib/gateway/app";
import type { Gateway, GatewaySettings } from "@/lib/gateway/call";
import { headerValues } from "@/lib/gateway/credentials";
import { dialectOf } from "@/lib/gateway/dialect";
import { GatewayError, renderError } from "@/lib/gateway/errors";
import { FactsCache } from "@/lib/gateway/facts-cache";
import { commonHeaders } from "@/lib/gateway/reply";
import { UpstreamHealth } from "@/lib/gateway/upstreams/health";
import { Upstreams } from "@/lib/gateway/upstreams/providers";
import { WrongKeys } from "@/lib/gateway/wrong-keys";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { lingerAfter } from "@/scripts/linger.mjs";

export interface GatewayOptions {
  databaseUrl: string;
  /** A pooler by the transaction, for all but the lease and what is listened to; left out for none. */
  poolUrl?: string | undefined;
  port: number;
  settings: GatewaySettings;
}

export interface RunningGateway {
  port: number;
  gateway: Gateway;
  isReady(): boolean;
  /** Stops accepting, lets answers finish (≤ `drainMs`), settles all, gives the lease up. */
  stop(drainMs?: number): Promise<void>;
}

const drainDefaultMs = 30_000;
/** For answers that are just being ended to say so, and to be settled. */
const lastWordsMs = 3_000;
const booksMsMax = 5_000;
const idlePollMs = 25;
const doorConnections = 10;
const bookConnections = 6;
const leaseConnections = 2;

function answerPlain(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { "content-type": "text/plain", "cache-control": "no-store" });
  res.end(`${body}\n`);
}

function mayBeSentCalls(gateway: Gateway): boolean {
  const isStopping = gateway.isLeaving || gateway.isDraining;
  return gateway.instance.isLive && gateway.door.isAnswering && !isStopping;
}

/** Liveness says that the process runs; readiness that it may be sent requests. */
function answerProbe(gateway: Gateway, req: IncomingMessage, res: ServerResponse): boolean {
  if (req.url === "/healthz") {
    answerPlain(res, 200, "ok");
    return true;
  }
  if (req.url === "/readyz") {
    const isReady = mayBeSentCalls(gateway);
    answerPlain(res, isReady ? 200 : 503, isReady ? "ready" : "not ready");
    return true;
  }
  return false;
}

/** Hosts that were looked at and found good. */
const goodHosts = new Set<string>();
const goodHostsMax = 1_000;

/** True where a request names one host and a path on it (RFC 9112 §3.2); anything else is refused. */
function hasGoodHost(req: IncomingMessage): boolean {
  const host = req.headers.host ?? "";
  if (headerValues(req, "host").length !== 1 || !req.url?.startsWith("/")) return false;
  if (goodHosts.has(host)) return true;
  const isGood = /^[A-Za-z0-9.:[\]_-]+$/.test(host) && URL.canParse(`http://${host}/`);
  if (isGood && goodHosts.size < goodHostsMax) goodHosts.add(host);
  return isGood;
}

/** Answers what never becomes a call: the framework would answer it without a body or an id. */
function refuse(gateway: Gateway, req: IncomingMessage, res: ServerResponse, error: GatewayError) {
  // A target may name a host in front of its path (RFC 9112 §3.2.2).
  const target = (req.url ?? "").replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
  const path = target.split("?")[0] ?? "";
  const dialect = dialectOf(path, req.headers["anthropic-version"] !== undefined);
  const requestId = newId("request");
  const { balanceStatus } = gateway.settings;
  const rendered = renderError(error, dialect, { requestId, balanceStatus });
  res.writeHead(rendered.status, {
    ...commonHeaders(requestId, dialect),
    "content-type": "application/json",
    ...rendered.headers,
    connection: "close",
  });
  res.end(JSON.stringify(rendered.body));
}

function openServer(gateway: Gateway): Server {
  const answer = createApp(gateway);
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      requireHostHeader: true,
      keepAliveTimeout: 65_000,
      // How often the limits below are looked at; by default so rarely that they mean little.
      connectionsCheckingInterval: 5_000,
    },
    (req, res) => {
      lingerAfter(req, res);
      if (answerProbe(gateway, req, res)) return;
      if (!hasGoodHost(req)) return refuse(gateway, req, res, new GatewayError("bad_host"));
      if (gateway.isDraining) return refuse(gateway, req, res, unavailable());
      gateway.openCalls++;
      res.once("close", () => gateway.openCalls--);
      answer(req, res);
    },
  );
  server.headersTimeout = 20_000;
  // Bodies that a route reads have a limit of their own, which answers in the caller's dialect. This one
  // is for those that nobody reads, such as behind a request that was refused.
  server.requestTimeout = 60_000;
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

async function waitUntilIdle(gateway: Gateway, limitMs: number): Promise<boolean> {
  const endsAtMs = performance.now() + limitMs;
  while (gateway.openCalls > 0 && performance.now() < endsAtMs) await delay(idlePollMs);
  return gateway.openCalls === 0;
}

/** Waits for work that needs the database, but not for a database that is away. */
async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  const isOver = new AbortController();
  const result = await Promise.race([
    work.then(
      () => "done",
      (error: unknown) => error,
    ),
    delay(limitMs, "too late", { signal: isOver.signal, ref: false }).catch(() => "done"),
  ]);
  isOver.abort();
  if (result !== "done") log.warn({ reason: String(result) }, "stopped without the database");
}

/**
 * Starts a gateway on a port. While the database is away it answers 503 and waits for it; throws where
 * the database refuses it or the port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { databaseUrl, poolUrl } = options;
  const open = (max: number, statementMs: number, idleSeconds?: number) =>
    poolUrl
      ? connectPooled(poolUrl, max, idleSeconds)
      : connect(databaseUrl, max, statementMs, idleSeconds);
  const door = new Pool(() => open(doorConnections, 1_500, 0));
  const db = new DrizzlePool(() => open(6, 1_500));
  const books = new Pool(() => open(bookConnections, 10_000));
  // Renewals wait behind nothing.
  const lease = new Pool(() => connect(options.databaseUrl, leaseConnections, 2_000));
  const instance = new Instance(lease);
  const settler = new Settler(books, instance.id);
  const leasedSettler = new LeasedSettler(books, instance, settler);
  const openHolds = new OpenHolds(books, instance.id, leasedSettler);
  const slices = new Slices(books, instance, leasedSettler, (id) => openHolds.has(id));
  const facts = new FactsCache();
  const feed = new ChangeFeed(connect(options.databaseUrl, 1, 0, 0), books, instance, (change) => {
    facts.drop(change.workspaceId);
    return slices.onChange(change);
  });
  instance.listen({
    onLapse: () => slices.onLapse(),
    onVersion: (version) => feed.notice(version),
  });
  await instance.start();
  feed.start();
  slices.start();
  const health = new UpstreamHealth(books, instance.id);
  health.start();
  const gateway: Gateway = {
    settings: options.settings,
    door,
    db,
    books,
    instance,
    settler,
    leasedSettler,
    slices,
    recalls: new Recalls(books),
    facts,
    openHolds,
    wrongKeys: new WrongKeys(),
    upstreams: new Upstreams(options.settings.credentialKey, health),
    isLeaving: false,
    isDraining: false,
    openCalls: 0,
  };
  door.warmUp(doorConnections);
  door.startProbing();
  db.startProbing();
  books.startProbing();
  gateway.openHolds.start();
  const server = openServer(gateway);
  const port = await listen(server, options.port);

  async function stop(drainMs = drainDefaultMs): Promise<void> {
    // Readiness says no from here on, and calls that come all the same are told to try elsewhere.
    gateway.isDraining = true;
    if (!(await waitUntilIdle(gateway, drainMs))) {
      log.warn({ open: gateway.openHolds.size }, "drain time is over; ending open answers");
      gateway.openHolds.endAll("shutdown");
      await waitUntilIdle(gateway, lastWordsMs);
    }
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    gateway.openHolds.stop();
    // What can't be settled now is settled by others, from its progress, when the lease has run out.
    await atMost(
      booksMsMax,
      slices
        .stop()
        .then(() => leasedSettler.drain())
        .then(() => settler.drain())
        .then(() => health.stop())
        .then(() => instance.stop()),
    );
    await atMost(
      booksMsMax,
      Promise.all([feed.stop(), door.end(), db.end(), books.end(), lease.end()]),
    );
  }
  return { port, gateway, isReady: () => mayBeSentCalls(gateway), stop };
}

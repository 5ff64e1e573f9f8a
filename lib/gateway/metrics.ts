import { Counter, Gauge, Histogram } from "prom-client";
import type { Pool } from "@/db/pool";
import type { Call, Gateway } from "@/lib/gateway/call";
import type { FailureName } from "@/lib/gateway/failures";
import { durationBuckets, registry } from "@/lib/metrics";

/*
 * Labels have few values: routes, dialects, statuses and failures are of closed lists, upstreams are those
 * of the configuration. No workspace, key, model or address is one.
 */
const registers = [registry];

const requests = new Counter({
  name: "gatehouse_requests_total",
  help: "Requests that have ended, by route, dialect and status (499: the client left before).",
  labelNames: ["route", "dialect", "status"],
  registers,
});

const durations = new Histogram({
  name: "gatehouse_request_duration_seconds",
  help: "From the head of a request to the last byte of its answer.",
  labelNames: ["route", "dialect"],
  buckets: durationBuckets,
  registers,
});

const refusals = new Counter({
  name: "gatehouse_refusals_total",
  help: "Requests that were refused or failed, by the name of the failure.",
  labelNames: ["code"],
  registers,
});

const upstreamHeads = new Histogram({
  name: "gatehouse_upstream_head_seconds",
  help: "From an attempt at an upstream to the head of its answer.",
  labelNames: ["upstream"],
  buckets: durationBuckets,
  registers,
});

const upstreamFailures = new Counter({
  name: "gatehouse_upstream_failures_total",
  help: "Attempts at an upstream that failed, by what the caller would be told.",
  labelNames: ["upstream", "code"],
  registers,
});

const settlements = new Histogram({
  name: "gatehouse_settlement_seconds",
  help: "From the end of a request's work until it is durable in the books.",
  buckets: durationBuckets,
  registers,
});

const openStreams = new Gauge({
  name: "gatehouse_open_streams",
  help: "Streams that are being sent.",
  registers,
});

/** Counts a call whose answer has ended, or whose client has left. */
export function countCall(call: Call): void {
  const { response, dialect } = call;
  // Paths that no route has are as many as callers like.
  const route = call.route === "" ? "none" : call.route;
  const status = response.headersSent ? String(response.statusCode) : "499";
  requests.inc({ route, dialect, status });
  durations.observe({ route, dialect }, (performance.now() - call.startedAtMs) / 1_000);
}

export function countRefusal(code: FailureName): void {
  refusals.inc({ code });
}

/** Counts a stream until its connection is closed. */
export function countStream({ response }: Call): void {
  openStreams.inc();
  response.once("close", () => openStreams.dec());
}

export function countUpstreamHead(upstream: string, tookMs: number): void {
  upstreamHeads.observe({ upstream }, tookMs / 1_000);
}

export function countUpstreamFailure(upstream: string, code: FailureName): void {
  upstreamFailures.inc({ upstream, code });
}

export function countSettlement(tookMs: number): void {
  settlements.observe(tookMs / 1_000);
}

/** Reads, whenever Prometheus asks, what a gateway knows of itself. Call it once a process. */
export function watchGateway(gateway: Gateway): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  gauge("gatehouse_open_requests", "Requests that are being answered.", () => gateway.openCalls);
  gauge(
    "gatehouse_open_holds",
    "Requests between admission and settlement.",
    () => gateway.openHolds.size,
  );
  gauge("gatehouse_settlements_waiting", "Ended requests that aren't in the books yet.", () => {
    return gateway.settler.waiting + gateway.leasedSettler.waiting;
  });
  gauge("gatehouse_lease_live", "1 while this gateway's lease is live.", () =>
    gateway.instance.isLive ? 1 : 0,
  );
  gauge("gatehouse_draining", "1 from SIGTERM on.", () => (gateway.isDraining ? 1 : 0));
  const lookups = new Counter({
    name: "gatehouse_facts_lookups_total",
    help: "Look-ups of a key's facts, by where they were found.",
    labelNames: ["source"],
    registers,
    collect() {
      this.reset();
      this.inc({ source: "memory" }, gateway.facts.hits);
      this.inc({ source: "database" }, gateway.facts.misses);
    },
  });
  lookups.inc({ source: "memory" }, 0);
  watchPools({ door: gateway.door, api: gateway.db.inner, books: gateway.books });
}

function watchPools(pools: Record<string, Pool>): void {
  const each = (name: string, help: string, read: (pool: Pool) => number) =>
    new Gauge({
      ...{ name, help, labelNames: ["pool"], registers },
      collect() {
        for (const [pool, one] of Object.entries(pools)) this.set({ pool }, read(one));
      },
    });
  each("gatehouse_database_queries", "Statements sent or waiting for a connection.", (pool) => {
    return pool.inFlight;
  });
  each("gatehouse_database_connections_max", "Connections that a pool may open.", (pool) => {
    return pool.sql.options.max;
  });
  each("gatehouse_database_answering", "1 while the database answers a pool.", (pool) =>
    pool.isAnswering ? 1 : 0,
  );
}

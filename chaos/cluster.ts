import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { z } from "zod";
import { type Bundles, makeBundles, type SourcePatch } from "@/chaos/bundles";
import { ManagedProcess } from "@/chaos/managed-process";
import { PostgresServer } from "@/chaos/postgres-server";
import { plays } from "@/chaos/prompt";
import type { Exchange } from "@/chaos/upstream";
import { applyConfiguration } from "@/db/configuration";
import { migrateDatabase } from "@/db/migrations";
import { Configuration } from "@/lib/configuration";
import { findPort } from "@/lib/gateway/testing/process";
import { usdToNanos } from "@/lib/money";
import { credentialKeyOf } from "@/lib/sealed";
import { root } from "@/scripts/paths.mjs";

const hourMs = 3_600_000;
const portsFrom = 21_000;

/** Dollars per million tokens, odd enough that a rounding would show. */
const usdPerMtok = { input: "3.000000007", output: "15.000000011" };
export const price = {
  inputNanosPerMtok: usdToNanos(usdPerMtok.input),
  outputNanosPerMtok: usdToNanos(usdPerMtok.output),
};

export const models = ["of-openai", "of-anthropic", "of-both"] as const;

export interface GatewayNode {
  index: number;
  port: number;
  process: ManagedProcess;
}

export interface DashboardNode {
  port: number;
  process: ManagedProcess;
}

interface Parts {
  dir: string;
  bundles: Bundles;
  database: PostgresServer;
  gateways: [GatewayNode, GatewayNode];
  worker: ManagedProcess;
  dashboard: DashboardNode;
  upstream: DashboardNode;
  webhookSecret: string;
}

export interface ClusterOptions {
  /** Bugs that the gateways and the dashboard are built with. */
  patches?: readonly SourcePatch[];
  /** Which way the clock of the second gateway's host, and of the dashboard's, is wrong. */
  clockShiftHours: 1 | -1;
}

const clusters = new Set<Cluster>();

/** Ends what runs, for a harness that is told to stop: no process of it outlives it. */
export async function closeClusters(): Promise<void> {
  await Promise.all([...clusters].map((cluster) => cluster.close()));
}

/**
 * A deployment of real processes on one machine: PostgreSQL, two gateways (the second one's clock is an
 * hour off), a worker, the dashboard's part, and a model provider. Everything is its own and is gone
 * after `close`.
 */
export class Cluster {
  readonly database: PostgresServer;
  /** The harness's own look at the database: single statements only. */
  readonly sql: postgres.Sql;
  readonly gateways: [GatewayNode, GatewayNode];
  readonly worker: ManagedProcess;
  readonly dashboard: DashboardNode;
  readonly webhookSecret: string;

  private closing: Promise<void> | undefined;

  private constructor(private readonly parts: Parts) {
    clusters.add(this);
    this.database = parts.database;
    this.sql = openSql(parts.database.url);
    this.gateways = parts.gateways;
    this.worker = parts.worker;
    this.dashboard = parts.dashboard;
    this.webhookSecret = parts.webhookSecret;
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-chaos-")));
    // PostgreSQL's account has to get to its directory inside.
    chmodSync(dir, 0o711);
    const [bundles, database] = await Promise.all([
      makeBundles(options.patches),
      PostgresServer.start(join(dir, "postgres")),
    ]);
    const secrets = { auth: hex(32), webhook: hex(32) };
    const ports = await findPorts(4);
    const env = {
      ...{ NODE_ENV: "production", LOG_LEVEL: "info", DEMO_MODE: "1" },
      ...{ DATABASE_URL: database.url, AUTH_SECRET: secrets.auth },
      DEMO_WEBHOOK_SECRET: secrets.webhook,
    };
    const skew = { CHAOS_CLOCK_SHIFT_MS: String(options.clockShiftHours * hourMs) };
    const preload = join(root, "chaos", "skewed-clock.mjs");
    const upstream = spec("upstream", bundles.path("upstream"), "is listening", {
      ...{ UPSTREAM_PORT: String(ports[0]), CHAOS_POSTMASTER: database.pidFile },
    });
    const dashboard = spec("dashboard", bundles.path("dashboard"), "is listening", {
      ...{ ...env, ...skew, PORT: String(ports[1]) },
    });
    const worker = spec("worker", bundles.path("worker"), "worker is running", env);
    const gateway = (index: 0 | 1): GatewayNode => {
      const port = ports[2 + index] ?? 0;
      const own = { ...env, GATEWAY_PORT: String(port), ...(index === 1 ? skew : {}) };
      const name = `gateway ${index + 1}`;
      const made = spec(name, bundles.path("gateway"), "gateway is listening", own);
      return {
        ...{ index, port },
        process: new ManagedProcess(index === 1 ? { ...made, preload } : made),
      };
    };
    const cluster = new Cluster({
      ...{ dir, bundles, database, webhookSecret: secrets.webhook },
      gateways: [gateway(0), gateway(1)],
      worker: new ManagedProcess(worker),
      dashboard: {
        port: ports[1] ?? 0,
        process: new ManagedProcess({ ...dashboard, preload }),
      },
      upstream: { port: ports[0] ?? 0, process: new ManagedProcess(upstream) },
    });
    try {
      await cluster.migrate(secrets.auth);
      await cluster.startProcesses();
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  private async migrate(authSecret: string): Promise<void> {
    const admin = postgres(this.database.url, {
      ...{ max: 1, onnotice: () => undefined, connection: { TimeZone: "UTC" } },
    });
    await migrateDatabase(admin, root);
    const key = credentialKeyOf(authSecret);
    await applyConfiguration(drizzle(admin), configurationFor(this.parts.upstream.port), key);
    await admin.end();
  }

  async startProcesses(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.start()));
  }

  get processes(): ManagedProcess[] {
    const gateways = this.gateways.map(({ process }) => process);
    return [this.parts.upstream.process, this.dashboard.process, this.worker, ...gateways];
  }

  /** What the provider was asked and what it sent, by its own account. */
  async readExchanges(): Promise<Exchange[]> {
    const response = await fetch(`http://127.0.0.1:${this.parts.upstream.port}/log`);
    return z.array(ExchangeRow).parse(await response.json());
  }

  /** Ends and removes everything, once. */
  close(): Promise<void> {
    this.closing ??= this.tearDown().finally(() => clusters.delete(this));
    return this.closing;
  }

  private async tearDown(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.end("SIGKILL")));
    await this.sql.end({ timeout: 1 });
    await this.database.remove();
    this.parts.bundles.remove();
    rmSync(this.parts.dir, { recursive: true, force: true });
  }
}

const ExchangeRow = z.object({
  body: z.string(),
  play: z.enum(plays),
  protocol: z.enum(["openai", "anthropic"]),
  attempt: z.number(),
  inputTokens: z.number(),
  sentWords: z.number(),
  isComplete: z.boolean(),
});

function hex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

function spec(name: string, script: string, readyText: string, env: Record<string, string>) {
  return { name, script, readyText, env };
}

async function findPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  // Two runs on one machine begin to look at different places.
  let from = portsFrom + (process.pid % 400) * 10;
  while (ports.length < count) {
    const port = await findPort(from);
    ports.push(port);
    from = port + 1;
  }
  return ports;
}

function openSql(url: string): postgres.Sql {
  return postgres(url, {
    ...{ max: 4, onnotice: () => undefined, backoff: () => 0.1, connect_timeout: 5 },
    connection: { application_name: "chaos", TimeZone: "UTC", statement_timeout: 20_000 },
  });
}

function configurationFor(upstreamPort: number): Configuration {
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const upstream = (kind: "openai" | "anthropic") => ({
    ...{ id: kind, kind, api_key: "sk-chaos", allow_private: true },
    base_url: kind === "openai" ? `${origin}/v1` : origin,
    timeouts: { connect_ms: 5_000, first_byte_ms: 20_000, idle_ms: 20_000 },
  });
  const model = (id: string, upstreams: string[]) => ({
    ...{
      id,
      upstreams,
      upstream_model: "chaos",
      context_tokens: 128_000,
      output_tokens_max: 1_000,
    },
    price: {
      input_usd_per_mtok: usdPerMtok.input,
      output_usd_per_mtok: usdPerMtok.output,
    },
  });
  return Configuration.parse({
    upstreams: [upstream("openai"), upstream("anthropic")],
    models: [
      model("of-openai", ["openai"]),
      model("of-anthropic", ["anthropic"]),
      model("of-both", ["openai", "anthropic"]),
    ],
  });
}

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { migrateDatabase } from "@/db/migrations";
import {
  createTenant,
  createTestKey,
  readBooks,
  type Tenant,
  type TestKey,
} from "@/lib/gateway/testing/gateway";
import {
  endProcess,
  findPort,
  type GatewayProcess,
  spawnGateway,
} from "@/lib/gateway/testing/process";
import { startPostgres } from "@/scripts/pg.mjs";

type Server = Awaited<ReturnType<typeof startPostgres>>;

// A server of its own, with everything durable, because this file kills it.
let dataDir: string;
let server: Server;
let sql: postgres.Sql;
let gateways: GatewayProcess[] = [];
let tenant: Tenant;
let key: TestKey;

function openSql(): postgres.Sql {
  return postgres(server.url, { max: 3, onnotice: () => undefined, backoff: () => 0.1 });
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "gatehouse-faults-"));
  server = await startPostgres({ dataDir });
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  await migrateDatabase(admin, process.cwd());
  await admin.end();
  sql = openSql();
  tenant = await createTenant(sql, { balanceUsd: "50", planId: "enterprise" });
  key = await createTestKey(sql, tenant);
  gateways = [await spawnGateway(server.url, 28_000), await spawnGateway(server.url, 28_000)];
});

afterAll(async () => {
  await Promise.all(gateways.map(({ child }) => endProcess(child, "SIGKILL")));
  await sql.end({ timeout: 1 });
  await server.remove();
});

function ask(gateway: GatewayProcess | undefined, model: string, stream: boolean) {
  return fetch(`${gateway?.origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model, stream, messages: [{ role: "user", content: "Hello" }] }),
  });
}

/** Keeps asking until told to stop; answers the ids of the complete answers that were received. */
function load(gateway: GatewayProcess | undefined, workers: number) {
  const acknowledged: string[] = [];
  const statuses = new Map<number, number>();
  let isOver = false;
  const running = Array.from({ length: workers }, async (_, i) => {
    while (!isOver) {
      try {
        const response = await ask(gateway, "deepseek-chat", i % 3 === 0);
        const text = await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        const isComplete = i % 3 === 0 ? text.includes("[DONE]") : text.endsWith("}");
        const id = response.headers.get("x-request-id");
        if (response.status === 200 && isComplete && id) acknowledged.push(id);
      } catch {
        // The connection broke: not acknowledged. The next one may find a healed gateway.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  });
  return {
    acknowledged,
    statuses,
    stop: async () => {
      isOver = true;
      await Promise.all(running);
    },
  };
}

/** All money is where it should be: every acknowledged answer settled once, nothing held. */
async function expectCleanBooks(acknowledged: string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const books = await readBooks(sql, tenant.workspaceId);
      expect(books).toMatchObject({ holds: 0, heldNanos: 0n });
    },
    { timeout: 30_000, interval: 200 },
  );
  const books = await readBooks(sql, tenant.workspaceId);
  expect(books.usedNanos).toBe(books.loggedNanos);
  expect(books.rolledUpNanos).toBe(books.loggedNanos);
  const rows = await sql`
    select id, count(*)::int as n, min(outcome) as outcome, min(cost_nanos)::text as cost
    from request_log where workspace_id = ${tenant.workspaceId} group by id`;
  const byId = new Map(rows.map((row) => [String(row.id), row]));
  expect(Math.max(...rows.map((row) => Number(row.n)))).toBe(1);
  for (const id of acknowledged) {
    expect(byId.get(id)).toMatchObject({ outcome: "ok" });
    expect(BigInt(byId.get(id)?.cost ?? 0)).toBeGreaterThan(0n);
  }
}

describe("a gateway that is killed during load", () => {
  it("loses no acknowledged answer, bills none twice, and leaves nothing held", async () => {
    const [victim, survivor] = gateways;
    const onVictim = load(victim, 8);
    const onSurvivor = load(survivor, 4);
    const slow = await ask(victim, "mock-slow", true);
    const reader = slow.body?.getReader();
    // Long enough for the slow stream to have written its progress at least once.
    await vi.waitFor(
      async () => {
        await reader?.read();
        const [row] =
          await sql`select max(output_tokens)::int as n from holds where model = 'mock-slow'`;
        expect(row?.n).toBeGreaterThan(2);
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(onVictim.acknowledged.length).toBeGreaterThan(20);
    await endProcess(victim?.child ?? fail(), "SIGKILL");
    await Promise.all([onVictim.stop(), onSurvivor.stop()]);
    await reader?.cancel().catch(() => undefined);
    await expectCleanBooks([...onVictim.acknowledged, ...onSurvivor.acknowledged]);
    const [recovered] = await sql`
      select output_tokens, cost_nanos::text as cost, input_tokens from request_log
      where model = 'mock-slow' and outcome = 'recovered'`;
    expect(Number(recovered?.output_tokens)).toBeGreaterThan(2);
    expect(BigInt(recovered?.cost)).toBe(
      BigInt(recovered?.input_tokens) * 1000n + BigInt(recovered?.output_tokens) * 2000n,
    );
    gateways = [await spawnGateway(server.url, 28_000), survivor ?? fail()];
  });
});

describe("PostgreSQL that is killed during load", () => {
  it("means 503 within two seconds, and everything heals by itself", {
    timeout: 60_000,
  }, async () => {
    // So many that their workspace is admitted from memory, where the database isn't asked.
    const onBoth = gateways.map((gateway) => load(gateway, 24));
    await vi.waitFor(() => expect(onBoth[0]?.acknowledged.length).toBeGreaterThan(400), {
      timeout: 20_000,
    });
    const pidFile = join(server.dataDir, "cluster", "postmaster.pid");
    const pid = Number(readPidFile(pidFile));
    killTree(pid);
    const startedAtMs = performance.now();
    const refused = await ask(gateways[0], "deepseek-chat", false);
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await refused.json()).error.code).toBe("service_unavailable");

    // Long enough for a driver that waits longer and longer to be waiting too long.
    const outageEndsAtMs = performance.now() + 12_000;
    while (performance.now() < outageEndsAtMs) {
      const askedAtMs = performance.now();
      expect((await ask(gateways[0], "deepseek-chat", false)).status).toBe(503);
      expect(performance.now() - askedAtMs).toBeLessThan(2_000);
    }
    server = await startPostgres({ dataDir, port: server.port });
    const backAtMs = performance.now();
    await vi.waitFor(
      async () => {
        const answer = await ask(gateways[0], "deepseek-chat", false);
        await answer.arrayBuffer();
        expect(answer.status).toBe(200);
      },
      { timeout: 5_000, interval: 50 },
    );
    expect(performance.now() - backAtMs).toBeLessThan(5_000);
    await Promise.all(onBoth.map((each) => each.stop()));
    await sql.end({ timeout: 1 });
    sql = openSql();
    await expectCleanBooks(onBoth.flatMap((each) => each.acknowledged));
    for (const { child, output } of gateways) {
      expect(child.exitCode).toBeNull();
      expect(output()).not.toMatch(/uncaught|unhandled/i);
    }
  });
});

describe("a gateway that starts before its database", () => {
  it("answers 503 and isn't ready until the database is there", async () => {
    const nowhere = new URL(server.url);
    nowhere.port = String(await findPort(28_000));
    const early = await spawnGateway(nowhere.toString(), 28_000);
    try {
      expect((await fetch(`${early.origin}/readyz`)).status).toBe(503);
      expect((await ask(early, "deepseek-chat", false)).status).toBe(503);
      expect((await fetch(`${early.origin}/healthz`)).status).toBe(200);
    } finally {
      await endProcess(early.child, "SIGKILL");
    }
  });
});

describe("a gateway that is stopped across its lease", () => {
  it("has its request ended by another, and tells its client to try again, not that the key is bad", async () => {
    const [frozen] = gateways;
    const slow = ask(frozen, "mock-slow", false);
    await vi.waitFor(
      async () => {
        const [row] = await sql`select count(*)::int as n from holds where model = 'mock-slow'`;
        expect(row?.n).toBe(1);
      },
      { timeout: 5_000 },
    );
    frozen?.child.kill("SIGSTOP");
    try {
      await vi.waitFor(
        async () => {
          const [row] = await sql`select count(*)::int as n from holds where model = 'mock-slow'`;
          expect(row?.n).toBe(0);
        },
        { timeout: 20_000, interval: 100 },
      );
    } finally {
      frozen?.child.kill("SIGCONT");
    }
    const answer = await slow;
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    await expectCleanBooks([]);
  });
});

describe("a gateway that is told to stop", () => {
  it("lets an open stream complete, refuses readiness meanwhile, and ends with 0", async () => {
    const [gateway] = gateways;
    const response = await ask(gateway, "deepseek-chat", true);
    const exit = endProcess(gateway?.child ?? fail(), "SIGTERM");
    await vi.waitFor(async () => {
      expect((await fetch(`${gateway?.origin}/readyz`)).status).toBe(503);
    });
    expect((await ask(gateway, "deepseek-chat", false)).status).toBe(503);
    expect(await response.text()).toContain("[DONE]");
    expect(await exit).toBe(0);
    await expectCleanBooks([response.headers.get("x-request-id") ?? ""]);
  });
});

function fail(): never {
  throw new Error("the gateway is not there");
}

function readPidFile(file: string): string {
  return readFileSync(file, "utf8").split("\n")[0] ?? "";
}

/** Kills the postmaster and every backend at once, as a power cut would. */
function killTree(pid: number): void {
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)])
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number);
  for (const each of [pid, ...children]) process.kill(each, "SIGKILL");
}

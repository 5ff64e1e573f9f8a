import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { type RunningGateway, startGateway } from "@/lib/gateway/server";
import {
  createTenant,
  createTestKey,
  readBooks,
  type Tenant,
  type TestKey,
  testSettings,
} from "@/lib/gateway/testing/gateway";

let database: TestDatabase;
let gateway: RunningGateway;
const connections = new Set<Socket>();
let isSilent = false;

/** Stands between gateway and PostgreSQL, so that connections can fall silent without being closed. */
const line = createServer((client) => {
  const target = new URL(database.url);
  const server = connect(Number(target.port), target.hostname);
  connections.add(client);
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.pipe(to);
    if (isSilent) from.pause();
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
});

beforeAll(async () => {
  database = await createTestDatabase();
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  const url = new URL(database.url);
  const address = line.address();
  url.port = String(typeof address === "object" ? address?.port : address);
  gateway = await startGateway({ databaseUrl: url.toString(), port: 0, settings: testSettings });
});

afterAll(async () => {
  await gateway.stop(1_000);
  line.close();
  for (const socket of connections) socket.destroy();
  await database.drop();
});

function setSilent(silent: boolean): void {
  isSilent = silent;
  for (const socket of connections) {
    if (silent) socket.pause();
    else socket.resume();
  }
}

/** Asks, and tells how long it took. */
async function ask(key: TestKey) {
  const askedAtMs = performance.now();
  const response = await fetch(`http://127.0.0.1:${gateway.port}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "glm-4.7", messages: [{ role: "user", content: "Hi" }] }),
  });
  const body = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body,
    ms: performance.now() - askedAtMs,
  };
}

async function expectCleanBooks(tenant: Tenant): Promise<void> {
  await vi.waitFor(
    async () => {
      const books = await readBooks(database.sql, tenant.workspaceId);
      expect(books).toMatchObject({ holds: 0, heldNanos: 0n });
      expect(books.usedNanos).toBe(books.loggedNanos);
    },
    { timeout: 25_000, interval: 200 },
  );
}

it("connections that fall silent are given up: 503 within two seconds, then it heals by itself", async () => {
  const tenant = await createTenant(database.sql);
  const key = await createTestKey(database.sql, tenant);
  expect((await ask(key)).status).toBe(200);
  // Nothing passes any more on what is open now; new connections work.
  for (const socket of connections) socket.pause().unpipe();
  const refused = await ask(key);
  expect(refused.status).toBe(503);
  expect(refused.ms).toBeLessThan(2_000);
  await vi.waitFor(async () => expect((await ask(key)).status).toBe(200), {
    timeout: 15_000,
    interval: 100,
  });
  const ready = await fetch(`http://127.0.0.1:${gateway.port}/readyz`);
  expect(ready.status).toBe(200);
  await expectCleanBooks(tenant);
}, 60_000);

it("what was admitted from memory while the database was silent is refused in time, and free", async () => {
  const tenant = await createTenant(database.sql, { balanceUsd: "50", planId: "enterprise" });
  const key = await createTestKey(database.sql, tenant);
  const asked = vi.spyOn(gateway.gateway.slices, "admit");
  let acknowledged = 0;
  // Until slices have just been granted: what comes next needs no others.
  for (let isGranted = false; !isGranted || acknowledged < 200; ) {
    asked.mockClear();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    acknowledged += answers.length;
    const grants = await Promise.all(asked.mock.results.map(({ value }) => value));
    isGranted = grants.length > 0 && grants.every((grant) => grant !== null);
  }

  setSilent(true);
  const silentSinceMs = performance.now();
  const refused: Awaited<ReturnType<typeof ask>>[] = [];
  while (performance.now() - silentSinceMs < 4_000) {
    refused.push(...(await Promise.all(Array.from({ length: 8 }, () => ask(key)))));
  }
  for (const { status, headers, body, ms } of refused) {
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("1");
    expect(JSON.parse(body).error.code).toBe("service_unavailable");
    expect(ms).toBeLessThan(2_000);
  }

  setSilent(false);
  await vi.waitFor(async () => expect((await ask(key)).status).toBe(200), {
    timeout: 5_000,
    interval: 100,
  });
  await expectCleanBooks(tenant);
  // A refusal for want of the database leaves a row only where the request had been admitted.
  await vi.waitFor(async () => {
    const rows = await database.sql`
      select status, count(*)::int as n, sum(cost_nanos)::text as cost
      from request_log where workspace_id = ${tenant.workspaceId} and status in (200, 503)
      group by status order by status`;
    const [answered, withdrawn] = rows;
    expect(answered).toMatchObject({ status: 200, n: acknowledged + 1 });
    expect(withdrawn).toMatchObject({ status: 503, n: 8, cost: "0" });
  }, 10_000);
}, 60_000);

import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { type RunningGateway, startGateway } from "@/lib/gateway/server";
import {
  createTenant,
  createTestKey,
  readBooks,
  testSettings,
} from "@/lib/gateway/testing/gateway";

let database: TestDatabase;
let gateway: RunningGateway;
const connections = new Set<Socket>();

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

it("connections that fall silent are given up: 503 within two seconds, then it heals by itself", async () => {
  const tenant = await createTenant(database.sql);
  const key = await createTestKey(database.sql, tenant);
  const ask = () =>
    fetch(`http://127.0.0.1:${gateway.port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "glm-4.7", messages: [{ role: "user", content: "Hi" }] }),
    });
  expect((await ask()).status).toBe(200);
  // Nothing passes any more on what is open now; new connections work.
  for (const socket of connections) socket.pause().unpipe();
  const askedAtMs = performance.now();
  expect((await ask()).status).toBe(503);
  expect(performance.now() - askedAtMs).toBeLessThan(2_000);
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), {
    timeout: 15_000,
    interval: 100,
  });
  const ready = await fetch(`http://127.0.0.1:${gateway.port}/readyz`);
  expect(ready.status).toBe(200);
  await vi.waitFor(
    async () => {
      const books = await readBooks(database.sql, tenant.workspaceId);
      expect(books).toMatchObject({ holds: 0, heldNanos: 0n });
      expect(books.usedNanos).toBe(books.loggedNanos);
    },
    { timeout: 25_000, interval: 200 },
  );
}, 60_000);

import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { budgets } from "@/db/schema/budgets";
import { usageHourly } from "@/db/schema/usage";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { listKeyFigures } from "@/lib/keys/figures";
import { makeKey, openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const now = new Date("2026-11-21T13:20:00Z");

async function use(scope: Scope, keyId: string, hour: string, requests: number, costNanos: bigint) {
  await database.db.insert(usageHourly).values({
    ...{ workspaceId: scope.workspaceId, keyId, hour: new Date(hour), model: "glm-4.7" },
    ...{ endpoint: "/v1/chat/completions", statusClass: 2, requests, costNanos },
    ...{ inputTokens: 0, outputTokens: 0, latencyBuckets: Array<number>(12).fill(0) },
  });
}

test("days are UTC days with today last, and the month's spend reaches back to its first", async () => {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope);
  await use(scope, id, "2026-11-21T00:00:00Z", 3, 5n);
  await use(scope, id, "2026-11-20T23:00:00Z", 4, 7n);
  await use(scope, id, "2026-11-08T00:00:00Z", 9, 11n);
  await use(scope, id, "2026-11-07T23:00:00Z", 100, 13n);
  await use(scope, id, "2026-11-01T00:00:00Z", 100, 17n);
  await use(scope, id, "2026-10-31T23:00:00Z", 100, 19n);

  const figures = (await listKeyFigures(database.db, scope, [id], now)).get(id);
  expect(figures?.days).toEqual([9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 3]);
  expect(figures?.monthNanos).toBe(53n);
});

test("early in a month the bars still reach back 14 days", async () => {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope);
  await use(scope, id, "2026-10-20T12:00:00Z", 6, 10n);
  await use(scope, id, "2026-11-01T12:00:00Z", 1, 2n);

  const early = new Date("2026-11-02T00:00:00Z");
  const figures = (await listKeyFigures(database.db, scope, [id], early)).get(id);
  expect(figures?.days).toEqual([6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  expect(figures?.monthNanos).toBe(2n);
});

test("a cap counts only its running period", async () => {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope, { caps: { day: "1", total: "100" } });
  const cap = { workspaceId: scope.workspaceId, keyId: id, kind: "cap", unit: "nanos" } as const;
  // Made with the key, in the periods of the clock on the wall.
  await database.db.delete(budgets).where(eq(budgets.keyId, id));
  await database.db.insert(budgets).values([
    {
      ...{ ...cap, id: newId("budget"), interval: "day", limit: 1_000_000_000n, used: 900n },
      windowStart: new Date("2026-11-20T00:00:00Z"),
    },
    {
      ...{ ...cap, id: newId("budget"), interval: "total", limit: 100_000_000_000n, used: 950n },
      windowStart: new Date(0),
    },
  ]);

  const figures = (await listKeyFigures(database.db, scope, [id], now)).get(id);
  expect(figures?.caps).toEqual([
    { interval: "day", limitNanos: 1_000_000_000n, usedNanos: 0n },
    { interval: "total", limitNanos: 100_000_000_000n, usedNanos: 950n },
  ]);
});

test("P14 another workspace's key has no figures, like one that doesn't exist", async () => {
  const owner = await openWorkspace(database.db);
  const id = await makeKey(database.db, owner);
  await use(owner, id, "2026-11-21T00:00:00Z", 3, 5n);
  const stranger = await openWorkspace(database.db);
  const figures = await listKeyFigures(database.db, stranger, [id, newId("apiKey")], now);
  expect(figures.size).toBe(0);
});

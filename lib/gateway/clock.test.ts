import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createTenant, createTestKey } from "@/lib/gateway/testing/gateway";
import { endProcess, type GatewayProcess, spawnGateway } from "@/lib/gateway/testing/process";
import { addMs, hourMs, minuteMs } from "@/lib/time";

let database: TestDatabase;
/** By how far each one's host is wrong. */
let gateways: { shiftMs: number; process: GatewayProcess }[];

beforeAll(async () => {
  database = await createTestDatabase();
  const preload = pathToFileURL("chaos/skewed-clock.mjs").href;
  gateways = [];
  for (const shiftMs of [0, hourMs, -hourMs]) {
    const env = { NODE_OPTIONS: `--import ${preload}`, CHAOS_CLOCK_SHIFT_MS: String(shiftMs) };
    gateways.push({ shiftMs, process: await spawnGateway(database.url, 29_500, env) });
  }
});

afterAll(async () => {
  for (const { process } of gateways) await endProcess(process.child, "SIGTERM");
  await database.drop();
});

function ask(origin: string, secret: string) {
  return fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "glm-4.7", messages: [{ role: "user", content: "Hi" }] }),
  });
}

describe("a gateway whose host's clock is an hour off", () => {
  /** Often enough that the later ones are decided from memory. */
  const times = 40;

  it("P19 gives the verdicts of one whose clock is right, from the database and from memory", async () => {
    const tenant = await createTenant(database.sql, { balanceUsd: "100", planId: "enterprise" });
    const now = new Date();
    const living = await createTestKey(database.sql, tenant, {
      expiresAt: addMs(now, 30 * minuteMs),
    });
    const dead = await createTestKey(database.sql, tenant, {
      expiresAt: addMs(now, -30 * minuteMs),
    });
    for (const { shiftMs, process } of gateways) {
      const verdicts = new Set<string>();
      for (let i = 0; i < times; i++) {
        const answers = await Promise.all(
          [living, dead].map(({ secret }) => ask(process.origin, secret)),
        );
        verdicts.add(answers.map(({ status }) => status).join());
        await Promise.all(answers.map((answer) => answer.text()));
      }
      expect({ shiftMs, verdicts: [...verdicts] }).toEqual({ shiftMs, verdicts: ["200,401"] });
    }
  });

  it("P19 logs by the database's clock, and leaves hours as they are", async () => {
    const tenant = await createTenant(database.sql, { requestsPerHour: 60 });
    const key = await createTestKey(database.sql, tenant);
    const statuses: number[] = [];
    for (let i = 0; i < 63; i++) {
      const origin = gateways[i % gateways.length]?.process.origin ?? "";
      const answer = await ask(origin, key.secret);
      statuses.push(answer.status);
      await answer.text();
    }
    expect(statuses).toEqual([...Array(60).fill(200), 429, 429, 429]);
    const [row] = await database.sql`
      select max(abs(extract(epoch from at - now())))::float as off, count(*)::int as rows
      from request_log where workspace_id = ${tenant.workspaceId}`;
    expect(row?.rows).toBe(63);
    expect(row?.off).toBeLessThan(60);
  });
});

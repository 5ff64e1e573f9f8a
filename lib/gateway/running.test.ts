import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createTenant, createTestKey, type Tenant } from "@/lib/gateway/testing/gateway";
import {
  endProcess,
  findPort,
  type GatewayProcess,
  spawnGateway,
} from "@/lib/gateway/testing/process";

/*
 * What those who run a gateway see of it. A process of its own, because metrics are a process's.
 */
let database: TestDatabase;
let gateway: GatewayProcess;
let tenant: Tenant;
let secret = "";
let door = "";

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await createTenant(database.sql);
  ({ secret } = await createTestKey(database.sql, tenant));
  // The gateway's private port is the one after METRICS_PORT.
  const port = await findPort(25_300);
  gateway = await spawnGateway(database.url, 25_100, { METRICS_PORT: String(port - 1) });
  door = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await endProcess(gateway.child, "SIGKILL");
  await database.drop();
});

function chat(model: string, key: string, stream = false): Promise<Response> {
  return fetch(`${gateway.origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      model,
      stream,
      max_tokens: 16,
      messages: [{ role: "user", content: "Hello" }],
    }),
  });
}

const read = async (path: string) => (await fetch(`${door}${path}`)).text();

/** The value of a series; NaN where there is none. */
async function metric(series: string): Promise<number> {
  const line = (await read("/metrics")).split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? Number.NaN);
}

test("requests, refusals and settlements are counted where they belong", async () => {
  expect((await chat("gpt-4", secret)).status).toBe(200);
  expect((await chat("no-such-model", secret)).status).toBe(404);
  expect((await chat("gpt-4", "nonsense")).status).toBe(401);
  await fetch(`${gateway.origin}/v1/${secret}/nowhere`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  const labels = 'route="/v1/chat/completions",dialect="openai"';
  const total = (status: number) =>
    metric(`gatehouse_requests_total{${labels},status="${status}"}`);
  await expect.poll(() => total(200)).toBe(1);
  await expect.poll(() => total(404)).toBe(1);
  expect(await metric(`gatehouse_request_duration_seconds_count{${labels}}`)).toBe(2);
  expect(await metric('gatehouse_refusals_total{code="invalid_key"}')).toBe(1);
  expect(await metric('gatehouse_refusals_total{code="model404"}')).toBe(1);
  expect(await metric("gatehouse_settlement_seconds_count")).toBeGreaterThanOrEqual(2);
  expect(await metric('gatehouse_facts_lookups_total{source="database"}')).toBeGreaterThan(0);
  expect(await metric('gatehouse_database_answering{pool="door"}')).toBe(1);
  expect(await metric("gatehouse_lease_live")).toBe(1);
  expect(await metric("gatehouse_open_requests")).toBe(0);
});

test("no label tells of a customer, a key, or a path that a caller made up", async () => {
  const text = await read("/metrics");
  for (const told of [tenant.workspaceId, tenant.userId, secret, "nowhere", "no-such-model"]) {
    expect(text).not.toContain(told);
  }
  expect(text).toContain('route="none"');
});

test("the private port is this machine's own, and says nothing else", async () => {
  expect(await read("/healthz")).toBe("ok\n");
  expect(await read("/readyz")).toBe("ready\n");
  expect((await fetch(`${door}/v1/models`)).status).toBe(404);
  expect((await fetch(`${door}/metrics`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${gateway.origin}/metrics`)).status).toBe(401);
});

test("each line of the log names the process, and none holds a key", async () => {
  const lines = gateway.output().trim().split("\n");
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ service: "gateway" });
  expect(gateway.output()).not.toContain(secret);
});

test("a restart: readiness ends first, an open stream ends whole, then the process is gone", async () => {
  const answer = await chat("mock-slow", secret, true);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  expect(await metric("gatehouse_open_streams")).toBe(1);
  const ended = endProcess(gateway.child, "SIGTERM");
  await expect.poll(() => read("/readyz")).toBe("not ready\n");
  expect(await read("/healthz")).toBe("ok\n");
  expect(await metric("gatehouse_draining")).toBe(1);
  expect((await chat("gpt-4", secret)).status).toBe(503);
  let text = "";
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) break;
    text += part.value;
  }
  expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
  expect(await ended).toBe(0);
  const [books] = await database.sql`
    select (select count(*)::int from holds) as holds,
      (select count(*)::int from request_log where model = 'mock-slow' and outcome = 'ok') as whole`;
  expect(books).toEqual({ holds: 0, whole: 1 });
}, 60_000);

test("a notice: readiness says no first, and calls are served until it is over", async () => {
  const other = await spawnGateway(database.url, 25_200, { SHUTDOWN_NOTICE_SECONDS: "3" });
  const ready = async () => (await fetch(`${other.origin}/readyz`)).status;
  const call = async () => {
    const answer = await fetch(`${other.origin}/v1/models`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    return answer.status;
  };
  await expect.poll(ready).toBe(200);
  const ended = endProcess(other.child, "SIGTERM");
  await expect.poll(ready).toBe(503);
  expect(await call()).toBe(200);
  expect(await ended).toBe(0);
  await expect(call()).rejects.toThrow();
}, 60_000);

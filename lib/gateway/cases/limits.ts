import { expect, vi } from "vitest";
import {
  addModel,
  changeKey,
  changeWorkspace,
  chat,
  count,
  generationsOf,
  openCaller,
  openStream,
  post,
  readRest,
  setBalance,
  statusOf,
  toAnswer,
  withGateways,
} from "@/lib/gateway/cases/callers";
import type { Observed } from "@/lib/gateway/cases/judge";
import { repetition } from "@/lib/gateway/cases/repetition";
import { hugeUsage } from "@/lib/gateway/cases/upstream-usage";
import {
  generations,
  onRoutes,
  type Provocations,
  type Route,
  type World,
} from "@/lib/gateway/cases/world";
import { createTestKey, readBooks } from "@/lib/gateway/testing/gateway";
import { nanosToDecimal } from "@/lib/money";

async function noMoney(world: World): Promise<Observed[]> {
  const caller = await openCaller(world, { balanceUsd: "0" });
  const models = ["deepseek-chat", "gpt-4", "glm-4.7", "claude-haiku-4-5-20251001", "mock-500"];
  const streams = generations
    .slice(0, 2)
    .map((route) => ({ ...route, json: { ...route.json, stream: true } }));
  const embedding: Route = {
    dialect: "openai",
    method: "POST",
    path: "/v1/embeddings",
    json: { model: "text-embedding-3-small", input: "Hello" },
  };
  const routes = [...models.flatMap(generationsOf), ...streams, embedding];
  const seen = await onRoutes(world, routes, "no money", { secret: caller.key.secret });
  for (const { answer } of seen) expect(answer.headers.get("x-limit-source")).toBe("balance");
  // What has reached the upstream would have been metered, or failed as mock-500 does.
  const [row] = await world.door.sql`
    select coalesce(sum(output_tokens), 0)::int as tokens, coalesce(sum(cost_nanos), 0)::text as cost
    from request_log where workspace_id = ${caller.tenant.workspaceId}`;
  expect(row).toEqual({ tokens: 0, cost: "0" });
  return seen;
}

async function boundary(world: World): Promise<Observed[]> {
  const model = await addModel(world, "deepseek-chat", 1_000n);
  const short = await openCaller(world);
  await setBalance(world, short, 15_999n);
  const seen = await onRoutes(world, generationsOf(model), "a nano short", {
    secret: short.key.secret,
  });
  for (const { answer } of seen) expect(answer.headers.get("x-affordable-max-tokens")).toBe("15");
  await setBalance(world, short, 16_000n);
  const exact = await onRoutes(
    world,
    [chat({ model })],
    "exactly",
    { secret: short.key.secret },
    { due: "ok" },
  );
  return [...seen, ...exact];
}

/** A thousand at once, where there is money for half of them. */
async function halfPays(world: World): Promise<Observed[]> {
  const model = await addModel(world, "deepseek-chat", 125_000n);
  const caller = await openCaller(world, { balanceUsd: "1", planId: "enterprise" });
  const route = chat({ model });
  const observed = await Promise.all(
    Array.from({ length: 1_000 }, async (_, i): Promise<Observed> => {
      const response = await post(world.door.origin, route, caller.key.secret);
      return { variant: `${i}`, dialect: "openai", answer: await toAnswer(response) };
    }),
  );
  expect([count(observed, 200), count(observed, 402)]).toEqual([500, 500]);
  const books = await readBooks(world.door.sql, caller.tenant.workspaceId);
  expect(books).toMatchObject({
    usedNanos: 1_000_000_000n,
    loggedNanos: 1_000_000_000n,
    rolledUpNanos: 1_000_000_000n,
    limitNanos: 1_000_000_000n,
  });
  return observed;
}

/** Money comes while one answer holds what there was, and is there when the next one asks. */
async function topUpBetween(world: World): Promise<Observed[]> {
  const model = await addModel(world, "mock-slow", 1_000n);
  const caller = await openCaller(world);
  await setBalance(world, caller, 60_000n);
  const { secret } = caller.key;
  const first = await openStream(world, caller, model);
  const refused = await onRoutes(
    world,
    [chat({ model })],
    "too early",
    { secret },
    { due: "balance" },
  );
  await world.door.sql`
    update budgets set "limit" = "limit" + 100000
    where workspace_id = ${caller.tenant.workspaceId} and kind = 'balance'`;
  const quick = await addModel(world, "deepseek-chat", 1_000n);
  const later = await onRoutes(world, generationsOf(quick), "after it", { secret });
  first.abort.abort();
  await vi.waitFor(async () => {
    const books = await readBooks(world.door.sql, caller.tenant.workspaceId);
    expect(books).toMatchObject({ holds: 0, heldNanos: 0n, limitNanos: 160_000n });
    expect(books.usedNanos).toBe(books.loggedNanos);
  });
  return [...refused, ...later];
}

async function quotaReached(world: World): Promise<Observed[]> {
  const columns = { day: "requests_per_day", month: "requests_per_month", total: "requests_total" };
  const seen = Object.entries(columns).map(async ([period, column]) => {
    const caller = await openCaller(world);
    await changeWorkspace(world, caller, { [column]: 2 });
    for (let i = 0; i < 2; i++) expect(await statusOf(world, caller, chat())).toBe(200);
    const details = { period, limit: "<n>", used: "<n>", resets_at: "<iso|null>" };
    const routes: Route[] = [
      ...generations,
      { dialect: "rest", method: "GET", path: "/v1/resources" },
    ];
    const observed = await onRoutes(
      world,
      routes,
      period,
      { secret: caller.key.secret },
      { details },
    );
    for (const { answer } of observed) {
      expect(answer.headers.get("x-limit-source")).toBe(`plan_${period}`);
    }
    return observed;
  });
  return (await Promise.all(seen)).flat();
}

async function quotaLowered(world: World): Promise<Observed[]> {
  const caller = await openCaller(world);
  await changeWorkspace(world, caller, { requests_total: 10 });
  for (let i = 0; i < 3; i++) expect(await statusOf(world, caller, chat())).toBe(200);
  await changeWorkspace(world, caller, { requests_total: 2 });
  const details = { period: "total" };
  const change = { secret: caller.key.secret };
  const seen = await onRoutes(world, generations, "lowered", change, { details });
  await changeWorkspace(world, caller, { requests_total: 0 });
  seen.push(...(await onRoutes(world, generations, "to nothing", change, { details })));
  await changeWorkspace(world, caller, { requests_total: 100 });
  return [...seen, ...(await onRoutes(world, generations, "raised", change, { due: "ok" }))];
}

async function capReached(world: World): Promise<Observed[]> {
  const model = await addModel(world, "deepseek-chat", 1_000n);
  const seen = ["total", "day", "month"].map(async (period) => {
    const caller = await openCaller(world, { balanceUsd: "5" });
    await changeKey(world, caller, { [`cap_${period}_nanos`]: "20000" });
    expect(await statusOf(world, caller, chat({ model }))).toBe(200);
    const details = { period, limit: nanosToDecimal(20_000n), used: nanosToDecimal(16_000n) };
    const change = { secret: caller.key.secret };
    const observed = await onRoutes(world, generationsOf(model), period, change, { details });
    for (const { answer } of observed) expect(answer.headers.get("x-limit-source")).toBe("key_cap");
    const other = await createTestKey(world.door.sql, caller.tenant);
    const free = await onRoutes(
      world,
      [chat({ model })],
      "another key",
      { secret: other.secret },
      { due: "ok" },
    );
    return [...observed, ...free];
  });
  return (await Promise.all(seen)).flat();
}

async function overInstances(world: World): Promise<Observed[]> {
  const caller = await openCaller(world, { requestsPerHour: 30 });
  return withGateways(world, 3, async (origins) => {
    const observed = await Promise.all(
      Array.from({ length: 31 }, async (_, i): Promise<Observed> => {
        const response = await post(origins[i % 3] ?? "", chat(), caller.key.secret);
        return {
          variant: `${i}`,
          dialect: "openai",
          answer: await toAnswer(response),
          due: "ok/rate",
        };
      }),
    );
    expect([count(observed, 200), count(observed, 429)]).toEqual([30, 1]);
    const change = { secret: caller.key.secret, origin: origins[1] ?? "" };
    return [...observed, ...(await onRoutes(world, generations, "more", change))];
  });
}

async function twoKeys(world: World): Promise<Observed[]> {
  const caller = await openCaller(world, { requestsPerHour: 6 });
  const second = { ...caller, key: await createTestKey(world.door.sql, caller.tenant) };
  for (const each of [caller, second]) await changeKey(world, each, { requests_per_hour: 5 });
  for (let i = 0; i < 3; i++) {
    for (const each of [caller, second]) expect(await statusOf(world, each, chat())).toBe(200);
  }
  const seen = await Promise.all(
    [caller, second].map(({ key }) =>
      onRoutes(world, generations, "the sum", { secret: key.secret }),
    ),
  );
  for (const { answer } of seen.flat()) {
    expect(answer.headers.get("x-limit-source")).toBe("plan_hour");
  }
  return seen.flat();
}

async function tooManyStreams(world: World): Promise<Observed[]> {
  const caller = await openCaller(world, { balanceUsd: "50" });
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(world, caller)));
  expect(streams.map(({ response }) => response.status)).toEqual(Array(20).fill(200));
  const routes = generations
    .slice(0, 2)
    .map((route) => ({ ...route, json: { ...route.json, stream: true } }));
  const change = { secret: caller.key.secret };
  const seen = await onRoutes(world, routes, "the 21st", change);
  const whole = await onRoutes(world, generations, "not streamed", change, { due: "ok" });
  streams[0]?.abort.abort();
  const abortedAtMs = performance.now();
  const next = await vi.waitFor(async () => {
    const again = await openStream(world, caller);
    expect(again.response.status).toBe(200);
    return again;
  });
  expect(performance.now() - abortedAtMs).toBeLessThan(1_000);
  for (const { abort } of [...streams, next]) abort.abort();
  return [...seen, ...whole];
}

/** The model and its price go while it answers. */
async function modelRemoved(world: World): Promise<Observed[]> {
  const model = await addModel(world, "mock-slow", 1_000n);
  const caller = await openCaller(world);
  const route = chat({
    model,
    stream: true,
    max_tokens: 6,
    stream_options: { include_usage: true },
  });
  const response = await post(world.door.origin, route, caller.key.secret);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  // A price that has begun goes only together with its model.
  await world.door.sql.begin(async (tx) => {
    await tx`delete from model_prices where model_id = ${model}`;
    await tx`delete from models where id = ${model}`;
  });
  const text = Buffer.from(first?.value ?? []).toString() + (await readRest(reader));
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  expect(text).toContain('"completion_tokens":6');
  const books = await readBooks(world.door.sql, caller.tenant.workspaceId);
  expect(books).toMatchObject({ usedNanos: 6_000n, loggedNanos: 6_000n, rows: 1 });
  const { status, headers } = response;
  const gone = await onRoutes(
    world,
    [route],
    "the next",
    { secret: caller.key.secret },
    { due: "model404" },
  );
  return [{ variant: "removed", dialect: "openai", answer: { status, headers, text } }, ...gone];
}

/** Group F: money, limits and doing things once. */
export const limits: Provocations = {
  F01: noMoney,
  F02: boundary,
  F04: async (world) => {
    const model = await addModel(world, "deepseek-chat", 0n);
    const caller = await openCaller(world, { balanceUsd: "0" });
    const test = await createTestKey(world.door.sql, caller.tenant, { environment: "test" });
    const reads: Route[] = [
      { dialect: "openai", method: "GET", path: "/v1/models" },
      { dialect: "rest", method: "GET", path: "/v1/balance" },
    ];
    return [
      ...(await onRoutes(world, generationsOf(model), "free", { secret: caller.key.secret })),
      ...(await onRoutes(world, generationsOf("gpt-4"), "a test key", { secret: test.secret })),
      ...(await onRoutes(world, reads, "reads", { secret: caller.key.secret })),
    ];
  },
  F05: halfPays,
  F07: topUpBetween,
  F08: quotaReached,
  F10: quotaLowered,
  F11: capReached,
  F13: overInstances,
  F14: twoKeys,
  F17: tooManyStreams,
  ...repetition,
  F28: modelRemoved,
  F29: hugeUsage,
};

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { expect } from "vitest";
import { z } from "zod";
import {
  type Caller,
  chat,
  generationsOf,
  messages,
  openCaller,
  openStream,
  post,
  toAnswer,
  withGateways,
} from "@/lib/gateway/cases/callers";
import type { Observed } from "@/lib/gateway/cases/judge";
import {
  generations,
  onRoutes,
  type Provocations,
  type Route,
  type World,
} from "@/lib/gateway/cases/world";
import { readBooks } from "@/lib/gateway/testing/gateway";

/** Requests with one Idempotency-Key, each with its own body, one after the other. */
async function repeat(
  world: World,
  caller: Caller,
  idempotencyKey: string,
  routes: readonly Route[],
  expected: Partial<Observed> = {},
): Promise<Observed[]> {
  const observed: Observed[] = [];
  for (const route of routes) {
    const headers = { "Idempotency-Key": idempotencyKey };
    observed.push(
      ...(await onRoutes(
        world,
        [route],
        "repeated",
        { secret: caller.key.secret, headers },
        expected,
      )),
    );
  }
  return observed;
}

async function charges({ door }: World, { tenant }: Caller): Promise<number> {
  const [row] = await door.sql`
    select count(*)::int as n from request_log
    where workspace_id = ${tenant.workspaceId} and cost_nanos > 0`;
  return Number(row?.n);
}

async function otherBody(world: World): Promise<Observed[]> {
  const caller = await openCaller(world);
  const seen: Observed[] = [];
  for (const route of generations) {
    const name = `reuse-${route.path}`;
    const [first] = await repeat(world, caller, name, [route]);
    expect(first?.answer.status).toBe(200);
    const more = { ...route, json: { ...route.json, max_tokens: 15 } };
    // The same words in another order are another body.
    const turned = { ...route, json: Object.fromEntries(Object.entries(route.json).reverse()) };
    const queried = { ...route, path: `${route.path}?x=1` };
    const other = generations.find(({ path }) => path !== route.path) ?? route;
    seen.push(...(await repeat(world, caller, name, [more, turned, queried, other])));
  }
  expect(await charges(world, caller)).toBe(3);
  return seen;
}

async function inFlight(world: World): Promise<Observed[]> {
  const caller = await openCaller(world);
  const routes = generationsOf("mock-slow").slice(0, 2);
  const seen: Observed[] = [];
  for (const { json, ...route } of routes) {
    const streamed = { ...route, json: { ...json, stream: true } };
    const headers = { "Idempotency-Key": `busy-${route.path}` };
    const abort = new AbortController();
    const init = { signal: abort.signal, headers };
    const first = await post(world.door.origin, streamed, caller.key.secret, init);
    await first.body?.getReader().read();
    seen.push(
      ...(await onRoutes(world, [streamed], "busy", { secret: caller.key.secret, headers })),
    );
    abort.abort();
  }
  return seen;
}

/** A failure before anything was done: nobody may read the keys, so admission can't answer. */
async function failFirst(world: World): Promise<Observed[]> {
  const caller = await openCaller(world);
  const failed = await world.door.sql.begin(async (tx): Promise<Observed[]> => {
    await tx`lock table api_key_secrets in access exclusive mode`;
    return Promise.all(
      generations.map(async (route) => {
        const [seen] = await repeat(world, caller, `failed-${route.path}`, [route], {
          due: "unavailable",
        });
        if (!seen) throw new Error("nothing seen");
        return seen;
      }),
    );
  });
  const again = generations.map((route) => repeat(world, caller, `failed-${route.path}`, [route]));
  const refused = await repeat(world, caller, "refused", [chat({ model: "mock-503" })], {
    due: "overloaded",
  });
  const observed = [...failed, ...(await Promise.all(again)).flat(), ...refused];
  observed.push(...(await repeat(world, caller, "refused", [chat()])));
  expect(await charges(world, caller)).toBe(4);
  return observed;
}

/** The official clients try again by themselves, twice, and are served and charged once. */
async function sdkRetries(world: World): Promise<Observed[]> {
  const caller = await openCaller(world);
  const { secret } = caller.key;
  const seen: Observed[] = [];
  await withGateways(world, 1, async ([draining = ""], stop) => {
    const open = await openStream(world, await openCaller(world), "mock-slow", draining);
    const stopped = stop();
    /** Sends the first two attempts to a gateway that is being stopped. */
    const flaky = (dialect: Observed["dialect"], attempts: number[]): typeof fetch => {
      return async (input, init) => {
        const { pathname } = new URL(String(input));
        const isDraining = attempts.length < 2;
        const response = await fetch((isDraining ? draining : world.door.origin) + pathname, init);
        attempts.push(response.status);
        const answer = await toAnswer(response.clone());
        const due = isDraining ? { due: "unavailable" } : {};
        seen.push({ variant: `${dialect} ${attempts.length}`, dialect, answer, ...due });
        return response;
      };
    };
    const attempts: { openai: number[]; anthropic: number[] } = { openai: [], anthropic: [] };
    const openAi = new OpenAI({
      apiKey: secret,
      baseURL: "http://x/v1",
      fetch: flaky("openai", attempts.openai),
    });
    const anthropic = new Anthropic({
      authToken: secret,
      apiKey: null,
      baseURL: "http://x",
      fetch: flaky("anthropic", attempts.anthropic),
    });
    const body = { model: "deepseek-chat", max_tokens: 16, messages };
    await Promise.all([openAi.chat.completions.create(body), anthropic.messages.create(body)]);
    expect(attempts).toEqual({ openai: [503, 503, 200], anthropic: [503, 503, 200] });
    open.abort.abort();
    await stopped;
  });
  const books = await readBooks(world.door.sql, caller.tenant.workspaceId);
  expect(books.rows).toBe(2);
  expect(await charges(world, caller)).toBe(2);
  return seen;
}

const Identified = z.object({ id: z.string() });

/** The cases of group F about doing things once. */
export const repetition: Provocations = {
  F19: otherBody,
  F20: inFlight,
  F22: async (world) => {
    const [one, two] = [await openCaller(world), await openCaller(world)];
    const seen = [
      ...(await repeat(world, one, "shared", [chat()])),
      ...(await repeat(world, two, "shared", [chat()])),
    ];
    const ids = seen.map(({ answer }) => Identified.parse(JSON.parse(answer.text)).id);
    expect(new Set(ids).size).toBe(2);
    for (const { answer } of seen) expect(answer.headers.get("idempotent-replayed")).toBeNull();
    expect([await charges(world, one), await charges(world, two)]).toEqual([1, 1]);
    return seen;
  },
  F23: async (world) => {
    const caller = await openCaller(world);
    const first = await repeat(world, caller, "old", [chat(), chat()]);
    expect(await charges(world, caller)).toBe(1);
    await world.door.sql`
      update idempotency_keys set created_at = created_at - interval '24 hours'
      where workspace_id = ${caller.tenant.workspaceId}`;
    const later = await repeat(world, caller, "old", [
      chat({ max_tokens: 15 }),
      chat({ max_tokens: 15 }),
    ]);
    expect(await charges(world, caller)).toBe(2);
    return [...first, ...later];
  },
  F25: failFirst,
  F26: sdkRetries,
};

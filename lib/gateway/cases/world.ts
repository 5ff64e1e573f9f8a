import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ApiCase, casesOf, type Group, notYet } from "@/lib/gateway/cases/fixture";
import { judge, type Observed } from "@/lib/gateway/cases/judge";
import { type Answer, answerTo, spell, type WireRequest } from "@/lib/gateway/cases/wire";
import type { Dialect } from "@/lib/gateway/dialect";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
  type TestKey,
} from "@/lib/gateway/testing/gateway";

export interface Ask extends WireRequest {
  /** Null for none; the tenant's own when absent. */
  secret?: string | null;
  origin?: string;
  /** Spelt as JSON; its type goes with it. */
  json?: unknown;
}

/** What the provocations of one group share: a gateway, its database and a well-off tenant. */
export interface World {
  door: TestDoor;
  tenant: Tenant;
  /** Read, write and webhook, without a limit. */
  key: TestKey;
  admin: TestKey;
  ask(request: Ask): Promise<Answer>;
}

/** The address that a request seems to come from, so that wrong keys of one test don't block another. */
let addresses = 0;
function nextAddress(): string {
  addresses++;
  return `198.18.${(addresses >> 8) & 255}.${addresses & 255}`;
}

export async function openWorld(): Promise<World> {
  const settings = { trustedProxies: new Set(["127.0.0.1"]) };
  const door = await openTestDoor({ settings });
  const tenant = await createTenant(door.sql, { balanceUsd: "1000", planId: "enterprise" });
  const key = await createTestKey(door.sql, tenant, { scopes: ["read", "write", "webhook"] });
  const admin = await createTestKey(door.sql, tenant, { scopes: ["admin"] });
  return {
    door,
    tenant,
    key,
    admin,
    ask: ({ secret = key.secret, origin = door.origin, json, headers, ...request }) => {
      const bytes = spell({
        ...request,
        headers: {
          "X-Forwarded-For": nextAddress(),
          ...(secret === null ? {} : { Authorization: `Bearer ${secret}` }),
          ...(json === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
      return answerTo(origin, bytes, { isHead: request.method === "HEAD" });
    },
  };
}

export interface Route {
  dialect: Dialect;
  method: string;
  path: string;
  json?: Record<string, unknown>;
  headers?: Record<string, string>;
}

const turn = [{ role: "user", content: "Hello" }];

/** The three ways to have something generated, one in each dialect, at a few tokens. */
export const generations: readonly (Route & { json: Record<string, unknown> })[] = [
  {
    dialect: "openai",
    method: "POST",
    path: "/v1/chat/completions",
    json: { model: "deepseek-chat", max_tokens: 16, messages: turn },
  },
  {
    dialect: "anthropic",
    method: "POST",
    path: "/v1/messages",
    json: { model: "deepseek-chat", max_tokens: 16, messages: turn },
  },
  {
    dialect: "rest",
    method: "POST",
    path: "/v1/generate",
    json: { model: "deepseek-chat", max_tokens: 16, prompt: "Hello" },
  },
];

/** The same and some that only read. */
export const everyKind: readonly Route[] = [
  ...generations,
  { dialect: "openai", method: "GET", path: "/v1/models" },
  {
    dialect: "anthropic",
    method: "GET",
    path: "/v1/models",
    headers: { "anthropic-version": "2023-06-01" },
  },
  { dialect: "rest", method: "GET", path: "/v1/resources" },
];

/** Sends the same to several routes and tells what each answered. */
export function onRoutes(
  world: World,
  routes: readonly Route[],
  variant: string,
  change: Ask | Omit<Ask, "path">,
  expected: Omit<Observed, "variant" | "dialect" | "answer"> = {},
): Promise<Observed[]> {
  return Promise.all(
    routes.map(async ({ dialect, headers, ...route }) => {
      const merged = { ...headers, ...change.headers };
      const answer = await world.ask({ ...route, ...change, headers: merged });
      const name = `${variant} · ${route.method} ${route.path}`;
      return { variant: name, dialect, answer, ...expected };
    }),
  );
}

export type Provocation = (world: World) => Promise<Observed[]>;
/** For each case of a group, what provokes it. Every variant that its text lists, and others alike. */
export type Provocations = Readonly<Record<string, Provocation>>;

/** The gateway answers as before, holds nothing, and charged nothing for what it refused. */
export async function expectUnharmed({ door, ask }: World): Promise<void> {
  expect((await ask({ path: "/v1/models" })).status).toBe(200);
  await vi.waitFor(
    async () => {
      const [row] = await door.sql`
        select (select count(*)::int from holds) as holds,
          (select coalesce(sum(held), 0)::text from budgets) as held,
          (select count(*)::int from request_log where outcome = 'refused'
            and (cost_nanos > 0 or output_tokens > 0)) as charged`;
      expect(row).toEqual({ holds: 0, held: "0", charged: 0 });
    },
    { timeout: 10_000, interval: 50 },
  );
}

/** Runs every case of a group. Concurrently where they take long and don't meet each other. */
export function runCases(
  group: Group,
  table: Provocations,
  { concurrent = false, timeoutMs = 60_000 }: { concurrent?: boolean; timeoutMs?: number } = {},
): void {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.door.close());

  const run = async (due: ApiCase): Promise<void> => {
    const observed = await (table[due.id] ?? missing(due.id))(world);
    expect(observed.length).toBeGreaterThan(0);
    for (const seen of observed) judge(due, seen);
    if (!concurrent) await expectUnharmed(world);
  };
  describe(`cases of group ${group}`, { timeout: timeoutMs }, () => {
    const due = casesOf(group).filter(({ id }) => !(id in notYet));
    for (const each of due) {
      const name = `${each.id} ${each.request}: ${each.status} ${each.code}`;
      (concurrent ? it.concurrent : it)(name, () => run(each));
    }
    if (concurrent) it("and afterwards nothing is held or lost", () => expectUnharmed(world));
  });
}

function missing(id: string): never {
  throw new Error(`nothing provokes ${id}`);
}

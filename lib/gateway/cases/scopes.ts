import { expect } from "vitest";
import { z } from "zod";
import type { Observed } from "@/lib/gateway/cases/judge";
import {
  type Ask,
  everyKind,
  onRoutes,
  type Provocations,
  type Route,
  type World,
} from "@/lib/gateway/cases/world";
import { createTenant, createTestKey } from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";

const Made = z.object({ id: z.string() });

const resource = { name: "Mine", type: "compute" };
const newKeyBody = { name: "Another", scopes: ["read"] };

const keyOf = ({ door, tenant }: World, scopes: string[], more = {}) =>
  createTestKey(door.sql, tenant, { scopes, ...more });

/** Every route that changes what is kept, with a body that it would take. */
const changes = (id: string): Route[] => [
  { dialect: "rest", method: "POST", path: "/v1/resources", json: resource },
  { dialect: "rest", method: "PUT", path: `/v1/resources/${id}`, json: { name: "B" } },
  { dialect: "rest", method: "PATCH", path: `/v1/resources/${id}`, json: { name: "B" } },
  { dialect: "rest", method: "DELETE", path: `/v1/resources/${id}` },
];

const reads = (id: string): Route[] => [
  ...everyKind,
  { dialect: "openai", method: "GET", path: "/v1/models/gpt-4" },
  { dialect: "rest", method: "GET", path: `/v1/resources/${id}` },
  { dialect: "rest", method: "GET", path: "/v1/usage" },
  {
    dialect: "openai",
    method: "POST",
    path: "/v1/embeddings",
    json: { model: "text-embedding-3-small", input: "a" },
  },
];

const management = (id: string): Route[] => [
  { dialect: "rest", method: "GET", path: "/v1/keys" },
  { dialect: "rest", method: "POST", path: "/v1/keys", json: newKeyBody },
  { dialect: "rest", method: "GET", path: `/v1/keys/${id}` },
  { dialect: "rest", method: "PATCH", path: `/v1/keys/${id}`, json: { name: "B" } },
  { dialect: "rest", method: "DELETE", path: `/v1/keys/${id}` },
  { dialect: "rest", method: "POST", path: `/v1/keys/${id}/revoke` },
  { dialect: "rest", method: "POST", path: `/v1/keys/${id}/rotate` },
];

async function makeResource({ ask }: World, secret?: string): Promise<string> {
  const request = { method: "POST", path: "/v1/resources", json: resource };
  const answer = await ask({ ...request, ...(secret ? { secret } : {}) });
  expect(answer.status).toBe(201);
  return Made.parse(JSON.parse(answer.text)).id;
}

/** Another workspace with a resource and a key. */
async function openOther(world: World) {
  const { sql } = world.door;
  const tenant = await createTenant(sql);
  const key = await createTestKey(sql, tenant, { scopes: ["admin"] });
  return { tenant, key, resourceId: await makeResource(world, key.secret) };
}

/** What names the request, and it alone, differs between two answers. */
const same = (text: string) => text.replace(/(req|res|key)_[0-9a-z]+/g, "$1");

async function withBodies(
  world: World,
  secret: string,
  bodies: object[],
  details: (body: object) => Record<string, unknown>,
): Promise<Observed[]> {
  return Promise.all(
    bodies.map(async (json) => ({
      variant: JSON.stringify(json),
      dialect: "rest" as const,
      answer: await world.ask({ method: "POST", path: "/v1/keys", json, secret }),
      details: details(json),
    })),
  );
}

const strangeIds = [
  ...["0", "-1", "null", "1e3", "[object Object]", "undefined", "NaN", "true", "1.5", "Infinity"],
  ...[
    "%20",
    "a".repeat(300),
    "0x10",
    "9".repeat(40),
    "'",
    "*",
    "res_",
    "res_1",
    "{}",
    "é",
    "%F0%9F%98%80",
  ],
  "00000000-0000-0000-0000-000000000000",
];

const hostileIds = [
  ...["x'%20OR%201=1", "x'%20OR%20'1'='1", "1;%20drop%20table%20resources;--", '"%20or%20""="'],
  ...["..%2f..%2fetc", "..%2F..%2Fetc%2Fpasswd", "%2e%2e%2fetc", "..%5c..%5cwindows", "%252e%252e"],
  ...["$(id)", "%7B%7B7*7%7D%7D", "%3Cscript%3E", "%0d%0aX-A:%20b", "res_%25", "a%7Cb", "%27||1--"],
];

/** GET, PUT, PATCH and DELETE of a thing by each id, spelt as it goes into the address. */
async function withIds(world: World, ids: readonly string[]): Promise<Observed[]> {
  const seen = ids.flatMap((id) => {
    const path = encodeURI(id).replaceAll("%25", "%");
    const routes: Route[] = [
      { dialect: "rest", method: "GET", path: `/v1/resources/${path}` },
      { dialect: "rest", method: "PUT", path: `/v1/resources/${path}`, json: { name: "B" } },
      { dialect: "rest", method: "PATCH", path: `/v1/resources/${path}`, json: { name: "B" } },
      { dialect: "rest", method: "DELETE", path: `/v1/resources/${path}` },
      { dialect: "rest", method: "GET", path: `/v1/keys/${path}` },
      { dialect: "rest", method: "DELETE", path: `/v1/keys/${path}` },
    ];
    return [onRoutes(world, routes, id, { secret: world.admin.secret })];
  });
  return (await Promise.all(seen)).flat();
}

/** Group C: what a key may do, and to whom things belong. */
export const scopes: Provocations = {
  C01: async (world) => {
    const key = await keyOf(world, ["read"]);
    const id = await makeResource(world);
    const needs = (scope: string, granted: string[]) => ({
      details: { required: [scope], granted },
    });
    const seen = await onRoutes(
      world,
      changes(id),
      "read",
      { secret: key.secret },
      needs("write", ["read"]),
    );
    for (const { answer } of seen) {
      expect(answer.headers.get("www-authenticate")).toContain('scope="write"');
    }
    const both = await keyOf(world, ["write", "read"]);
    const keys = management(key.id);
    return [
      ...seen,
      ...(await onRoutes(world, keys, "read", { secret: key.secret }, needs("admin", ["read"]))),
      ...(await onRoutes(
        world,
        keys,
        "both",
        { secret: both.secret },
        needs("admin", ["read", "write"]),
      )),
    ];
  },
  C02: async (world) => {
    const id = await makeResource(world);
    const seen = [["write"], ["webhook"], ["write", "webhook"]].map(async (held) => {
      const key = await keyOf(world, held);
      const details = { required: ["read"], granted: [...held].sort() };
      return onRoutes(world, reads(id), held.join(), { secret: key.secret }, { details });
    });
    const all = await onRoutes(
      world,
      reads(id),
      "admin",
      { secret: world.admin.secret },
      { due: "ok" },
    );
    return [...(await Promise.all(seen)).flat(), ...all];
  },
  C04: async (world) => {
    const key = await keyOf(world, []);
    const id = await makeResource(world);
    const routes = [...reads(id), ...changes(id), ...management(key.id)];
    const others: Route[] = [
      { dialect: "rest", method: "GET", path: "/v1/balance" },
      { dialect: "rest", method: "GET", path: "/v1/key" },
    ];
    return onRoutes(world, [...routes, ...others], "none", { secret: key.secret });
  },
  C05: async (world) => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "prototype"];
    const others = ["READ", "read ", "*", "all", "root", "read,write", "admin*", "readonly"];
    const id = await makeResource(world);
    const routes = [...reads(id), ...changes(id), ...management(world.key.id)];
    // The database doesn't take such scopes; this is about what if it had.
    await expect(keyOf(world, ["constructor"])).rejects.toThrow("api_keys_scopes");
    await world.door.sql`alter table api_keys drop constraint api_keys_scopes`;
    const seen = [...names, ...others].map(async (scope) => {
      const key = await keyOf(world, [scope]);
      return onRoutes(world, routes, scope, { secret: key.secret });
    });
    return (await Promise.all(seen)).flat();
  },
  C07: async (world) => {
    const other = await openOther(world);
    const secret = world.admin.secret;
    const theirs = [...changes(other.resourceId).slice(1), ...management(other.key.id).slice(2)];
    const nobodys = [
      ...changes(newId("resource")).slice(1),
      ...management(newId("apiKey")).slice(2),
    ];
    theirs.push({ dialect: "rest", method: "GET", path: `/v1/resources/${other.resourceId}` });
    nobodys.push({ dialect: "rest", method: "GET", path: `/v1/resources/${newId("resource")}` });
    const seen = await onRoutes(world, theirs, "another's", { secret });
    const unknown = await onRoutes(world, nobodys, "nobody's", { secret });
    expect(seen.map(({ answer }) => same(answer.text))).toEqual(
      unknown.map(({ answer }) => same(answer.text)),
    );
    // A test key doesn't see what live keys made, nor the other way round.
    const test = await keyOf(world, ["admin"], { environment: "test" });
    const mine = changes(await makeResource(world)).slice(1);
    const across = await onRoutes(world, mine, "of live, by test", { secret: test.secret });
    const path = `/v1/resources/${other.resourceId}`;
    expect((await world.ask({ path, secret: other.key.secret })).status).toBe(200);
    return [...seen, ...across];
  },
  C08: async (world) => {
    const other = await openOther(world);
    const tenant = await createTenant(world.door.sql);
    const { secret } = await createTestKey(world.door.sql, tenant, { scopes: ["read"] });
    const { userId, workspaceId } = other.tenant;
    const queries = [
      `user_id=${userId}`,
      `workspace_id=${workspaceId}`,
      `account=${workspaceId}&workspaceId=${workspaceId}&org=${workspaceId}`,
      `user_id=${userId}&user_id=x`,
    ];
    const ownIds = [tenant.workspaceId, tenant.userId];
    return Promise.all(
      ["/v1/usage", "/v1/balance", "/v1/resources"].flatMap((path) =>
        queries.map(async (query) => {
          const answer = await world.ask({ path: `${path}?${query}`, secret });
          expect(answer.text).not.toContain(other.resourceId);
          if (path === "/v1/resources") expect(JSON.parse(answer.text).data).toEqual([]);
          if (path === "/v1/balance") expect(answer.text).toContain('"5.00"');
          expect(ownIds).not.toContain(userId);
          return { variant: `${path}?${query}`, dialect: "rest" as const, answer };
        }),
      ),
    );
  },
  C10: async (world) => {
    const asked = [["read", "write"], ["write"], ["admin"], ["read", "write", "webhook", "admin"]];
    const bodies = asked.map((each) => ({ name: "More", scopes: each }));
    const seen = [["read"], ["read", "write"], ["webhook"]].map(async (held) => {
      const { secret } = await keyOf(world, held);
      return withBodies(world, secret, bodies, () => ({
        required: ["admin"],
        granted: [...held].sort(),
      }));
    });
    const beyond = await beyondAdmin(world);
    return [...(await Promise.all(seen)).flat(), ...beyond];
  },
  C11: async (world) => {
    const { secret } = await keyOf(world, ["read", "write"]);
    const bodies = [
      { ...newKeyBody, rate_limit: 1e9 },
      { ...newKeyBody, rate_limit: 5 },
      { ...newKeyBody, rate_limit: null },
      { ...newKeyBody, spend_caps: { total: "1000000" } },
      { ...newKeyBody, models: null, addresses: null },
    ];
    return withBodies(world, secret, bodies, () => ({
      required: ["admin"],
      granted: ["read", "write"],
    }));
  },
  C13: async (world) => {
    const id = await makeResource(world);
    const near = [
      id.toUpperCase(),
      `${id}0`,
      id.slice(0, -1),
      id.replace("res_", "key_"),
      `${id}%20`,
    ];
    const still = await world.ask({ path: `/v1/resources/${id}` });
    expect(still.status).toBe(200);
    return withIds(world, [...strangeIds, ...near]);
  },
  C14: async (world) => {
    const observed = await withIds(world, hostileIds);
    const models = hostileIds.map((id): Route => {
      return { dialect: "openai", method: "GET", path: `/v1/models/${id.replaceAll('"', "%22")}` };
    });
    return [...observed, ...(await onRoutes(world, models, "as a model", {}, { due: "model404" }))];
  },
  C16: async (world) => {
    const paths = [
      "/v1/admin",
      "/v1/admin/users",
      "/v1/admin/keys/x",
      "/v1/admin/settings?x=1",
      "/v1/internal",
    ];
    paths.push("/v1/debug/vars", "/v1/users", "/v1/workspaces", "/v1/metrics", "/v1/admin/");
    const routes = paths.flatMap((path) =>
      ["GET", "POST", "DELETE"].map((method): Route => ({ dialect: "rest", method, path })),
    );
    const seen: Observed[] = [];
    for (const { secret } of [world.key, world.admin, await keyOf(world, [])]) {
      seen.push(...(await onRoutes(world, routes, "a key", { secret })));
    }
    return seen;
  },
};

/** What not even a key with every scope may give, because it hasn't got it. */
async function beyondAdmin(world: World): Promise<Observed[]> {
  const test = await keyOf(world, ["admin"], { environment: "test" });
  const tight = await keyOf(world, ["admin"]);
  await world.door.sql`
    update api_keys set requests_per_hour = 100, cap_day_nanos = 1000000000,
      model_allowlist = '{gpt-4}', address_allowlist = '{198.18.0.0/15}',
      expires_at = now() + interval '1 day'
    where id = ${tight.id}`;
  const asks: [variant: string, secret: string, more: object][] = [
    ["a live key", test.secret, { environment: "live" }],
    ["a higher rate", tight.secret, { rate_limit: 1e9 }],
    ["no rate", tight.secret, { rate_limit: null }],
    ["a higher cap", tight.secret, { spend_caps: { day: "2" } }],
    ["other models", tight.secret, { models: ["gpt-4", "glm-4.7"] }],
    ["all models", tight.secret, { models: null }],
    ["all addresses", tight.secret, { addresses: null }],
    ["a later end", tight.secret, { expires_in_days: 30 }],
  ];
  return Promise.all(
    asks.map(async ([variant, secret, more]) => {
      const json = { ...newKeyBody, ...more };
      const request: Ask = { method: "POST", path: "/v1/keys", json, secret };
      const answer = await world.ask(request);
      return { variant, dialect: "rest" as const, answer, tellsMore: true };
    }),
  );
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "vitest";
import { z } from "zod";
import {
  anthropic,
  type Expected,
  each,
  embed,
  embeddings,
  onBoth,
  send,
  turn,
  withFields,
} from "@/lib/gateway/cases/fields";
import type { Observed } from "@/lib/gateway/cases/judge";
import { onRoutes, type Provocations, type Route, type World } from "@/lib/gateway/cases/world";
import { readSample } from "@/lib/gateway/documents/samples";
import { startGateway } from "@/lib/gateway/server";
import { createTenant, createTestKey, testSettings } from "@/lib/gateway/testing/gateway";

async function makeResource(world: World) {
  const json = { name: "Mine", type: "compute" };
  const answer = await world.ask({ method: "POST", path: "/v1/resources", json });
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(answer.text));
  return { path: `/v1/resources/${id}`, etag: answer.headers.get("etag") ?? "" };
}

const lists = ["/v1/resources", "/v1/keys"];

async function withQueries(
  world: World,
  paths: readonly string[],
  queries: readonly string[],
  expected: Expected = {},
): Promise<Observed[]> {
  const routes = paths.flatMap((path) =>
    queries.map((query): Route => ({ dialect: "rest", method: "GET", path: `${path}?${query}` })),
  );
  return onRoutes(world, routes, "query", { secret: world.admin.secret }, expected);
}

const Page = z.object({ next_cursor: z.string() });

async function cursorOf(world: World, path: string, secret: string): Promise<string> {
  const answer = await world.ask({ path: `${path}?limit=1`, secret });
  return Page.parse(JSON.parse(answer.text)).next_cursor;
}

async function badCursors(world: World): Promise<Observed[]> {
  for (let i = 0; i < 2; i++) await makeResource(world);
  const mine = await cursorOf(world, "/v1/resources", world.admin.secret);
  const tenant = await createTenant(world.door.sql);
  const other = await createTestKey(world.door.sql, tenant, { scopes: ["admin"] });
  for (let i = 0; i < 2; i++) {
    const json = { name: "Theirs", type: "compute" };
    await world.ask({ method: "POST", path: "/v1/resources", json, secret: other.secret });
  }
  const theirs = await cursorOf(world, "/v1/resources", other.secret);
  const ofKeys = await cursorOf(world, "/v1/keys", world.admin.secret);
  const inner = Buffer.from(mine, "base64url");
  const forged = Buffer.concat([Buffer.alloc(16), inner.subarray(16)]).toString("base64url");
  const bad = [
    ...[theirs, ofKeys, forged, mine.slice(0, -1), mine.slice(0, 10), mine.slice(1), `${mine}A`],
    ...[`${mine}=`, `${mine}%3D`, "x", "", "null", "0", "e30", "eyJpZCI6MX0", "a".repeat(5_000)],
    ...[
      "%00",
      "..%2f",
      Buffer.from('{"after":"x"}').toString("base64url"),
      `${mine}&cursor=${mine}`,
    ],
  ];
  const queries = bad.map((cursor) => `cursor=${cursor}`);
  const good = await withQueries(world, ["/v1/resources"], [`cursor=${mine}`], { due: "ok" });
  const crossed = await withQueries(world, ["/v1/keys"], [`cursor=${mine}`], { param: "cursor" });
  return [
    ...(await withQueries(world, ["/v1/resources"], queries, { param: "cursor" })),
    ...good,
    ...crossed,
  ];
}

async function strictTokens(world: World): Promise<Observed[]> {
  const settings = { ...testSettings, requiresMaxTokens: true };
  const gateway = await startGateway({ databaseUrl: world.door.database.url, port: 0, settings });
  try {
    const origin = `http://127.0.0.1:${gateway.port}`;
    const json = { model: "deepseek-chat", messages: [turn] };
    const route: Route = { dialect: "anthropic", method: "POST", path: anthropic, json };
    return await onRoutes(
      world,
      [route],
      "strict",
      { origin },
      { due: "missing_param", param: "max_tokens" },
    );
  } finally {
    await gateway.stop(1_000);
  }
}

async function runSample(world: World): Promise<Observed[]> {
  const command = readSample("agcloud-messages.sh", {
    "https://aiandgpu.com": world.door.origin,
    "<YOUR_API_KEY>": world.key.secret,
    curl: "curl --silent --include",
  });
  const { stdout } = await promisify(execFile)("bash", ["-c", command]);
  const [head = "", text = ""] = stdout.split(/\r\n\r\n/);
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  expect(JSON.parse(text)).toMatchObject({ type: "message", role: "assistant" });
  const answer = { status: Number(first.split(" ")[1]), headers, text };
  return [{ variant: "curl", dialect: "anthropic", answer }];
}

/** The cases of group E about other routes than Chat Completions. */
/** Where nothing may be sent, in every spelling; of the names the resolver of these tests knows some. */
const badReceivers = [
  ...["http://localhost", "https://localhost", "http://hooks.example.com", "https://127.1"],
  ...["https://[::ffff:7f00:1]", "https://0.0.0.0", "https://2130706433", "https://0x7f.1"],
  ...["https://017700000001", "https://[::1]", "https://[fd00::1]", "https://169.254.169.254"],
  ...["https://localtest.me", "https://a.localtest.me", "https://inside.example.com"],
  ...["https://mapped.example.com", "https://no-such-name.example.com", "https://user:pw@x"],
  ...["https://user:pw@hooks.example.com", "https://hooks.example.com:22", "https://", "x", ""],
  ...["https://hooks.example.com/#a", "file:///etc/passwd", "gopher://x", 5, null, {}, []],
];

export const otherParameters: Provocations = {
  E26: async (world) => [
    ...(await withFields(world, anthropic, { none: { max_tokens: undefined } })),
    ...(await strictTokens(world)),
  ],
  E28: (world) =>
    withFields(
      world,
      anthropic,
      each("system", [5, true, {}, null, [5], ["a"], [{ type: "image" }], [{ type: "text" }]]),
    ),
  E29: (world) => {
    const answer = { role: "assistant", content: "Hi" };
    const orders = [
      [turn, turn],
      [answer, turn],
      [turn, answer, answer, turn],
      [answer],
      [turn, answer],
    ];
    return withFields(world, anthropic, each("messages", orders));
  },
  E31: (world) => {
    const blocks = [
      { type: "unknown" },
      {},
      { type: 5 },
      { type: null },
      { type: "text" },
      { text: "a" },
      { type: "TEXT", text: "a" },
    ];
    const messages = blocks.map((block) => [{ role: "user", content: [block] }]);
    return onBoth(world, each("messages", messages), { due: "param/missing_param" });
  },
  E32: runSample,
  E34: async (world) => {
    const many = Array.from({ length: 2_049 }, () => "a");
    const inputs = [
      [],
      "",
      many,
      [[1, 2], [3]],
      [[[1]]],
      [1, [2]],
      [["a"]],
      [""],
      5,
      null,
      {},
      [null],
      [1.5],
      [-1],
      ["a", 1],
      [{}],
      true,
    ];
    const bodies = Object.fromEntries(
      inputs.map((input, i) => [`${i} ${JSON.stringify(input).slice(0, 40)}`, embed(input)]),
    );
    const fits = { one: embed("a"), most: embed(many.slice(1)) };
    return [
      ...(await send(world, embeddings, bodies)),
      ...(await send(world, embeddings, fits, { due: "ok" })),
    ];
  },
  E35: async (world) => {
    const family = "👨‍👩‍👧‍👦";
    const names = [
      "",
      "a".repeat(65),
      family.repeat(65),
      "   ",
      5,
      null,
      [],
      "a\nb",
      "a\u202eb",
      "\u200b",
      "a\u0000b",
      "\t",
    ];
    const route: Route = { dialect: "rest", method: "POST", path: "/v1/resources" };
    const due = { due: "param/missing_param", param: "name" };
    const bodies = Object.fromEntries(names.map((name, i) => [i, { name, type: "compute" }]));
    const put: Route = { ...route, method: "PUT", path: (await makeResource(world)).path };
    const fits = { "64": { name: family.repeat(64), type: "compute" } };
    const observed = [
      ...(await send(world, route, { ...bodies, missing: { type: "compute" } }, due)),
      ...(await send(world, put, { ...bodies, missing: { config: {} } }, due)),
    ];
    for (const { answer } of observed) {
      expect(JSON.parse(answer.text)).toMatchObject({
        message: expect.any(String),
        errors: [{ path: "name" }],
      });
    }
    return [...observed, ...(await send(world, route, fits, { due: "ok" }))];
  },
  E38: async (world) => {
    const { path, etag } = await makeResource(world);
    const json = { name: "Second" };
    const first = await world.ask({ method: "PUT", path, json, headers: { "If-Match": etag } });
    expect(first.status).toBe(200);
    const current = first.headers.get("etag") ?? "";
    const routes: Route[] = [
      { dialect: "rest", method: "PUT", path, json },
      { dialect: "rest", method: "PATCH", path, json },
      { dialect: "rest", method: "DELETE", path },
    ];
    const stale = [etag, '"x"', `W/${current}`, "x", `${etag}, "9999"`, '""'];
    const seen = await Promise.all(
      stale.map((tag) =>
        onRoutes(world, routes, tag, { headers: { "If-Match": tag } }, { details: { current } }),
      ),
    );
    const now = await world.ask({ path });
    expect([now.headers.get("etag"), now.status]).toEqual([current, 200]);
    const headers = { "If-Match": `"x", ${current}` };
    const good = await onRoutes(world, routes.slice(0, 1), "in a list", { headers }, { due: "ok" });
    return [...seen.flat(), ...good];
  },
  E40: async (world) => {
    const bad = [
      "0",
      "-1",
      "1001",
      "x",
      "1e3",
      "",
      "1.5",
      "0x10",
      "%201",
      "1%20",
      "01",
      "null",
      "9".repeat(30),
      "1&limit=2",
      "+1",
      "%D9%A3",
    ];
    const queries = bad.map((limit) => `limit=${limit}`);
    const good = await withQueries(world, lists, ["limit=1", "limit=100", "other=1"], {
      due: "ok",
    });
    return [...(await withQueries(world, lists, queries, { param: "limit" })), ...good];
  },
  E41: badCursors,
  E43: async (world) => {
    const day = (days: number) =>
      new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    const bad = [
      `from=${day(1)}&to=${day(3)}`,
      `from=${day(400)}&to=${day(0)}`,
      ...["2026-02-30", "%2B275760-09-13T00:00:00Z", "yesterday", "", "2026-13-01", "2026-1-1"].map(
        (at) => `from=${at}`,
      ),
      ...[
        "2026-02-30",
        "-271821-04-20",
        "0",
        "1e9",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00",
      ].map((at) => `to=${at}`),
      ...["1700000000", "Infinity", "null", "2026-01-01%00", "1999-12-31"].map(
        (at) => `from=${at}`,
      ),
      "interval=minute",
      "interval=",
      "group_by=user",
      `from=${day(1)}&from=${day(2)}`,
      "from=9999-12-31",
    ];
    const good = [`from=${day(365)}&to=${day(0)}`, `from=${day(1)}&to=${day(1)}`, ""];
    return [
      ...(await withQueries(world, ["/v1/usage"], bad)),
      ...(await withQueries(world, ["/v1/usage"], good, { due: "ok" })),
    ];
  },
  E44: async (world) => {
    const created = (url: unknown, expected: Expected) =>
      onRoutes(
        world,
        [{ dialect: "rest", method: "POST", path: "/v1/webhooks", json: { url, events: ["*"] } }],
        `url ${JSON.stringify(url)}`,
        {},
        expected,
      );
    const seen = [];
    for (const url of badReceivers) seen.push(...(await created(url, { param: "url" })));
    const made = await created("https://hooks.example.com/in?a=b", { due: "ok" });
    const { id } = z.object({ id: z.string() }).parse(JSON.parse(made[0]?.answer.text ?? ""));
    const path = `/v1/webhooks/${id}`;
    const change: Route = {
      dialect: "rest",
      method: "PATCH",
      path,
      json: { url: "https://127.1" },
    };
    seen.push(...(await onRoutes(world, [change], "changed", {}, { param: "url" })));
    return [...seen, ...made];
  },
};

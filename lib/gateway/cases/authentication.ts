import { createHash } from "node:crypto";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { expect } from "vitest";
import { z } from "zod";
import type { GatewaySettings } from "@/lib/gateway/call";
import { changeKey } from "@/lib/gateway/cases/callers";
import type { Observed } from "@/lib/gateway/cases/judge";
import { answerTo } from "@/lib/gateway/cases/wire";
import {
  type Ask,
  everyKind,
  generations,
  onRoutes,
  type Provocations,
  type Route,
  type World,
} from "@/lib/gateway/cases/world";
import { startGateway } from "@/lib/gateway/server";
import {
  createTenant,
  createTestKey,
  type TestKey,
  testSettings,
} from "@/lib/gateway/testing/gateway";
import { mintSecret } from "@/lib/keys/secret";

type Expected = Omit<Observed, "variant" | "dialect" | "answer">;

/** Sends each set of headers, and nothing else that could be a key, to every kind of route. */
async function withHeaders(
  world: World,
  sets: Record<string, Record<string, string>>,
  expected: Expected = {},
  routes: readonly Route[] = everyKind,
): Promise<Observed[]> {
  const seen = Object.entries(sets).map(([variant, headers]) =>
    onRoutes(world, routes, variant, { secret: null, headers }, expected),
  );
  return (await Promise.all(seen)).flat();
}

const withTokens = (world: World, tokens: Record<string, string>, expected: Expected = {}) =>
  withHeaders(
    world,
    Object.fromEntries(
      Object.entries(tokens).flatMap(([variant, token]) => [
        [variant, { Authorization: `Bearer ${token}` }],
        [`${variant}, as x-api-key`, { "x-api-key": token }],
      ]),
    ),
    expected,
  );

/** A gateway of its own on the same database, for as long as `work` needs it. */
async function withGateway<T>(
  { door }: World,
  settings: Partial<GatewaySettings>,
  work: (origin: string) => Promise<T>,
): Promise<T> {
  const all = { ...testSettings, ...settings };
  const gateway = await startGateway({ databaseUrl: door.database.url, port: 0, settings: all });
  try {
    return await work(`http://127.0.0.1:${gateway.port}`);
  } finally {
    await gateway.stop(1_000);
  }
}

const newKey = ({ door, tenant }: World, options: Parameters<typeof createTestKey>[2] = {}) =>
  createTestKey(door.sql, tenant, { scopes: ["read", "write"], ...options });

const changed = (text: string, at: number) =>
  text.slice(0, at) + (text.at(at) === "x" ? "y" : "x") + text.slice(at + 1);
const flipCase = (text: string) =>
  [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join("");

const Rotated = z.object({ key: z.string() });

/** Rotates a key over the API and uses the new secret, so that the old one is in its overlap. */
async function rotate(world: World, key: TestKey, graceSeconds: number): Promise<void> {
  const path = `/v1/keys/${key.id}/rotate`;
  const json = { grace_seconds: graceSeconds };
  const answer = await world.ask({ method: "POST", path, json, secret: world.admin.secret });
  expect(answer.status).toBe(200);
  const { key: secret } = Rotated.parse(JSON.parse(answer.text));
  expect((await world.ask({ path: "/v1/models", secret })).status).toBe(200);
}

/** Both official clients make their own error of it. */
async function expectSdkErrors({ door }: World, secret: string): Promise<void> {
  const openAi = new OpenAI({ apiKey: secret, baseURL: `${door.origin}/v1` });
  await expect(openAi.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  const anthropic = new Anthropic({ authToken: secret, apiKey: null, baseURL: door.origin });
  const asked = anthropic.messages.create({
    model: "deepseek-chat",
    max_tokens: 5,
    messages: [{ role: "user", content: "Hi" }],
  });
  await expect(asked).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
}

/** Nobody who waits for the database answers while nobody may read the keys. */
async function withoutKeys({ door }: World, work: () => Promise<Observed[]>): Promise<Observed[]> {
  return await door.sql.begin(async (tx) => {
    await tx`lock table api_key_secrets in access exclusive mode`;
    return await work();
  });
}

async function raceRevocation(world: World): Promise<Observed[]> {
  const key = await newKey(world);
  const revoking = { at: Number.POSITIVE_INFINITY };
  const seen: Observed[] = [];
  let hasBegun: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    hasBegun = resolve;
  });
  const clients = Array.from({ length: 100 }, async (_, i) => {
    const route = everyKind[i % everyKind.length] ?? everyKind[0];
    for (let n = 0; route && n < 4; n++) {
      const startedAtMs = performance.now();
      const answer = await world.ask({ ...route, secret: key.secret });
      const isLate = startedAtMs > revoking.at;
      const { dialect } = route;
      const late = isLate ? { due: "revoked_key" } : {};
      seen.push({ variant: `${i}.${n}`, dialect, answer, ...late });
      if (seen.length > 60) hasBegun();
    }
  });
  await begun;
  const request = { method: "DELETE", path: `/v1/keys/${key.id}`, secret: world.admin.secret };
  expect((await world.ask(request)).status).toBe(200);
  revoking.at = performance.now();
  await Promise.all(clients);
  seen.push(
    ...(await onRoutes(
      world,
      everyKind,
      "after it",
      { secret: key.secret },
      { due: "revoked_key" },
    )),
  );
  expect(seen.some(({ answer }) => answer.status === 200)).toBe(true);
  return seen;
}

const queryNames = ["api_key", "access_token", "key", "token", "apikey", "API_KEY", "auth_token"];

/** Group B: who the caller is. */
export const authentication: Provocations = {
  B01: (world) =>
    withHeaders(world, {
      nothing: {},
      "a cookie": { Cookie: `token=${world.key.secret}; session=x` },
      "other headers": { "api-key": world.key.secret, "X-Auth-Token": world.key.secret },
      "for a proxy": { "Proxy-Authorization": `Bearer ${world.key.secret}` },
    }),
  B02: (world) =>
    withHeaders(world, {
      empty: { Authorization: "" },
      spaces: { Authorization: "  \t " },
      "x-api-key": { "x-api-key": "" },
      both: { Authorization: "", "x-api-key": " " },
    }),
  B04: (world) =>
    withHeaders(world, {
      Basic: { Authorization: "Basic dXNlcjpwYXNz" },
      "Basic with a key": { Authorization: `Basic ${btoa(`${world.key.secret}:`)}` },
      Digest: { Authorization: 'Digest username="a"' },
      Token: { Authorization: `Token ${world.key.secret}` },
      "a scheme alone": { Authorization: "Bearer" },
      "key=": { Authorization: `key=${world.key.secret}` },
    }),
  B05: (world) =>
    withHeaders(world, {
      "a b": { Authorization: "Bearer a b" },
      "a key and more": { Authorization: `Bearer ${world.key.secret} x` },
      "a key twice": { Authorization: `Bearer ${world.key.secret} ${world.key.secret}` },
      "Bearer twice": { Authorization: `Bearer Bearer ${world.key.secret}` },
      "a comma": { Authorization: `Bearer ${world.key.secret}, Bearer ${world.key.secret}` },
      "a tab within": { Authorization: `Bearer ${world.key.secret.replace("_live", "\t_live")}` },
    }),
  B07: (world) =>
    withHeaders(world, {
      spaces: { Authorization: `Bearer   ${world.key.secret}  ` },
      "a tab": { Authorization: `Bearer\t${world.key.secret}\t` },
      "in front": { Authorization: `  \tBearer ${world.key.secret}` },
      "in small letters": { Authorization: `bearer ${world.key.secret}` },
      "in capitals": { Authorization: `BEARER ${world.key.secret}` },
      "around x-api-key": { "x-api-key": ` ${world.key.secret}\t` },
    }),
  B08: (world) =>
    withHeaders(world, {
      bare: { Authorization: world.key.secret },
      "with space around": { Authorization: `  ${world.key.secret} ` },
    }),
  B10: (world) =>
    withHeaders(world, {
      Anthropic: { Authorization: `Bearer ${world.key.secret}`, "x-api-key": "sk-ant-api03-x" },
      OpenAI: { Authorization: `Bearer ${world.key.secret}`, "x-api-key": "sk-proj-x" },
      nonsense: { Authorization: `Bearer ${world.key.secret}`, "x-api-key": "a b %" },
      bare: { Authorization: world.key.secret, "x-api-key": "sk-ant-api03-x" },
      "the same key": {
        Authorization: `Bearer ${world.key.secret}`,
        "x-api-key": world.key.secret,
      },
    }),
  B11: async (world) => {
    const [a, b] = [world.key.secret, (await newKey(world)).secret];
    return withHeaders(world, {
      "one each": { Authorization: `Bearer ${a}`, "x-api-key": b },
      "the other way": { Authorization: `Bearer ${b}`, "x-api-key": a },
      bare: { Authorization: a, "x-api-key": b },
      "one never issued": { Authorization: `Bearer ${a}`, "x-api-key": mintSecret("live").secret },
      "Authorization twice": { Authorization: `Bearer ${a}`, authorization: `Bearer ${b}` },
      "x-api-key twice": { "x-api-key": a, "X-API-Key": b },
    });
  },
  B13: async (world) => {
    const { secret } = world.key;
    const queries = queryNames.map((name) => `${name}=${secret}`);
    queries.push(`q=${secret}`, "access_token=x", `a=1&api%5Fkey=${secret}`, `api_key=${secret}x`);
    const seen = queries.flatMap((query) =>
      [null, secret].map((shown) =>
        Promise.all(
          everyKind.map(async ({ dialect, ...route }) => {
            const answer = await world.ask({
              ...route,
              path: `${route.path}?${query}`,
              secret: shown,
            });
            expect(answer.text + [...answer.headers].join()).not.toContain(secret.slice(12));
            return { variant: `${route.path}?${query.replace(secret, "…")}`, dialect, answer };
          }),
        ),
      ),
    );
    return (await Promise.all(seen)).flat();
  },
  B14: async (world) => {
    const { secret } = world.key;
    const bodies: Omit<Ask, "path">[] = [
      { json: { access_token: secret } },
      { json: { api_key: secret } },
      {
        body: `access_token=${secret}`,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      },
    ];
    const seen = bodies.map((body, i) =>
      onRoutes(world, generations, `body ${i}`, { ...body, secret: null }),
    );
    return (await Promise.all(seen)).flat();
  },
  B16: async (world) => {
    const { secret } = world.key;
    const places = [0, 5, 10, 24, 39, 40, 45];
    const tokens = Object.fromEntries(places.map((at) => [`character ${at}`, changed(secret, at)]));
    const other = { "another environment": secret.replace("_live_", "_test_") };
    return [
      ...(await withoutKeys(world, () => withTokens(world, tokens))),
      ...(await withTokens(world, other)),
    ];
  },
  B17: async (world) => {
    const strip = (text: string) => text.replace(/req_\w+/, "");
    const never = mintSecret("live").secret;
    const tokens = { live: never, test: mintSecret("test").secret };
    const unknown = await withTokens(world, tokens);
    const wrong = await withTokens(world, { live: changed(never, 20), test: changed(never, 44) });
    expect(unknown.map(({ answer }) => strip(answer.text))).toEqual(
      wrong.map(({ answer }) => strip(answer.text)),
    );
    await expectSdkErrors(world, never);
    return unknown;
  },
  B19: (world) => {
    const { secret } = world.key;
    const at = secret.slice(12).search(/[a-zA-Z]/) + 12;
    return withTokens(world, {
      all: secret.slice(0, 10) + flipCase(secret.slice(10)),
      one: secret.slice(0, at) + flipCase(secret.charAt(at)) + secret.slice(at + 1),
      prefix: flipCase(secret.slice(0, 9)) + secret.slice(9),
      capitals: secret.toUpperCase(),
    });
  },
  B20: (world) => {
    const ends = [
      "%0a",
      "%0d%0a",
      "%00",
      "%20",
      "\u200b",
      "\ufeff",
      "\u00a0",
      "\u2028",
      "\\n",
      ";",
      ",",
    ];
    const { secret } = world.key;
    const quoted = {
      quotes: `"${secret}"`,
      brackets: `<${secret}>`,
      "in front": `\u200b${secret}`,
    };
    return withTokens(world, {
      ...quoted,
      ...Object.fromEntries(ends.map((end) => [JSON.stringify(end), secret + end])),
    });
  },
  B22: (world) => {
    const { secret } = world.key;
    return withTokens(world, {
      "35": secret.slice(0, -1),
      "37": `${secret}a`,
      "35, the first gone": secret.slice(0, 10) + secret.slice(11),
      none: secret.slice(0, 10),
      "the prefix": secret.slice(0, 4),
      twice: secret + secret,
      another: "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz",
      "no prefix": secret.slice(10),
    });
  },
  B23: async (world) => {
    const seen = await withTokens(world, {
      "10 KB": "a".repeat(10_240),
      "10 KB behind a key": world.key.secret + "a".repeat(10_240),
      "15 KB": "a".repeat(15_000),
    });
    const text = `GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${"a".repeat(17_000)}\r\n\r\n`;
    expect((await answerTo(world.door.origin, text)).status).toBe(431);
    return seen;
  },
  B25: (world) =>
    withTokens(world, {
      percent: "%",
      "cut off": "%E0%A4%A",
      "no hex": "%zz",
      "an accent": "é",
      JSON: "{}",
      "a quote": '"',
      "a bracket": "[object",
      "an entity": "&#0;",
    }),
  B26: (world) => {
    const digest = createHash("sha256").update(world.key.secret).digest();
    return withTokens(world, {
      hex: digest.toString("hex"),
      base64: digest.toString("base64").replaceAll("+", "-"),
      base64url: digest.toString("base64url"),
      "behind the prefix": world.key.secret.slice(0, 10) + digest.toString("hex").slice(0, 36),
    });
  },
  B28: async (world) => {
    const key = await newKey(world);
    const request = { method: "DELETE", path: `/v1/keys/${key.id}`, secret: world.admin.secret };
    expect((await world.ask(request)).status).toBe(200);
    const wrong = { "a wrong secret": changed(key.secret, 20) };
    return [
      ...(await withTokens(world, { revoked: key.secret }, { details: { key_id: key.id } })),
      ...(await withTokens(world, wrong, { due: "invalid_key" })),
    ];
  },
  B29: async (world) => {
    const key = await newKey(world);
    await world.door.sql`
      update api_keys set expires_at = clock_timestamp() - interval '1 millisecond'
      where id = ${key.id}`;
    const coming = await newKey(world, { expiresAt: new Date(Date.now() + 60_000) });
    return [
      ...(await withTokens(world, { "1 ms ago": key.secret })),
      ...(await withTokens(world, { "in a minute": coming.secret }, { due: "ok" })),
    ];
  },
  B31: async (world) => {
    const key = await newKey(world);
    await rotate(world, key, 900);
    const seen = await withTokens(world, { "the old secret": key.secret });
    for (const { answer } of seen) {
      const since = Number(/^@(\d+)$/.exec(answer.headers.get("deprecation") ?? "")?.[1]);
      expect(Math.abs(since - Date.now() / 1000)).toBeLessThan(60);
      const until = Date.parse(answer.headers.get("x-key-grace-until") ?? "");
      expect(Math.abs(until - (since + 900) * 1000)).toBeLessThan(2_000);
    }
    return seen;
  },
  B32: async (world) => {
    const [key, atOnce] = [await newKey(world), await newKey(world)];
    await rotate(world, key, 900);
    await rotate(world, atOnce, 0);
    await world.door.sql`
      update api_key_secrets set retires_at = clock_timestamp() - interval '1 millisecond'
      where key_id = ${key.id} and state = 'retiring'`;
    return withTokens(world, { "15 minutes": key.secret, none: atOnce.secret });
  },
  B34: (world) =>
    withGateway(world, { testKeys: "only" }, async (origin) => {
      const test = await newKey(world, { environment: "test" });
      const wrong = {
        message: "Authentication error: live key used in test mode",
        details: { key_environment: "live", required: "test" },
      };
      const live = { origin, secret: world.key.secret };
      return [
        ...(await onRoutes(world, everyKind, "a live key", live, wrong)),
        ...(await onRoutes(
          world,
          everyKind,
          "a test key",
          { origin, secret: test.secret },
          { due: "ok" },
        )),
      ];
    }),
  B35: async (world) => {
    const { sql } = world.door;
    const tenant = await createTenant(sql);
    const key = await createTestKey(sql, tenant, { scopes: ["admin"] });
    await sql`update workspaces set deleted_at = now() where id = ${tenant.workspaceId}`;
    return withTokens(world, { "the key": key.secret });
  },
  B37: (world) =>
    withGateway(world, {}, async (origin) => {
      const key = await newKey(world);
      const spoofs = {
        "nothing more": {},
        "X-Forwarded-For": { "X-Forwarded-For": "203.0.113.9" },
        "a list": { "X-Forwarded-For": "203.0.113.9, 127.0.0.1" },
        Forwarded: { Forwarded: "for=203.0.113.9" },
        "other names": { "X-Real-IP": "203.0.113.9", "CF-Connecting-IP": "203.0.113.9" },
        "True-Client-IP": { "True-Client-IP": "203.0.113.9", "X-Client-IP": "203.0.113.9" },
      };
      const seen: Observed[] = [];
      for (const list of [["203.0.113.0/24", "2001:db8::/32"], []]) {
        await changeKey(world, { key }, { address_allowlist: list });
        for (const [variant, headers] of Object.entries(spoofs)) {
          const change = { origin, secret: key.secret, headers };
          seen.push(
            ...(await onRoutes(world, everyKind, variant, change, {
              details: { address: "127.0.0.1" },
            })),
          );
        }
      }
      await changeKey(world, { key }, { address_allowlist: ["127.0.0.0/8"] });
      const change = { origin, secret: key.secret };
      return [...seen, ...(await onRoutes(world, everyKind, "on it", change, { due: "ok" }))];
    }),
  B38: (world) =>
    withGateway(world, {}, async (origin) => {
      const wrong = () => ({ origin, secret: mintSecret("live").secret });
      for (let i = 0; i < 30; i++) {
        expect((await world.ask({ path: "/v1/models", ...wrong() })).status).toBe(401);
      }
      return [
        ...(await onRoutes(world, everyKind, "the 31st", wrong())),
        ...(await onRoutes(world, everyKind, "malformed", { origin, secret: "gate_live_x" })),
        ...(await onRoutes(world, everyKind, "a good key", { origin }, { due: "ok" })),
        ...(await onRoutes(
          world,
          everyKind,
          "no key",
          { origin, secret: null },
          { due: "missing_key" },
        )),
      ];
    }),
  B40: raceRevocation,
};

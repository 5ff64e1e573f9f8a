import { expect } from "vitest";
import { z } from "zod";
import type { GatewaySettings } from "@/lib/gateway/call";
import { changeKey } from "@/lib/gateway/cases/callers";
import type { Observed } from "@/lib/gateway/cases/judge";
import { changed, newKey, withTokens } from "@/lib/gateway/cases/tokens";
import { everyKind, onRoutes, type Provocations, type World } from "@/lib/gateway/cases/world";
import { startGateway } from "@/lib/gateway/server";
import {
  createTenant,
  createTestKey,
  type TestKey,
  testSettings,
} from "@/lib/gateway/testing/gateway";
import { mintSecret } from "@/lib/keys/secret";

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

/** Keys that were given and that don't open the door, or not from here. */
export const keys: Provocations = {
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

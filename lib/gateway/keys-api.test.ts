import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTenant, createTestKey } from "@/lib/gateway/testing/gateway";
import { KeysApi } from "@/lib/gateway/testing/keys-api";
import { newId } from "@/lib/id";
import { mintSecret, parseSecret } from "@/lib/keys/secret";
import { dayMs, hourMs } from "@/lib/time";

let api: KeysApi;
beforeAll(async () => {
  api = await KeysApi.open();
});
afterAll(() => api.door.close());

describe("POST /v1/keys", () => {
  it("K2 answers the key with its secret, once, and the secret opens the door", async () => {
    const made = await api.send("/keys", {
      body: {
        name: "Nightly batch",
        scopes: ["write", "read"],
        expires_in_days: 90,
        models: ["gpt-*"],
        addresses: ["127.0.0.1/8"],
        rate_limit: 500,
        spend_caps: { day: "25", month: "0.000000001" },
        rotation_days: 90,
      },
    });
    expect(made.status, made.text).toBe(201);
    const { key, ...shown } = made.body;
    expect(parseSecret(key)).toEqual({ environment: "live" });
    expect(made.headers.get("location")).toBe(`/v1/keys/${shown.id}`);
    expect(shown).toMatchObject({
      object: "api_key",
      name: "Nightly batch",
      environment: "live",
      scopes: ["read", "write"],
      status: "active",
      last4: key.slice(-4),
      models: ["gpt-*"],
      addresses: ["127.0.0.0/8"],
      rate_limit: 500,
      spend_caps: { day: "25.00", week: null, month: "0.000000001", total: null },
      rotation_days: 90,
      rotation: null,
    });
    const lifeMs = Date.parse(shown.expires_at) - Date.parse(shown.created_at);
    expect(Math.abs(lifeMs - 90 * dayMs)).toBeLessThan(hourMs);
    expect(await api.statusOf(key)).toBe(200);
    const again = await api.send(`/keys/${shown.id}`);
    expect(again.text).not.toContain(key);
    expect(again.body).not.toHaveProperty("key");
    const [row] = await api.door.sql`
      select actor_type, actor_id, details::text from audit_log where target_id = ${shown.id}`;
    expect(row).toMatchObject({ actor_type: "api_key", actor_id: api.admin.id });
    expect(row?.details).not.toContain(key);
  });

  it("C10 a scope that the calling key lacks is 403 scope, and no key is made", async () => {
    const writer = await createTestKey(api.door.sql, api.tenant, { scopes: ["read", "write"] });
    for (const scopes of [["admin"], ["read"]]) {
      const refused = await api.send("/keys", {
        body: { name: "A", scopes },
        secret: writer.secret,
      });
      expect(refused.status).toBe(403);
      expect(refused.body.error.code).toBe("INSUFFICIENT_SCOPE");
      expect(refused.body.error.details).toEqual({
        required: ["admin"],
        granted: ["read", "write"],
      });
    }
  });

  it("C11 a caller who isn't admin gets 403 scope for a rate of its own", async () => {
    const reader = await createTestKey(api.door.sql, api.tenant, { scopes: ["read"] });
    const body = { name: "A", scopes: ["read"], rate_limit: 1_000_000_000 };
    const refused = await api.send("/keys", { body, secret: reader.secret });
    expect([refused.status, refused.body.error.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    expect(refused.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
  });

  it("C10 a key can't make one that may do more than itself, in any respect", async () => {
    const bounded = await api.create({
      scopes: ["admin"],
      expires_in_days: 30,
      models: ["gpt-*"],
      addresses: ["127.0.0.0/8"],
      rate_limit: 100,
      spend_caps: { day: "5" },
    });
    const asked: [Record<string, unknown>, string][] = [
      [{ expires_in_days: 60 }, "expires_at"],
      [{ expires_at: null }, "expires_at"],
      [{ models: ["glm-4.7"] }, "models"],
      [{ models: null }, "models"],
      [{ addresses: ["127.0.0.1", "10.0.0.1"] }, "addresses"],
      [{ rate_limit: 101 }, "rate_limit"],
      [{ rate_limit: null }, "rate_limit"],
      [{ spend_caps: { day: "5.000000001" } }, "spend_caps.day"],
      [{ spend_caps: null }, "spend_caps.day"],
    ];
    for (const [limits, field] of asked) {
      const body = { name: "More", scopes: ["read"], ...limits };
      const refused = await api.send("/keys", { body, secret: bounded.key });
      expect([refused.status, refused.body.error.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
      expect(refused.body.error.details.beyond).toEqual([{ field, message: expect.any(String) }]);
    }
    const child = await api.create({ models: ["gpt-4"], rate_limit: 1 }, bounded.key);
    expect(child).toMatchObject({
      models: ["gpt-4"],
      rate_limit: 1,
      addresses: ["127.0.0.0/8"],
      spend_caps: { day: "5.00" },
      expires_at: bounded.expires_at,
    });
  });

  it("K6 a test key makes test keys only, and to it there are no live ones", async () => {
    const sandbox = await createTestKey(api.door.sql, api.tenant, {
      scopes: ["admin"],
      environment: "test",
    });
    expect((await api.create({}, sandbox.secret)).environment).toBe("test");
    const body = { name: "A", scopes: ["read"], environment: "live" };
    const refused = await api.send("/keys", { body, secret: sandbox.secret });
    expect([refused.status, refused.body.error.details.beyond[0].field]).toEqual([
      403,
      "environment",
    ]);
    const { id } = await api.create();
    for (const [method, path, sent] of [
      ["GET", `/keys/${id}`, undefined],
      ["PATCH", `/keys/${id}`, { name: "Mine" }],
      ["DELETE", `/keys/${id}`, undefined],
      ["POST", `/keys/${id}/revoke`, undefined],
      ["POST", `/keys/${id}/rotate`, {}],
    ] as const) {
      const answer = await api.send(path, { method, body: sent, secret: sandbox.secret });
      expect([method, answer.status]).toEqual([method, 404]);
    }
    const list = await api.send("/keys?environment=live&limit=100", { secret: sandbox.secret });
    const environments = list.body.data.map((key: { environment: string }) => key.environment);
    expect(new Set(environments)).toEqual(new Set(["test"]));
  });

  it("I34 the hundred-and-first live key is a conflict", async () => {
    const full = await createTenant(api.door.sql, { planId: "enterprise" });
    const own = await createTestKey(api.door.sql, full, { scopes: ["admin"] });
    await api.door.sql`
      insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
      select ${`${newId("apiKey").slice(0, -2)}`} || lpad(n::text, 2, '0'), ${full.workspaceId}, 'T',
        'live', '{read}', ${full.userId} from generate_series(0, 98) n`;
    const body = { name: "A", scopes: ["read"] };
    const refused = await api.send("/keys", { body, secret: own.secret });
    expect([refused.status, refused.body.error.code]).toEqual([409, "CONFLICT"]);
  });

  it.each([
    [{}, ["name", "scopes"]],
    [{ name: "", scopes: ["read"] }, ["name"]],
    [{ name: "A", scopes: [] }, ["scopes"]],
    [{ name: "A", scopes: "read" }, ["scopes"]],
    [{ name: "A", scopes: ["*"] }, ["scopes.0"]],
    [{ name: "A", scopes: ["read"], role: "owner" }, ["role"]],
    [{ name: "A", scopes: ["read"], expires_at: "tomorrow" }, ["expires_at"]],
    [{ name: "A", scopes: ["read"], expires_at: "2020-01-01T00:00:00Z" }, ["expires_at"]],
    [{ name: "A", scopes: ["read"], expires_at: "9999-01-01T00:00:00Z" }, ["expires_at"]],
    [{ name: "A", scopes: ["read"], expires_in_days: 366 }, ["expires_in_days"]],
    [
      { name: "A", scopes: ["read"], expires_in_days: 3, expires_at: "2027-01-01T00:00:00Z" },
      ["expires_in_days"],
    ],
    [{ name: "A", scopes: ["read"], rate_limit: 0 }, ["rate_limit"]],
    [{ name: "A", scopes: ["read"], models: ["*x"] }, ["models.0"]],
    [{ name: "A", scopes: ["read"], addresses: ["0.0.0.0/0"] }, ["addresses.0"]],
    [{ name: "A", scopes: ["read"], spend_caps: { day: 5 } }, ["spend_caps.day"]],
    [{ name: "A", scopes: ["read"], spend_caps: { year: "5" } }, ["spend_caps.year"]],
    [{ name: "A", scopes: ["read"], rotation_days: 0 }, ["rotation_days"]],
    [{ name: "A", scopes: ["read"], environment: "prod" }, ["environment"]],
  ])("P24 %j is 400 and names what is wrong", async (body, paths) => {
    const refused = await api.send("/keys", { body });
    expect([refused.status, refused.body.error.code]).toEqual([400, "VALIDATION_ERROR"]);
    expect(refused.body.errors.map((each: { path: string }) => each.path)).toEqual(paths);
  });
});

describe("GET /v1/keys", () => {
  it("pages through every key once, and never shows a hash or a secret", async () => {
    const other = await createTenant(api.door.sql, { planId: "enterprise" });
    const own = await createTestKey(api.door.sql, other, { scopes: ["admin"] });
    const made = [own.id];
    for (let i = 0; i < 4; i++) made.push((await api.create({ name: `K${i}` }, own.secret)).id);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const path: string = `/keys?limit=2${cursor ? `&cursor=${cursor}` : ""}`;
      const page = await api.send(path, { secret: own.secret });
      expect(page.status, page.text).toBe(200);
      expect(page.body.has_more).toBe(page.body.next_cursor !== null);
      seen.push(...page.body.data.map((key: { id: string }) => key.id));
      cursor = page.body.next_cursor;
    }
    expect(seen.sort()).toEqual(made.sort());
    const foreign = await api.send("/keys?limit=2", { secret: own.secret });
    const stolen = await api.send(`/keys?cursor=${foreign.body.next_cursor}`);
    expect([stolen.status, stolen.body.errors[0].path]).toEqual([400, "cursor"]);
  });

  it("lists the keys of one state", async () => {
    const { id } = await api.create();
    await api.send(`/keys/${id}`, { method: "PATCH", body: { enabled: false } });
    const list = await api.send("/keys?status=disabled&limit=100");
    expect(list.body.data.map((key: { id: string }) => key.id)).toContain(id);
    const states = list.body.data.map((key: { status: string }) => key.status);
    expect(new Set(states)).toEqual(new Set(["disabled"]));
    expect((await api.send("/keys?status=lost")).status).toBe(400);
  });
});

describe("/v1/keys/{id}", () => {
  it("P14 another workspace's key answers as one that never was", async () => {
    const other = await createTenant(api.door.sql);
    const theirs = await createTestKey(api.door.sql, other);
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["PATCH", "", { name: "Mine" }],
      ["DELETE", "", undefined],
      ["POST", "/revoke", undefined],
      ["POST", "/rotate", {}],
    ] as const) {
      const ids = [theirs.id, newId("apiKey"), "0", "x%27%20OR%201=1"];
      const answers = await Promise.all(
        ids.map((id) => api.send(`/keys/${id}${path}`, { method, body })),
      );
      for (const answer of answers) {
        expect([method, answer.status, answer.body]).toEqual([method, 404, answers[0]?.body]);
      }
    }
    expect(await api.statusOf(theirs.secret)).toBe(200);
  });

  it("PATCH changes what it names, and If-Match keeps two from writing over each other", async () => {
    const { id } = await api.create({ rate_limit: 5 });
    const read = await api.send(`/keys/${id}`);
    const tag = read.headers.get("etag") ?? "";
    const patch = (body: unknown, headers = {}) =>
      api.send(`/keys/${id}`, { method: "PATCH", body, headers });
    const changed = await patch(
      { name: "Renamed", spend_caps: { week: "7" }, rate_limit: null },
      { "if-match": tag },
    );
    expect(changed.status, changed.text).toBe(200);
    expect(changed.body).toMatchObject({
      name: "Renamed",
      rate_limit: null,
      scopes: ["read"],
      spend_caps: { day: null, week: "7.00" },
    });
    expect(changed.headers.get("etag")).not.toBe(tag);
    expect((await patch({ name: "Late" }, { "if-match": tag })).status).toBe(412);
    expect((await patch({})).status).toBe(400);
    expect((await api.send(`/keys/${id}`)).body.name).toBe("Renamed");
  });

  it("P1 enabled: false refuses the key at once, true takes it back", async () => {
    const { id, key } = await api.create();
    const set = (enabled: boolean) =>
      api.send(`/keys/${id}`, { method: "PATCH", body: { enabled } });
    expect((await set(false)).body.status).toBe("disabled");
    const refused = await api.send("/resources", { secret: key });
    expect([refused.status, refused.body.error.details.reason]).toEqual([401, "disabled"]);
    expect((await set(false)).status).toBe(200);
    expect((await set(true)).body.status).toBe("active");
    expect(await api.statusOf(key)).toBe(200);
  });

  it("C10 a key can't lift its own limits", async () => {
    const bounded = await api.create({ scopes: ["admin"], rate_limit: 50 });
    const body = { rate_limit: 51 };
    const path = `/keys/${bounded.id}`;
    const refused = await api.send(path, { method: "PATCH", body, secret: bounded.key });
    expect([refused.status, refused.body.error.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    const rotated = await api.send(`/keys/${api.admin.id}/rotate`, {
      body: {},
      secret: bounded.key,
    });
    expect(rotated.status).toBe(403);
  });

  it("P1 DELETE revokes at once, and again is what it was", async () => {
    const { id, key } = await api.create();
    const remove = () => api.send(`/keys/${id}`, { method: "DELETE" });
    const answers = [...(await Promise.all([remove(), remove(), remove()])), await remove()];
    for (const answer of answers) {
      expect([answer.status, answer.body]).toEqual([200, { id, deleted: true }]);
    }
    const [audits] = await api.door.sql`
      select count(*)::int as n from audit_log where target_id = ${id} and action = 'api_key.revoked'`;
    expect(audits?.n).toBe(1);
    expect(await api.statusOf(key)).toBe(401);
    expect((await api.send(`/keys/${id}`)).body).toMatchObject({ status: "revoked" });
    const changed = await api.send(`/keys/${id}`, { method: "PATCH", body: { rate_limit: 5 } });
    expect([changed.status, changed.body.error.code]).toEqual([409, "CONFLICT"]);
    const enabled = await api.send(`/keys/${id}`, { method: "PATCH", body: { enabled: true } });
    expect(enabled.status).toBe(409);
    expect((await api.send(`/keys/${id}/revoke`, { method: "POST" })).body.status).toBe("revoked");
  });
});

describe("GET /v1/key", () => {
  it("tells any key about itself and its limits, and counts against none", async () => {
    const { key } = await api.create({
      scopes: ["webhook"],
      rate_limit: 2,
      spend_caps: { day: "5" },
    });
    // Refused for its scope, and counted all the same.
    expect(await api.statusOf(key)).toBe(403);
    for (let i = 0; i < 3; i++) {
      const own = await api.send("/key", { secret: key });
      expect(own.status, own.text).toBe(200);
      expect(own.body).toMatchObject({
        object: "api_key",
        scopes: ["webhook"],
        secret: { last4: key.slice(-4), state: "active" },
        rate: { key: { limit: 2, used: 1, remaining: 1 } },
        spend: { day: { cap: "5.00", used: "0.00", held: "0.00", remaining: "5.00" }, week: null },
      });
      expect(own.text).not.toContain(key);
      expect(own.headers.get("x-ratelimit-limit")).toBe("2");
      expect(own.headers.get("x-ratelimit-remaining")).toBe("1");
    }
  });

  it("C04 a key without scopes learns nothing", async () => {
    const none = await createTestKey(api.door.sql, api.tenant, { scopes: [] });
    for (const method of ["GET", "POST"]) {
      const path = method === "GET" ? "/key" : "/key/rotate";
      const answer = await api.send(path, { method, secret: none.secret });
      expect([answer.status, answer.body.error.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
    }
  });
});

describe("POST /v1/keys/verify", () => {
  const verify = async (key: string, secret?: string) => {
    const answer = await api.send("/keys/verify", { body: { key }, ...(secret ? { secret } : {}) });
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };

  it("tells whether a key of the workspace is good, and what it may do", async () => {
    const { id, key } = await api.create({ rate_limit: 9 });
    expect(await verify(key)).toMatchObject({
      valid: true,
      key: { id, scopes: ["read"], environment: "live", rate_limit: 9, last_used_at: null },
    });
    const rotated = await api.send(`/keys/${id}/rotate`, { body: {} });
    expect(await verify(rotated.body.key)).toMatchObject({ valid: true, key: { id } });
    expect((await api.send(`/keys/${id}`)).body.rotation.state).toBe("pending");
    await api.send(`/keys/${id}`, { method: "PATCH", body: { enabled: false } });
    expect(await verify(key)).toEqual({ valid: false, reason: "disabled" });
    await api.send(`/keys/${id}`, { method: "DELETE" });
    expect(await verify(key)).toEqual({ valid: false, reason: "revoked" });
    const ended = await createTestKey(api.door.sql, api.tenant, { expiresAt: new Date(0) });
    expect(await verify(ended.secret)).toEqual({ valid: false, reason: "expired" });
  });

  it("another workspace's key is unknown, like one that was never made", async () => {
    const theirs = await createTestKey(api.door.sql, await createTenant(api.door.sql));
    expect(await verify(theirs.secret)).toEqual({ valid: false, reason: "unknown" });
    expect(await verify(mintSecret("live").secret)).toEqual({ valid: false, reason: "unknown" });
    for (const text of ["", "gate_live_x", `${theirs.secret}x`]) {
      expect(await verify(text)).toEqual({ valid: false, reason: "malformed" });
    }
    const sandbox = await createTestKey(api.door.sql, api.tenant, {
      scopes: ["admin"],
      environment: "test",
    });
    expect(await verify(api.admin.secret, sandbox.secret)).toEqual({
      valid: false,
      reason: "unknown",
    });
  });

  it("P10 keeps the key that it was asked about out of every table", async () => {
    const asked = mintSecret("live").secret;
    await verify(asked);
    await api.send("/keys/verify", { body: { key: asked, also: asked } });
    const rows = await api.door.sql`select l::text as row from request_log l`;
    expect(rows.map(({ row }) => String(row)).join("\n")).not.toContain(asked.slice(10, 30));
  });

  it("K4 is for admin keys", async () => {
    const writer = await createTestKey(api.door.sql, api.tenant, {
      scopes: ["read", "write", "webhook"],
    });
    for (const [method, path] of [
      ["POST", "/keys/verify"],
      ["GET", "/keys"],
      ["GET", `/keys/${api.admin.id}`],
      ["PATCH", `/keys/${api.admin.id}`],
      ["DELETE", `/keys/${api.admin.id}`],
    ] as const) {
      const body = method === "POST" || method === "PATCH" ? {} : undefined;
      const refused = await api.send(path, { method, body, secret: writer.secret });
      expect([path, refused.status]).toEqual([path, 403]);
    }
  });
});

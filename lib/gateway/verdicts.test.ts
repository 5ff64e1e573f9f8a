import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
  type TestKey,
} from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";
import { mintSecret } from "@/lib/keys/secret";

let door: TestDoor;
let tenant: Tenant;

beforeAll(async () => {
  door = await openTestDoor();
  tenant = await createTenant(door.sql);
});
afterAll(() => door.close());

interface Call {
  path?: string;
  headers?: Record<string, string>;
  origin?: string;
}

/** Calls a route of the REST dialect, whose errors have details. */
function call(secret: string, { path = "/v1/balance", headers = {}, origin }: Call = {}) {
  return fetch(`${origin ?? door.origin}${path}`, {
    headers: { authorization: `Bearer ${secret}`, ...headers },
  });
}

function chat(secret: string, body: object = {}) {
  return fetch(`${door.origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "deepseek-chat",
      max_tokens: 8,
      messages: [{ role: "user", content: "Hello" }],
      ...body,
    }),
  });
}

async function codeOf(response: Response) {
  return { status: response.status, code: (await response.json()).error.code };
}

const changeKey = (key: TestKey, columns: Record<string, unknown>) =>
  door.sql`update api_keys set ${door.sql(columns)} where id = ${key.id}`;

const inMs = (ms: number) => new Date(Date.now() + ms);

/** Gives a key the new secret of a rotation, unused so far. */
async function addPending(key: TestKey, graceSeconds: number, lapsesAt = inMs(86_400_000)) {
  const minted = mintSecret("live");
  await door.sql`
    insert into api_key_secrets
      (id, key_id, workspace_id, hash, prefix, last4, state, grace_seconds, lapses_at)
    values (${newId("secret")}, ${key.id}, ${tenant.workspaceId}, ${minted.hash}, ${minted.prefix},
      ${minted.last4}, 'pending', ${graceSeconds}, ${lapsesAt})`;
  return minted.secret;
}

describe("a key that opens nothing", () => {
  it("B28 revoked: 401, with when and why for the exact secret only", async () => {
    const key = await createTestKey(door.sql, tenant);
    const revokedAt = inMs(-1_000);
    await changeKey(key, { revoked_at: revokedAt });
    const response = await call(key.secret);
    expect(response.status).toBe(401);
    expect(response.headers.get("x-should-retry")).toBeNull();
    expect(await response.json()).toEqual({
      success: false,
      message: "The provided API key is invalid",
      error: {
        code: "INVALID_API_KEY",
        message: "The provided API key is invalid",
        details: { key_id: key.id, reason: "revoked", revoked_at: revokedAt.toISOString() },
      },
    });
    const other = await call(mintSecret("live").secret);
    expect((await other.json()).error.details).toEqual({});
  });

  it("disabled: 401 with words of its own, and opens again when it is enabled", async () => {
    const key = await createTestKey(door.sql, tenant);
    await changeKey(key, { disabled_at: new Date() });
    expect((await (await chat(key.secret)).json()).error).toEqual({
      message: "Authentication error: this API key is disabled",
      type: "authentication_error",
      param: null,
      code: "revoked_api_key",
    });
    expect((await (await call(key.secret)).json()).error.details).toEqual({
      key_id: key.id,
      reason: "disabled",
      revoked_at: null,
    });
    await changeKey(key, { disabled_at: null });
    expect((await call(key.secret)).status).toBe(200);
  });

  it("B29 expired: 401 with the instant, by the database's clock", async () => {
    const [row] = await door.sql`select clock_timestamp() - interval '1 millisecond' as at`;
    const key = await createTestKey(door.sql, tenant, { expiresAt: row?.at });
    const response = await call(key.secret);
    expect(response.status).toBe(401);
    expect((await response.json()).error).toEqual({
      code: "EXPIRED_API_KEY",
      message: "The API key has expired",
      details: { expired_at: row?.at.toISOString() },
    });
  });

  it("an opened rotation that nobody claimed in time ends the key as expired", async () => {
    const key = await createTestKey(door.sql, tenant, { expiresAt: inMs(86_400_000) });
    await changeKey(key, { rotation_deadline_at: inMs(60_000) });
    expect((await call(key.secret)).status).toBe(200);
    const deadline = inMs(-5);
    await changeKey(key, { rotation_deadline_at: deadline });
    const response = await call(key.secret);
    expect(response.status).toBe(401);
    expect((await response.json()).error.details).toEqual({ expired_at: deadline.toISOString() });
  });

  it("B35 of a deleted workspace: 401, as if there had never been such a key", async () => {
    const gone = await createTenant(door.sql);
    const key = await createTestKey(door.sql, gone);
    await door.sql`update workspaces set deleted_at = now() where id = ${gone.workspaceId}`;
    const [deleted, random] = [await call(key.secret), await call(mintSecret("live").secret)];
    expect([deleted.status, await deleted.text()]).toEqual([random.status, await random.text()]);
  });

  it("B34 a live key where only test keys are accepted: 401, and a test key passes", async () => {
    const other = await openTestDoor({ settings: { testKeys: "only" } });
    try {
      const own = await createTenant(other.sql);
      const live = await createTestKey(other.sql, own);
      const test = await createTestKey(other.sql, own, { environment: "test" });
      const refused = await call(live.secret, { origin: other.origin });
      expect(refused.status).toBe(401);
      expect((await refused.json()).error).toEqual({
        code: "WRONG_ENVIRONMENT",
        message: "This key belongs to another environment",
        details: { key_environment: "live", required: "test" },
      });
      const openAi = await call(live.secret, { origin: other.origin, path: "/v1/models" });
      expect((await openAi.json()).error.message).toBe(
        "Authentication error: live key used in test mode",
      );
      expect((await call(test.secret, { origin: other.origin })).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

describe("a rotation", () => {
  it("B31 the first use of the new secret starts the old one's overlap, which it is told about", async () => {
    const key = await createTestKey(door.sql, tenant);
    const fresh = await addPending(key, 3_600);
    const before = await call(key.secret);
    expect(before.status).toBe(200);
    expect(before.headers.get("deprecation")).toBeNull();
    expect((await call(fresh)).status).toBe(200);
    const [row] = await door.sql`
      select n.activated_at, o.retires_at from api_key_secrets n, api_key_secrets o
      where n.key_id = ${key.id} and n.state = 'active'
        and o.key_id = ${key.id} and o.state = 'retiring'`;
    expect(row?.retires_at - row?.activated_at).toBe(3_600_000);
    const old = await call(key.secret);
    expect(old.status).toBe(200);
    const since = Math.floor(row?.activated_at / 1000);
    expect(old.headers.get("deprecation")).toBe(`@${since}`);
    expect(old.headers.get("x-key-grace-until")).toBe(row?.retires_at.toISOString());
    expect((await call(fresh)).headers.get("deprecation")).toBeNull();
  });

  it("B32 after its overlap, or without one, the old secret is revoked", async () => {
    const key = await createTestKey(door.sql, tenant);
    const fresh = await addPending(key, 3_600);
    await call(fresh);
    await door.sql`
      update api_key_secrets set retires_at = clock_timestamp()
      where key_id = ${key.id} and state = 'retiring'`;
    expect(await codeOf(await call(key.secret, { path: "/v1/models" }))).toEqual({
      status: 401,
      code: "revoked_api_key",
    });
    const atOnce = await createTestKey(door.sql, tenant);
    const next = await addPending(atOnce, 0);
    expect((await call(atOnce.secret)).status).toBe(200);
    expect((await call(next)).status).toBe(200);
    expect((await call(atOnce.secret)).status).toBe(401);
  });

  it("a new secret that fifty first uses race for is activated once, and all pass", async () => {
    const key = await createTestKey(door.sql, tenant);
    const fresh = await addPending(key, 900);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => (await call(fresh)).status),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    const [row] = await door.sql`
      select count(*)::int as audits from audit_log
      where target_id = ${key.id} and action = 'api_key.secret_activated'`;
    expect(row?.audits).toBe(1);
  });

  it("a new secret that has lapsed opens nothing, and doesn't touch the old one", async () => {
    const key = await createTestKey(door.sql, tenant);
    const fresh = await addPending(key, 0, inMs(-1));
    expect((await call(fresh)).status).toBe(401);
    expect((await call(key.secret)).status).toBe(200);
  });

  it("a refused first use of an allowed secret activates it, one of a dead key doesn't", async () => {
    const key = await createTestKey(door.sql, tenant, { scopes: [] });
    const fresh = await addPending(key, 0);
    expect((await call(fresh)).status).toBe(403);
    expect((await call(key.secret)).status).toBe(401);
    const dead = await createTestKey(door.sql, tenant);
    const unused = await addPending(dead, 0);
    await changeKey(dead, { disabled_at: new Date() });
    expect((await call(unused)).status).toBe(401);
    const [row] = await door.sql`
      select count(*)::int as n from api_key_secrets where key_id = ${dead.id} and state = 'pending'`;
    expect(row?.n).toBe(1);
  });
});

it("a first use from an address that isn't on the key's list leaves the old secret as it is", async () => {
  const key = await createTestKey(door.sql, tenant);
  const fresh = await addPending(key, 0);
  await changeKey(key, { address_allowlist: ["203.0.113.0/24"] });
  expect((await call(fresh)).status).toBe(403);
  await changeKey(key, { address_allowlist: null });
  expect((await call(key.secret)).status).toBe(200);
  expect((await call(fresh)).status).toBe(200);
  expect((await call(key.secret)).status).toBe(401);
});

describe("the addresses of a key", () => {
  const forwardToken = "token of the web process";
  let proxied: TestDoor;
  let own: Tenant;
  beforeAll(async () => {
    proxied = await openTestDoor({ settings: { forwardToken } });
    own = await createTenant(proxied.sql);
  });
  afterAll(() => proxied.close());

  async function from(list: string[] | null, address: string) {
    const key = await createTestKey(proxied.sql, own);
    await proxied.sql`update api_keys set address_allowlist = ${list} where id = ${key.id}`;
    const response = await call(key.secret, {
      origin: proxied.origin,
      headers: { "x-forwarded-for": address, "x-gatehouse-forward": forwardToken },
    });
    return response.status;
  }

  it.each([
    ["an address", ["203.0.113.7"], "203.0.113.7", 200],
    ["another address", ["203.0.113.7"], "203.0.113.8", 403],
    ["a block", ["203.0.113.0/24"], "203.0.113.255", 200],
    ["outside the block", ["203.0.113.0/25"], "203.0.113.128", 403],
    ["any of several", ["198.51.100.1", "2001:db8::/32"], "2001:db8:1::1", 200],
    ["IPv6 in long form", ["2001:db8::1"], "2001:0DB8:0:0:0:0:0:1", 200],
    ["outside an IPv6 block", ["2001:db8::/32"], "2001:db9::1", 403],
    ["IPv4 in IPv6's clothes", ["203.0.113.7"], "::ffff:203.0.113.7", 200],
    ["no address at all", ["203.0.113.7"], "unknown", 403],
    ["an empty list", [], "203.0.113.7", 403],
    ["no list", null, "203.0.113.7", 200],
  ])("B37 %s", async (_name, list, address, status) => {
    expect(await from(list, address)).toBe(status);
  });

  it("B37 an address that isn't on the list gets 403, whatever it writes into X-Forwarded-For", async () => {
    const key = await createTestKey(door.sql, tenant);
    await changeKey(key, { address_allowlist: ["203.0.113.7"] });
    const response = await call(key.secret, { headers: { "x-forwarded-for": "203.0.113.7" } });
    expect(response.status).toBe(403);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect((await response.json()).error).toEqual({
      code: "IP_NOT_ALLOWED",
      message: "Permission denied: this address is not on the key's allowlist",
      details: { address: "127.0.0.1" },
    });
    await vi.waitFor(async () => {
      const rows = await door.sql`
        select error_code, details from request_log where key_id = ${key.id}`;
      expect(rows).toEqual([
        {
          error_code: "ip_forbidden",
          details: { address: "127.0.0.1", allowed: ["203.0.113.7"] },
        },
      ]);
    });
  });
});

describe("scopes", () => {
  it.each([
    ["C04 an empty list", []],
    ["another scope", ["webhook"]],
  ])("%s opens nothing that wants read", async (_name, scopes) => {
    const key = await createTestKey(door.sql, tenant, { scopes });
    const response = await call(key.secret, { path: "/v1/models" });
    expect(await codeOf(response)).toEqual({ status: 403, code: "insufficient_scope" });
    expect(response.headers.get("x-should-retry")).toBe("false");
  });

  it("C05 names of object properties are no scopes", async () => {
    // The table refuses such names, so the refusal of the gate behind it is shown without.
    await door.sql`alter table api_keys drop constraint api_keys_scopes`;
    try {
      const key = await createTestKey(door.sql, tenant, { scopes: ["constructor", "__proto__"] });
      expect((await call(key.secret, { path: "/v1/models" })).status).toBe(403);
    } finally {
      await door.sql`update api_keys set scopes = '{}' where 'constructor' = any (scopes)`;
      await door.sql`alter table api_keys add constraint api_keys_scopes
        check (scopes <@ array['read','write','admin','webhook']::text[])`;
    }
  });

  it("admin implies the others", async () => {
    const key = await createTestKey(door.sql, tenant, { scopes: ["admin"] });
    expect((await call(key.secret, { path: "/v1/models" })).status).toBe(200);
  });
});

describe("the models of a key", () => {
  it("one that isn't on the list is 403, an unknown one 404 all the same", async () => {
    const key = await createTestKey(door.sql, tenant);
    await changeKey(key, { model_allowlist: ["gpt-*", "glm-4.7"] });
    expect((await chat(key.secret, { model: "gpt-4" })).status).toBe(200);
    expect((await chat(key.secret, { model: "glm-4.7" })).status).toBe(200);
    const refused = await chat(key.secret);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-should-retry")).toBe("false");
    expect(await refused.json()).toEqual({
      error: {
        message: "Permission denied: model not allowed for this key",
        type: "permission_error",
        param: "model",
        code: "model_not_allowed",
      },
    });
    expect(await codeOf(await chat(key.secret, { model: "nope" }))).toEqual({
      status: 404,
      code: "model_not_found",
    });
    expect((await call(key.secret, { path: "/v1/models/deepseek-chat" })).status).toBe(403);
    const listed = await (await call(key.secret, { path: "/v1/models" })).json();
    expect(listed.data.map((model: { id: string }) => model.id)).toEqual(["glm-4.7", "gpt-4"]);
  });

  it("an empty list allows none", async () => {
    const key = await createTestKey(door.sql, tenant);
    await changeKey(key, { model_allowlist: [] });
    expect((await chat(key.secret)).status).toBe(403);
  });
});

describe("the order of precedence", () => {
  it("names the first check that refuses, as each in turn is mended", async () => {
    const own = await createTenant(door.sql, { balanceUsd: "0", requestsPerHour: 9 });
    const key = await createTestKey(door.sql, own, { scopes: [] });
    await changeKey(key, {
      revoked_at: new Date(),
      disabled_at: new Date(),
      expires_at: inMs(-1),
      address_allowlist: [],
      model_allowlist: [],
      requests_per_hour: 1,
      cap_total_nanos: "1",
    });
    const { workspaceId } = own;
    const changeWorkspace = (columns: Record<string, unknown>) =>
      door.sql`update workspaces set ${door.sql(columns)} where id = ${workspaceId}`;
    await changeWorkspace({
      deleted_at: new Date(),
      suspended_at: new Date(),
      requests_total: 0,
      concurrent_streams: 0,
    });
    let body: object = { model: "nope", stream: true, n: "many" };
    const steps: [string, number, () => PromiseLike<unknown>][] = [
      ["invalid_api_key", 401, () => changeWorkspace({ deleted_at: null })],
      ["revoked_api_key", 401, () => changeKey(key, { revoked_at: null })],
      ["revoked_api_key", 401, () => changeKey(key, { disabled_at: null })],
      ["expired_api_key", 401, () => changeKey(key, { expires_at: null })],
      // The first that counts: the key's own hour of one request is full from here on.
      ["account_suspended", 403, () => changeWorkspace({ suspended_at: null })],
      ["ip_not_allowed", 403, () => changeKey(key, { address_allowlist: null })],
      // A full hour outranks what is wrong with a body, but nothing before it.
      ["insufficient_scope", 403, () => changeKey(key, { scopes: ["read"] })],
      ["rate_limit_exceeded", 429, () => changeKey(key, { requests_per_hour: null })],
      [
        "invalid_value",
        400,
        async () => {
          body = { model: "nope", stream: true };
        },
      ],
      [
        "model_not_found",
        404,
        async () => {
          body = { stream: true };
        },
      ],
      ["model_not_allowed", 403, () => changeKey(key, { model_allowlist: null })],
      ["concurrency_limit_exceeded", 429, () => changeWorkspace({ concurrent_streams: null })],
      ["quota_exceeded", 403, () => changeWorkspace({ requests_total: null })],
      ["quota_exceeded", 403, () => changeKey(key, { cap_total_nanos: null })],
      [
        "insufficient_balance",
        402,
        () => door.sql`
          update budgets set "limit" = 1000000000
          where workspace_id = ${workspaceId} and kind = 'balance'`,
      ],
    ];
    for (const [code, status, mend] of steps) {
      expect(await codeOf(await chat(key.secret, body))).toEqual({ status, code });
      await mend();
    }
    const passed = await chat(key.secret, body);
    expect(passed.status).toBe(200);
    await passed.body?.cancel();
    // Nine counted, so the workspace's hour is full now, and outranks what is wrong with a body.
    expect(await codeOf(await chat(key.secret, { n: "many" }))).toEqual({
      status: 429,
      code: "rate_limit_exceeded",
    });
  });
});

describe("a refused call of a good key", () => {
  it("is logged with the check that failed and the values it compared", async () => {
    const key = await createTestKey(door.sql, tenant);
    await changeKey(key, { model_allowlist: ["gpt-4"], cap_day_nanos: "10" });
    await chat(key.secret);
    await chat(key.secret, { model: "gpt-4" });
    await changeKey(key, { scopes: ["webhook"] });
    await chat(key.secret);
    await vi.waitFor(async () => {
      const rows = await door.sql`
        select error_code, details from request_log where key_id = ${key.id} order by at`;
      expect(rows).toEqual([
        {
          error_code: "model_forbidden",
          details: { model: "deepseek-chat", allowed: ["gpt-4"] },
        },
        {
          error_code: "quota",
          details: {
            period: "day",
            limit: "0.00000001",
            used: "0.00",
            resets_at: expect.stringMatching(/T00:00:00\.000Z$/),
            source: "key_cap",
            held: "0.00",
            required: expect.stringMatching(/^0\.\d+$/),
          },
        },
        { error_code: "scope", details: { required: ["read"], granted: ["webhook"] } },
      ]);
    });
  });
});

import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { mintSecret } from "@/lib/keys/secret";

let door: TestDoor;
let tenant: Tenant;
let secret: string;

beforeAll(async () => {
  door = await openTestDoor();
  tenant = await createTenant(door.sql);
  secret = (await createTestKey(door.sql, tenant)).secret;
});
afterAll(() => door.close());

/** Sends exact bytes and answers the status and body of what comes back. */
function sendRaw(lines: string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(door.origin).port), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () =>
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text }),
    );
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    socket.setTimeout(3_000, () => socket.destroy());
  });
}

const models = (headers: string[]) =>
  sendRaw(["GET /v1/models HTTP/1.1", "Host: localhost", "Connection: close", ...headers]);

const flipped = (text: string) => text.slice(0, -1) + (text.endsWith("a") ? "b" : "a");

describe("a key is read from its header", () => {
  const accepted: [string, () => string[]][] = [
    ["Bearer", () => [`Authorization: Bearer ${secret}`]],
    ["bearer in any case", () => [`Authorization: bEaReR ${secret}`]],
    ["with space around it", () => [`Authorization: Bearer   ${secret}  \t`]],
    ["bare", () => [`Authorization: ${secret}`]],
    ["x-api-key", () => [`x-api-key: ${secret}`]],
    [
      "beside a foreign x-api-key",
      () => [`Authorization: Bearer ${secret}`, "x-api-key: sk-ant-x"],
    ],
  ];
  it.each(accepted)("K1 %s: accepted", async (_name, headers) => {
    expect((await models(headers())).status).toBe(200);
  });

  const refused: [string, () => string[], string][] = [
    ["none", () => [], "missing_api_key"],
    ["empty", () => ["Authorization:"], "missing_api_key"],
    ["Basic", () => ["Authorization: Basic dXNlcjpwYXNz"], "invalid_authorization_header"],
    ["two words", () => ["Authorization: Bearer a b"], "invalid_authorization_header"],
    ["percent", () => ["Authorization: Bearer %E0%A4%A"], "invalid_authorization_header"],
    [
      "two different keys of ours",
      () => [`Authorization: Bearer ${secret}`, `x-api-key: ${mintSecret("live").secret}`],
      "invalid_authorization_header",
    ],
    [
      "one character changed",
      () => [`Authorization: Bearer ${flipped(secret)}`],
      "invalid_api_key",
    ],
    [
      "a character missing",
      () => [`Authorization: Bearer ${secret.slice(0, -1)}`],
      "invalid_api_key",
    ],
    [
      "never issued",
      () => [`Authorization: Bearer ${mintSecret("live").secret}`],
      "invalid_api_key",
    ],
    ["10 KB", () => [`Authorization: Bearer ${"a".repeat(10_000)}`], "invalid_api_key"],
  ];
  it.each(refused)("%s: 401 with its own code", async (_name, headers, code) => {
    const { status, text } = await models(headers());
    expect(status).toBe(401);
    expect(text).toContain(`"code":"${code}"`);
    expect(text).toMatch(/www-authenticate: Bearer realm="api"/i);
  });

  it("K1 in the query: 400, whatever the header says", async () => {
    for (const query of [`api_key=${secret}`, "access_token=x", `q=${secret}`]) {
      const response = await fetch(`${door.origin}/v1/models?${query}`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain(secret);
    }
  });
});

describe("a key that is not good any more", () => {
  it("K5 is refused with the reason, in every dialect as the registry has it", async () => {
    const revoked = await createTestKey(door.sql, tenant);
    await door.sql`update api_keys set revoked_at = now() where id = ${revoked.id}`;
    const expired = await createTestKey(door.sql, tenant, { expiresAt: new Date(Date.now() - 1) });
    const call = (path: string, key: string, headers: Record<string, string> = {}) =>
      fetch(`${door.origin}${path}`, { headers: { authorization: `Bearer ${key}`, ...headers } });

    const openAi = await call("/v1/models", revoked.secret);
    expect(openAi.status).toBe(401);
    expect(await openAi.json()).toEqual({
      error: {
        message: "Authentication error: this API key has been revoked",
        type: "authentication_error",
        param: null,
        code: "revoked_api_key",
      },
    });
    expect(openAi.headers.get("www-authenticate")).toBe(
      'Bearer realm="api", error="invalid_token"',
    );
    const anthropic = await call("/v1/models", expired.secret, {
      "anthropic-version": "2023-06-01",
    });
    expect(await anthropic.json()).toEqual({
      type: "error",
      error: {
        type: "authentication_error",
        message: "Authentication error: this API key has expired",
      },
      request_id: anthropic.headers.get("x-request-id"),
    });
    await vi.waitFor(async () => {
      const rows = await door.sql`
        select error_code, outcome, cost_nanos::text as cost from request_log
        where key_id in (${revoked.id}, ${expired.id}) order by error_code`;
      expect(rows).toEqual([
        { error_code: "expired_key", outcome: "refused", cost: "0" },
        { error_code: "revoked_key", outcome: "refused", cost: "0" },
      ]);
    });
  });

  it("after the revoke is committed no request passes, on any gateway", async () => {
    const key = await createTestKey(door.sql, tenant, { environment: "test" });
    let committedAtMs = Number.POSITIVE_INFINITY;
    const late: number[] = [];
    const clients = Array.from({ length: 20 }, async () => {
      for (let i = 0; i < 30; i++) {
        const startedAtMs = performance.now();
        const response = await fetch(`${door.origin}/v1/models`, {
          headers: { authorization: `Bearer ${key.secret}` },
        });
        await response.arrayBuffer();
        if (startedAtMs > committedAtMs) late.push(response.status);
      }
    });
    await door.sql`update api_keys set revoked_at = now() where id = ${key.id}`;
    committedAtMs = performance.now();
    await Promise.all(clients);
    expect(late.length).toBeGreaterThan(50);
    expect(new Set(late)).toEqual(new Set([401]));
  });

  it("of a suspended workspace is refused with 403", async () => {
    const suspended = await createTenant(door.sql);
    const key = await createTestKey(door.sql, suspended);
    await door.sql`update workspaces set suspended_at = now() where id = ${suspended.workspaceId}`;
    const response = await fetch(`${door.origin}/v1/models`, {
      headers: { authorization: `Bearer ${key.secret}` },
    });
    expect(response.status).toBe(403);
    expect((await response.json()).error.code).toBe("account_suspended");
  });

  it("without the scope is refused with 403 and told which one", async () => {
    const key = await createTestKey(door.sql, tenant, { scopes: [] });
    const response = await fetch(`${door.origin}/v1/models`, {
      headers: { authorization: `Bearer ${key.secret}` },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toBe(
      'Bearer realm="api", error="insufficient_scope", scope="read"',
    );
  });
});

describe("addresses and methods", () => {
  const known: [string, string[], number][] = [
    ["unknown path", ["GET /v1/does-not-exist HTTP/1.1"], 404],
    ["wrong method", ["DELETE /v1/chat/completions HTTP/1.1"], 405],
    ["TRACE", ["TRACE /v1/models HTTP/1.1"], 405],
    ["malformed path", ["GET /v1/%zz HTTP/1.1"], 400],
    ["NUL in the path", ["GET /v1/models%00 HTTP/1.1"], 400],
    ["absolute form", ["GET http://evil.test/v1/models HTTP/1.1"], 400],
    ["unknown model", ["GET /v1/models/nope HTTP/1.1"], 404],
  ];
  it.each(known)("%s with a good key", async (_name, [line], status) => {
    const answer = await sendRaw([
      line ?? "",
      "Host: localhost",
      "Connection: close",
      `Authorization: Bearer ${secret}`,
    ]);
    expect(answer.status).toBe(status);
  });

  it("two Host headers are refused, and no route can be found without a key", async () => {
    expect((await models(["Host: evil.test", `Authorization: Bearer ${secret}`])).status).toBe(400);
    const bare = await fetch(`${door.origin}/v1/does-not-exist`);
    expect(bare.status).toBe(401);
    expect((await bare.json()).error.code).toBe("MISSING_API_KEY");
  });

  it("HEAD /v1/models answers like GET, without a body", async () => {
    const response = await fetch(`${door.origin}/v1/models`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-ratelimit-limit")).toBe("1000");
    expect(await response.text()).toBe("");
  });
});

describe("a request that doesn't name one host", () => {
  it.each([
    ["HTTP/1.0 without Host", ["GET /v1/models HTTP/1.0"]],
    ["a space in it", ["GET /v1/models HTTP/1.1", "Host: a b"]],
    ["a slash in it", ["GET /v1/models HTTP/1.1", "Host: a/b"]],
    ["empty", ["GET /v1/models HTTP/1.1", "Host:"]],
    ["no such port", ["GET /v1/models HTTP/1.1", "Host: a:99999"]],
    ["asterisk form", ["OPTIONS * HTTP/1.1", "Host: localhost"]],
  ])("%s: 400 invalid_host, and the connection is closed", async (_name, lines) => {
    const { status, text } = await sendRaw([...lines, `Authorization: Bearer ${secret}`]);
    expect(status).toBe(400);
    expect(text).toMatch(/"code":"(invalid_host|INVALID_HOST)"/);
    expect(text).toMatch(/^x-request-id: req_/im);
    expect(text).toMatch(/^connection: close/im);
  });
});

describe("secrets", () => {
  it("of callers are nowhere in the database", async () => {
    const dump = await door.sql`
      select string_agg(t::text, '') as text from (
        select row_to_json(l)::text as t from request_log l
        union all select row_to_json(k)::text from api_keys k
        union all select row_to_json(s)::text from api_key_secrets s
        union all select row_to_json(h)::text from holds h
      ) rows`;
    const text = String(dump[0]?.text);
    expect(text.length).toBeGreaterThan(1_000);
    expect(text).not.toContain(secret.slice(10));
    expect(text).not.toContain(Buffer.from(secret).toString("base64").slice(4, 40));
  });

  it("more than thirty wrong keys a minute from one address are told to wait; good ones pass", async () => {
    const other = await openTestDoor();
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 31; i++) {
        const response = await fetch(`${other.origin}/v1/models`, {
          headers: { authorization: `Bearer ${mintSecret("live").secret}` },
        });
        statuses.push(response.status);
        if (response.status === 429) {
          expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
        }
      }
      expect(statuses).toEqual([...Array(30).fill(401), 429]);
      const own = await createTenant(other.sql);
      const key = await createTestKey(other.sql, own);
      const good = await fetch(`${other.origin}/v1/models`, {
        headers: { authorization: `Bearer ${key.secret}`, "x-forwarded-for": "192.0.2.1" },
      });
      expect(good.status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

describe("the caller's address", () => {
  const logged = async (door: TestDoor, key: { id: string; secret: string }, headers: object) => {
    await fetch(`${door.origin}/v1/models`, {
      headers: { authorization: `Bearer ${key.secret}`, ...headers },
    });
    return await vi.waitFor(async () => {
      const rows = await door.sql`select address from request_log where key_id = ${key.id}`;
      expect(rows).toHaveLength(1);
      return String(rows[0]?.address);
    });
  };

  it("is the peer's, whatever a header says, unless our own web process vouches for it", async () => {
    const other = await openTestDoor({ settings: { forwardToken: "token of the web process" } });
    try {
      const own = await createTenant(other.sql);
      const forwarded = { "x-forwarded-for": "198.51.100.7, 192.0.2.1" };
      const spoofed = await createTestKey(other.sql, own);
      expect(await logged(other, spoofed, forwarded)).toBe("127.0.0.1");
      const guessed = await createTestKey(other.sql, own);
      const guess = { ...forwarded, "x-gatehouse-forward": "guess" };
      expect(await logged(other, guessed, guess)).toBe("127.0.0.1");
      const vouched = await createTestKey(other.sql, own);
      const proof = { ...forwarded, "x-gatehouse-forward": "token of the web process" };
      expect(await logged(other, vouched, proof)).toBe("192.0.2.1");
    } finally {
      await other.close();
    }
  });
});

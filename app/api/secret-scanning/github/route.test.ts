import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as route from "@/app/api/secret-scanning/github/route";
import { GET as getPattern } from "@/app/api/secret-scanning/pattern/route";
import { getDb } from "@/db/client";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { mintSecret } from "@/lib/keys/secret";

vi.mock("next/headers", () => ({ headers: async () => new Headers({ "x-request-id": "req_7" }) }));
vi.mock("@/db/client", async (original) => ({
  ...(await original<typeof import("@/db/client")>()),
  getDb: vi.fn(),
}));

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();

let door: TestDoor;
beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", "postgres://localhost/gatehouse");
  vi.stubEnv("AUTH_SECRET", "0123456789abcdef0123456789abcdef");
  const keys = { public_keys: [{ key_identifier: "mine", key: pem, is_current: true }] };
  vi.stubEnv("GITHUB_SECRET_SCANNING_KEYS", JSON.stringify(keys));
  door = await openTestDoor();
  vi.mocked(getDb).mockReturnValue(door.database.db);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await door.close();
});

function post(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return route.POST(
    new Request("http://localhost:3000/api/secret-scanning/github", {
      method: "POST",
      body: new Uint8Array(bytes),
      headers: {
        "content-type": "application/json",
        "github-public-key-identifier": "mine",
        "github-public-key-signature": sign("sha256", bytes, privateKey).toString("base64"),
        ...headers,
      },
    }),
  );
}

const place = "https://github.com/octocat/app/blob/main/.env";
const item = (token: string) => ({ token, type: "gate_api_key", url: place, source: "content" });
const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

async function callWith(secret: string) {
  const response = await fetch(`${door.origin}/v1/models`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  return { status: response.status, text: await response.text() };
}

async function newKey() {
  const tenant = await createTenant(door.sql);
  const key = await createTestKey(door.sql, tenant);
  return { ...tenant, ...key };
}

describe("a signed report", () => {
  test("H34 of 500 tokens with 3 of ours revokes the 3, tells their owners and answers for all in under 2 s", async () => {
    const ours = await Promise.all([newKey(), newKey(), newKey()]);
    expect((await callWith(ours[0]?.secret ?? "")).status).toBe(200);
    const tokens = Array.from({ length: 500 }, (_, i) =>
      i % 2 === 0 ? mintSecret("live").secret : `not even a key ${i}`,
    );
    for (const [i, key] of ours.entries()) tokens[i * 200 + 7] = key.secret;

    const startedAt = performance.now();
    const response = await post(JSON.stringify(tokens.map(item)));
    const tookMs = performance.now() - startedAt;
    expect(response.status).toBe(200);
    const secrets = new Set(ours.map((key) => key.secret));
    const text = await response.text();
    expect(JSON.parse(text)).toEqual(
      tokens.map((token) => ({
        token_hash: hashOf(token),
        token_type: "gate_api_key",
        label: secrets.has(token) ? "true_positive" : "false_positive",
      })),
    );
    expect(tookMs).toBeLessThan(2_000);
    for (const secret of secrets) expect(text).not.toContain(secret);

    for (const key of ours) {
      // P1: what the answer says is true for every request that starts after it.
      expect(await callWith(key.secret)).toMatchObject({ status: 401 });
      const [row] = await door.sql`
        select revoked_reason, revoked_by from api_keys where id = ${key.id}`;
      expect(row).toEqual({ revoked_reason: "exposed", revoked_by: null });
      const mails = await door.sql`
        select user_id, subject, text, html from mails where reference = ${`key_exposed:${key.id}`}`;
      expect(mails.map((mail) => mail.user_id)).toEqual([key.userId]);
      expect(mails[0]?.text).toContain(place);
      expect(JSON.stringify(mails)).not.toContain(key.secret);
    }
  });

  test("that comes again answers the same and changes nothing", async () => {
    const key = await newKey();
    const body = JSON.stringify([item(key.secret), item(mintSecret("test").secret)]);
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => (await post(body)).json()),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject([{ label: "true_positive" }, { label: "false_positive" }]);
    const [counts] = await door.sql`
      select (select count(*)::int from mails where reference = ${`key_exposed:${key.id}`}) as mails,
        (select count(*)::int from key_exposures where key_id = ${key.id}) as exposures,
        (select count(*)::int from audit_log where target_id = ${key.id}) as acts`;
    expect(counts).toEqual({ mails: 1, exposures: 1, acts: 2 });
  });

  test("of 500 keys that are all ours takes a handful of statements and under 5 s", async () => {
    const tenant = await createTenant(door.sql);
    const keys = await Promise.all(
      Array.from({ length: 500 }, () => createTestKey(door.sql, tenant)),
    );
    const startedAt = performance.now();
    const response = await post(JSON.stringify(keys.map(({ secret }) => item(secret))));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(await response.json()).toHaveLength(500);
    const [row] = await door.sql`
      select count(*)::int as revoked from api_keys
      where workspace_id = ${tenant.workspaceId} and revoked_reason = 'exposed'`;
    expect(row?.revoked).toBe(500);
  });

  test("may be empty, have no address, and carry fields of tomorrow", async () => {
    expect(await (await post("[]")).json()).toEqual([]);
    const odd = [
      { token: "x", type: "t" },
      { token: "y", type: "t", url: null, source: 7, score: 1 },
      { token: "z", type: "t", url: "" },
    ];
    const answer = await post(JSON.stringify(odd));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toHaveLength(3);
  });
});

const rest = (code: string, message: string, details: unknown = {}) => ({
  success: false,
  message,
  error: { code, message, details },
});

describe("what is refused changes nothing", () => {
  test("a missing, wrong or foreign signature is 400 INVALID_SIGNATURE", async () => {
    const key = await newKey();
    const body = JSON.stringify([item(key.secret)]);
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const headers: Record<string, string>[] = [
      { "github-public-key-signature": "" },
      { "github-public-key-identifier": "" },
      { "github-public-key-identifier": "unknown" },
      { "github-public-key-signature": "Zm9v" },
      {
        "github-public-key-signature": sign("sha256", Buffer.from(body), other).toString("base64"),
      },
      {
        "github-public-key-signature": sign("sha256", Buffer.from(`${body} `), privateKey).toString(
          "base64",
        ),
      },
    ];
    for (const change of headers) {
      const response = await post(body, change);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual(
        rest("INVALID_SIGNATURE", "Webhook signature verification failed"),
      );
    }
    expect((await callWith(key.secret)).status).toBe(200);
  });

  test.each(["{", "", "\u{1F511}"])(
    "a signed body that isn't JSON is 400 INVALID_JSON: %j",
    async (body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual(
        rest("INVALID_JSON", "The request body is not valid JSON"),
      );
    },
  );

  test("bytes that aren't UTF-8 are 400 INVALID_JSON", async () => {
    const response = await post(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]));
    expect(await response.json()).toMatchObject({ error: { code: "INVALID_JSON" } });
  });

  test("a signed body of another shape is 400, and names the place without its value", async () => {
    const { secret } = mintSecret("live");
    for (const body of [{ token: secret }, [{ token: { secret }, type: "t" }], [secret], null]) {
      const response = await post(JSON.stringify(body));
      expect(response.status).toBe(400);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ error: { code: "VALIDATION_ERROR" } });
      expect(text).not.toContain(secret);
    }
  });

  test("a body beyond the limit is 413", async () => {
    const response = await post(Buffer.alloc(4 * 1024 * 1024 + 1, 32));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual(
      rest("PAYLOAD_TOO_LARGE", "The request body is too large", { limit_bytes: 4_194_304 }),
    );
  });

  test("any other method is 405 and names the one there is", async () => {
    for (const method of [route.GET, route.PUT, route.PATCH, route.DELETE]) {
      const response = method();
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("POST");
    }
  });
});

test("the published form of keys may be cached by anybody", async () => {
  const response = getPattern();
  expect(response.headers.get("cache-control")).toBe("public, max-age=86400");
  const { pattern } = await response.json();
  const { secret } = mintSecret("live");
  expect(secret.match(new RegExp(pattern))?.[0]).toBe(secret);
});

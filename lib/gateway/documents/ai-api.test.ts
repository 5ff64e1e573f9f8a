import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Company,
  hasPython,
  openCompany,
  runBash,
  runNode,
  runPython,
} from "@/lib/gateway/documents/company";
import { readSample } from "@/lib/gateway/documents/samples";
import { mintSecret } from "@/lib/keys/secret";

const python = await hasPython("requests");

let company: Company;

beforeAll(async () => {
  company = await openCompany("", 23_000);
});
afterAll(() => company.close());

function exchanges() {
  return { "https://api.example.com": company.origin };
}

describe("S2 A4 the document's samples of /v1/generate", () => {
  it("curl", async () => {
    const command = readSample("ai-generate.sh", { ...exchanges(), YOUR_API_KEY: company.key });
    const { code, stdout } = await runBash(command.replace("curl", "curl --silent --fail"));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: "gpt-4" });
  });

  it("fetch", async () => {
    const sample = readSample("ai-generate.mjs", { ...exchanges(), YOUR_API_KEY: company.key });
    const ran = await runNode(`${sample}\nconsole.log((await response.json()).model);`);
    expect(ran).toMatchObject({ code: 0, stdout: "gpt-4\n" });
  });

  it("fetch with the key from the environment", async () => {
    const sample = readSample("ai-generate-env.mjs", exchanges());
    const ran = await runNode(`${sample}\nconsole.log((await response.json()).model);`, {
      API_KEY: company.key,
    });
    expect(ran).toMatchObject({ code: 0, stdout: "gpt-4\n" });
  });

  it.skipIf(!python)(
    "Python's requests, with the key written out and from the environment",
    async () => {
      const written = readSample("ai-generate.py", { ...exchanges(), YOUR_API_KEY: company.key });
      const read = readSample("ai-generate-env.py", exchanges());
      for (const sample of [written, read]) {
        const ran = await runPython(`${sample}\nprint(response.json()['model'])`, {
          API_KEY: company.key,
        });
        expect(ran).toMatchObject({ code: 0, stdout: "gpt-4\n" });
      }
    },
  );
});

describe("S2 its three error bodies", () => {
  async function refusal(headers: Record<string, string>) {
    const response = await fetch(`${company.origin}/v1/generate`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ prompt: "Hello, world!", model: "gpt-4" }),
    });
    return { status: response.status, ...(await response.json()) };
  }

  it("no key", async () => {
    expect(await refusal({})).toMatchObject({
      status: 401,
      success: false,
      error: {
        code: "MISSING_API_KEY",
        message: "API key is required",
        details: { header: "Authorization" },
      },
    });
  });

  it("an unknown key", async () => {
    expect(await refusal({ authorization: `Bearer ${mintSecret("live").secret}` })).toMatchObject({
      status: 401,
      success: false,
      error: { code: "INVALID_API_KEY", message: "The provided API key is invalid" },
    });
  });

  it("a revoked key says which", async () => {
    const key = await company.makeKey();
    const [row] = await company.sql`
      update api_keys set revoked_at = now() where id = (
        select key_id from api_key_secrets where last4 = ${key.slice(-4)}
        order by created_at desc limit 1) returning id`;
    expect(await refusal({ authorization: `Bearer ${key}` })).toMatchObject({
      status: 401,
      error: { code: "INVALID_API_KEY", details: { key_id: row?.id, reason: "revoked" } },
    });
  });

  it("an expired key says when it ended", async () => {
    const key = await company.makeKey({ expiresAt: new Date("2024-01-01T00:00:00Z") });
    expect(await refusal({ authorization: `Bearer ${key}` })).toMatchObject({
      status: 401,
      error: {
        code: "EXPIRED_API_KEY",
        message: "The API key has expired",
        details: { expired_at: "2024-01-01T00:00:00.000Z" },
      },
    });
  });
});

it("S2 its request function throws the sentences it promises for 401, 403 and others", async () => {
  async function outcome(key: string, data: object): Promise<string> {
    const code = `${readSample("ai-request.mjs", exchanges())}
    await makeAPIRequest('generate', ${JSON.stringify(data)}).then(
      () => console.log('ok'), (error) => console.log(error.message));`;
    return (await runNode(code, { API_KEY: key })).stdout.trim();
  }
  const good = { prompt: "Hello, world!", model: "gpt-4" };
  expect(await outcome(company.key, good)).toBe("ok");
  expect(await outcome(mintSecret("live").secret, good)).toBe(
    "Invalid API key. Please check your credentials.",
  );
  expect(await outcome(await company.makeKey({ scopes: ["write"] }), good)).toBe(
    "Access denied. Check your API key permissions.",
  );
  expect(await outcome(company.key, { ...good, model: "mock-429" })).toBe(
    "Rate limit exceeded. Please try again later.",
  );
  expect(await outcome(company.key, { prompt: "Hello, world!" })).toBe(
    "API Error: Invalid request",
  );
});

describe("K4 S2 each permission opens what it says and no more", () => {
  it.each([
    ["read", "GET", "/v1/resources", 200],
    ["read", "POST", "/v1/resources", 403],
    ["write", "POST", "/v1/resources", 201],
    ["write", "GET", "/v1/resources", 403],
    ["webhook", "GET", "/v1/resources", 403],
    ["admin", "GET", "/v1/resources", 200],
    ["admin", "POST", "/v1/resources", 201],
    ["admin", "GET", "/v1/keys", 200],
    ["read", "GET", "/v1/keys", 403],
  ])("%s: %s %s is %i", async (scope, method, path, status) => {
    const response = await fetch(`${company.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await company.makeKey({ scopes: [scope] })}`,
        "content-type": "application/json",
      },
      ...(method === "POST" ? { body: JSON.stringify({ name: "One", type: "compute" }) } : {}),
    });
    expect(response.status).toBe(status);
  });
});

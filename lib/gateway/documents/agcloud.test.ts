import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Company, openCompany, runBash } from "@/lib/gateway/documents/company";
import { readSample } from "@/lib/gateway/documents/samples";

let company: Company;

beforeAll(async () => {
  company = await openCompany("agcloud", 21_000);
});
afterAll(() => company.close());

function messages(body: object, key: string = company.key): Promise<Response> {
  return fetch(`${company.origin}/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const hello = {
  model: "claude-haiku-4-5-20251001",
  messages: [{ role: "user", content: [{ type: "text", text: "Hello!" }] }],
};

it("S0 the document's curl command gets a message, though it names no max_tokens", async () => {
  const command = readSample("agcloud-messages.sh", {
    "https://aiandgpu.com": company.origin,
    "<YOUR_API_KEY>": company.key,
  });
  const { code, stdout } = await runBash(command.replace("curl", "curl --silent --fail"));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    type: "message",
    role: "assistant",
    model: hello.model,
  });
});

it("S0 the document's export line puts the key where programs look for it", async () => {
  const line = readSample("agcloud-export.sh", { "<YOUR_API_KEY>": company.key });
  const { stdout } = await runBash(`${line}\nprintenv AGCLOUD_API_KEY`);
  expect(stdout.trim()).toBe(company.key);
});

describe("S0 its six error bodies", () => {
  async function errorOf(response: Response) {
    const body = await response.json();
    return { status: response.status, type: body.type, error: body.error };
  }

  it("400 for a body without its fields", async () => {
    const answer = await errorOf(await messages({ model: hello.model }));
    expect(answer).toMatchObject({ status: 400, type: "error" });
    expect(answer.error.type).toBe("invalid_request_error");
    expect(answer.error.message).toMatch(/^Invalid request error/);
  });

  it("401 for a wrong key and for none", async () => {
    for (const key of ["agcloud_live_0000000000000000000000000000002C8GjS", "nonsense", ""]) {
      const answer = await errorOf(await messages(hello, key));
      expect(answer).toMatchObject({ status: 401, type: "error" });
      expect(answer.error.type).toBe("authentication_error");
      expect(answer.error.message).toMatch(/^Authentication error/);
    }
  });

  it("402 where the balance can't cover the request", async () => {
    expect(await errorOf(await messages({ ...hello, model: "mock-402" }))).toEqual({
      status: 402,
      type: "error",
      error: {
        type: "insufficient_balance",
        message: "Your current account balance is insufficient",
      },
    });
    await company.sql`
      update budgets set "limit" = used where workspace_id = ${company.tenant.workspaceId}
        and kind = 'balance'`;
    const answer = await errorOf(await messages(hello));
    expect(answer).toMatchObject({ status: 402, error: { type: "insufficient_balance" } });
    await company.sql`
      update budgets set "limit" = used + 5000000000
      where workspace_id = ${company.tenant.workspaceId} and kind = 'balance'`;
  });

  it("403 where a quota is used up", async () => {
    await company.sql`
      update workspaces set requests_per_day = 0 where id = ${company.tenant.workspaceId}`;
    expect(await errorOf(await messages(hello))).toEqual({
      status: 403,
      type: "error",
      error: { type: "quota_exceeded", message: "Quota exceeded" },
    });
    await company.sql`
      update workspaces set requests_per_day = null where id = ${company.tenant.workspaceId}`;
  });

  it("429 where the hour is used up, with Retry-After", async () => {
    await company.sql`
      update workspaces set requests_per_hour = 1 where id = ${company.tenant.workspaceId}`;
    const response = await messages(hello);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await errorOf(response)).toEqual({
      status: 429,
      type: "error",
      error: { type: "rate_limit_error", message: "Rate limit exceeded" },
    });
    await company.sql`
      update workspaces set requests_per_hour = null where id = ${company.tenant.workspaceId}`;
  });

  it("500 where we are at fault", async () => {
    expect(await errorOf(await messages({ ...hello, model: "mock-500" }))).toEqual({
      status: 500,
      type: "error",
      error: { type: "internal_server_error", message: "Internal server error" },
    });
  });
});

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
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

const python = await hasPython("ast");

let company: Company;

beforeAll(async () => {
  company = await openCompany("a2agent", 23_500);
});
afterAll(() => company.close());

const hello = [{ role: "user" as const, content: "Hello" }];

it("S3 A2 the document's curl command gets a completion of deepseek-chat", async () => {
  const command = readSample("a2agent-chat.sh", {
    "https://api.a2agent.me": company.origin,
    YOUR_A2AGENT_KEY: company.key,
  });
  const { code, stdout } = await runBash(command.replace("curl", "curl --silent --fail"));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ object: "chat.completion", model: "deepseek-chat" });
});

it("S3 A2 the OpenAI SDK works with the key from its own variable", async () => {
  const script = `import OpenAI from "openai";
const client = new OpenAI({ baseURL: ${JSON.stringify(`${company.origin}/v1`)} });
const answer = await client.chat.completions.create({
  model: "deepseek-chat", messages: [{ role: "user", content: "Hello" }] });
console.log(answer.object);`;
  const ran = await runNode(script, { OPENAI_API_KEY: company.key });
  expect(ran).toMatchObject({ code: 0, stdout: "chat.completion\n" });
});

it("S3 A1 A7 the Anthropic SDK reads the two variables, and asks deepseek-chat", async () => {
  const script = `import Anthropic from "@anthropic-ai/sdk";
const answer = await new Anthropic().messages.create({
  model: "deepseek-chat", max_tokens: 100, messages: [{ role: "user", content: "Hello" }] });
console.log(answer.type);`;
  const ran = await runNode(script, {
    ANTHROPIC_AUTH_TOKEN: company.key,
    ANTHROPIC_BASE_URL: company.origin,
  });
  expect(ran).toMatchObject({ code: 0, stdout: "message\n" });
});

it.skipIf(!python)("S3 its Python samples are valid Python", async () => {
  for (const name of ["a2agent-openai.py", "a2agent-anthropic.py"]) {
    const parsed = await runPython(
      `import ast\nast.parse(${JSON.stringify(readSample(name, {}))})`,
    );
    expect(parsed.code).toBe(0);
  }
});

describe("S3 its three answers to refused requests", () => {
  function clients(apiKey: string) {
    const options = { maxRetries: 0 };
    return {
      openai: new OpenAI({ ...options, apiKey, baseURL: `${company.origin}/v1` }),
      anthropic: new Anthropic({
        ...options,
        authToken: apiKey,
        apiKey: null,
        baseURL: company.origin,
      }),
    };
  }

  async function statuses(apiKey: string, model = "deepseek-chat"): Promise<unknown[]> {
    const { openai, anthropic } = clients(apiKey);
    const both = await Promise.allSettled([
      openai.chat.completions.create({ model, messages: hello }),
      anthropic.messages.create({ model, max_tokens: 100, messages: hello }),
    ]);
    return both.map((one) => (one.status === "rejected" ? one.reason.status : 200));
  }

  it("401 for a key that isn't one", async () => {
    expect(await statuses(mintSecret("live", "a2agent").secret)).toEqual([401, 401]);
    expect(await statuses("YOUR_A2AGENT_KEY")).toEqual([401, 401]);
  });

  it("403 where the balance is insufficient, as this document says", async () => {
    expect(await statuses(company.key, "mock-402")).toEqual([403, 403]);
    await company.sql`
      update budgets set "limit" = used where workspace_id = ${company.tenant.workspaceId}
        and kind = 'balance'`;
    expect(await statuses(company.key)).toEqual([403, 403]);
    await company.sql`
      update budgets set "limit" = used + 5000000000
      where workspace_id = ${company.tenant.workspaceId} and kind = 'balance'`;
  });

  it("403 for a suspended account", async () => {
    await company.sql`
      update workspaces set suspended_at = now() where id = ${company.tenant.workspaceId}`;
    expect(await statuses(company.key)).toEqual([403, 403]);
    await company.sql`
      update workspaces set suspended_at = null where id = ${company.tenant.workspaceId}`;
  });

  it("429 where the rate is exceeded", async () => {
    await company.sql`
      update workspaces set requests_per_hour = 1 where id = ${company.tenant.workspaceId}`;
    expect(await statuses(company.key)).toEqual([429, 429]);
    await company.sql`
      update workspaces set requests_per_hour = null where id = ${company.tenant.workspaceId}`;
  });
});

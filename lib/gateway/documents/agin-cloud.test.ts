import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Company, openCompany, type Run, runNode } from "@/lib/gateway/documents/company";
import { bundleSample, readSample } from "@/lib/gateway/documents/samples";
import { findPort } from "@/lib/gateway/testing/process";

let company: Company;
/** What `https://api.agin.cloud` and `resource_123` are for this reader. */
let exchanges: { "https://api.agin.cloud": string };
let resourceId: string;

beforeAll(async () => {
  company = await openCompany("agin", 22_000);
  exchanges = { "https://api.agin.cloud": company.origin };
});
afterAll(() => company.close());

async function callApi(method: string, path: string, body?: object): Promise<Response> {
  return await fetch(`${company.origin}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${company.key}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

beforeEach(async () => {
  const created = await callApi("POST", "/resources", { name: "Before", type: "compute" });
  resourceId = (await created.json()).id;
});

function runSample(name: string, ...more: string[]): Promise<Run> {
  const code = [name, ...more].map((part) => readSample(part, exchangesOf(part))).join("\n");
  return runNode(code, { AGIN_API_KEY: company.key });
}

function exchangesOf(name: string): Record<string, string> {
  const isOne = /(update|delete)/.test(name);
  // The axios samples name the host once, where they make the client.
  const host = name.startsWith("agin-axios-") && name !== "agin-axios-list.mjs" ? {} : exchanges;
  return { ...host, ...(isOne ? { resource_123: resourceId } : {}) };
}

describe("S1 A5 the document's fetch samples", () => {
  it("list", async () => {
    const { code, stdout } = await runSample("agin-fetch-list.mjs");
    expect(code).toBe(0);
    expect(stdout).toContain("data: [");
    expect(stdout).toContain(resourceId);
  });

  it("create", async () => {
    const { code, stdout } = await runSample("agin-fetch-create.mjs");
    expect(code).toBe(0);
    const id = /^Created: (\S+)$/m.exec(stdout)?.[1];
    expect(await (await callApi("GET", `/resources/${id}`)).json()).toMatchObject({
      id,
      name: "My Resource",
      type: "compute",
      config: { cpu: 2, memory: "4GB" },
    });
  });

  it("update, without the type", async () => {
    const { code } = await runSample("agin-fetch-update.mjs");
    expect(code).toBe(0);
    expect(await (await callApi("GET", `/resources/${resourceId}`)).json()).toMatchObject({
      name: "Updated Name",
      type: "compute",
      config: { cpu: 4, memory: "8GB" },
    });
  });

  it("delete", async () => {
    const { code, stdout } = await runSample("agin-fetch-delete.mjs");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Deleted successfully\n" });
    expect((await callApi("GET", `/resources/${resourceId}`)).status).toBe(404);
  });
});

describe("S1 A5 its axios samples", () => {
  it("list", async () => {
    const { code, stdout } = await runSample("agin-axios-list.mjs");
    expect(code).toBe(0);
    expect(stdout).toContain(resourceId);
  });

  it.each([
    ["create", "agin-axios-create.mjs", /Created: res_/],
    ["update", "agin-axios-update.mjs", /name: 'Updated Name'/],
    ["delete", "agin-axios-delete.mjs", /Deleted successfully/],
  ])("%s", async (_act, name, output) => {
    // Every one starts from the client that the first sample makes.
    const client = readSample("agin-axios-list.mjs", exchanges).split("const response")[0] ?? "";
    const code = `${client}\n${readSample(name, exchangesOf(name))}`;
    const ran = await runNode(code, { AGIN_API_KEY: company.key });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(output);
  });
});

describe("S1 its reusable client", () => {
  it("does all four acts as its usage shows", async () => {
    const usage = readSample("agin-client-usage.ts", { resource_123: resourceId });
    const client = readSample("agin-client.ts", exchanges);
    const code = await bundleSample(
      `${usage}\nconsole.log(JSON.stringify({ resources, newResource, updated }));`,
      { "./lib/agin-client": client },
    );
    const ran = await runNode(code, { AGIN_API_KEY: company.key });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const said = JSON.parse(ran.stdout);
    expect(said.resources.data.length).toBeGreaterThan(0);
    expect(said.newResource).toMatchObject({ name: "My Resource", type: "compute", config: {} });
    expect(said.updated).toMatchObject({ id: resourceId, name: "Updated Name" });
    expect((await callApi("GET", `/resources/${resourceId}`)).status).toBe(404);
  });

  it("throws the message of our error body", async () => {
    const client = readSample("agin-client.ts", exchanges);
    const code = await bundleSample(
      `import { aginClient } from './lib/agin-client';
      await aginClient.get('/resources/nothing').catch((error) => console.log(error.message));
      await aginClient.post('/resources', {}).catch((error) => console.log(error.message));`,
      { "./lib/agin-client": client },
    );
    const { stdout } = await runNode(code, { AGIN_API_KEY: company.key });
    expect(stdout).toBe("Not found\nInvalid request\n");
  });
});

describe("S1 its error handling", () => {
  async function outcome(key: string): Promise<string> {
    const code = `${readSample("agin-errors.mjs", exchanges)}
    await makeRequest().then((data) => console.log('ok', Array.isArray(data.data)),
      (error) => console.log('thrown', error.message));`;
    return (await runNode(code, { AGIN_API_KEY: key })).stdout.trim();
  }

  it("tells success, a wrong key, a missing scope and an exhausted hour apart", async () => {
    expect(await outcome(company.key)).toBe("ok true");
    expect(await outcome("agin_live_1234567890abcdefghijklmnopqrstuvwxyz")).toBe(
      "thrown Authentication failed",
    );
    expect(await outcome(await company.makeKey({ scopes: ["write"] }))).toBe(
      "thrown Access denied",
    );
    await company.sql`
      update workspaces set requests_per_hour = 1 where id = ${company.tenant.workspaceId}`;
    expect(await outcome(company.key)).toBe("thrown Rate limit exceeded");
    await company.sql`
      update workspaces set requests_per_hour = null where id = ${company.tenant.workspaceId}`;
  });

  it("D12 the rate-limit headers are the ones it prints, with the plan's 1,000 an hour", async () => {
    const code = `const url = ${JSON.stringify(`${company.origin}/v1/resources`)};
    const options = { headers: { Authorization: \`Bearer \${process.env.AGIN_API_KEY}\` } };
    ${readSample("agin-rate-limits.mjs", {})}`;
    const { stdout } = await runNode(code, { AGIN_API_KEY: company.key });
    expect(stdout).toMatch(/^Rate Limit: 1000\nRemaining: \d+\nReset: \d{10}\n$/);
  });

  it("its monitoring lines run", async () => {
    const code = `const url = ${JSON.stringify(`${company.origin}/v1/resources`)}, method = 'GET';
    const options = { method, headers: { Authorization: \`Bearer \${process.env.AGIN_API_KEY}\` } };
    ${readSample("agin-monitor.mjs", {})}`;
    const { stdout } = await runNode(code, { AGIN_API_KEY: company.key });
    expect(stdout).toMatch(/^API Request: GET http\S+ - 200 \(\d+ms\)\n$/);
  });
});

describe("S1 its framework samples", () => {
  it("the Next.js route answers with our data, and creates", async () => {
    const route = readSample("agin-next-route.ts", exchanges).replace(
      "'next/server'",
      "'next/server.js'",
    );
    const code = await bundleSample(`${route}
      const list = await (await GET(new Request('http://localhost/'))).json();
      const made = await POST(new Request('http://localhost/', { method: 'POST',
        body: JSON.stringify({ name: 'From a route', type: 'compute' }) }));
      const refused = await POST(new Request('http://localhost/', { method: 'POST', body: '{}' }));
      console.log(JSON.stringify({ list, made: await made.json(), refused: refused.status }));`);
    const ran = await runNode(code, { AGIN_API_KEY: company.key });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const said = JSON.parse(ran.stdout);
    expect(said.list.data.length).toBeGreaterThan(0);
    expect(said.made).toMatchObject({ name: "From a route" });
    expect(said.refused).toBe(500);
  });

  it("the server component renders the names of our resources", async () => {
    const component = readSample("agin-server-component.tsx", exchanges);
    const code = await bundleSample(`import { renderToStaticMarkup } from 'react-dom/server';
      ${component}
      console.log(renderToStaticMarkup(await ResourcesPage()));`);
    const ran = await runNode(code, { AGIN_API_KEY: company.key });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("<h1>Resources</h1>");
    expect(ran.stdout).toContain("<li>Before</li>");
  });

  it("the Express server lists and creates", async () => {
    const port = await findPort(22_600);
    const server = readSample("agin-express.mjs", {
      ...exchanges,
      "app.listen(3000": `app.listen(${port}`,
    });
    const code = `${server}
    const address = 'http://127.0.0.1:${port}/api/resources';
    const list = await (await fetch(address)).json();
    const made = await (await fetch(address, { method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'From Express', type: 'compute' }) })).json();
    console.log(JSON.stringify({ names: list.data.map((one) => one.name), made: made.name }));
    process.exit(0);`;
    const { stdout } = await runNode(code, { AGIN_API_KEY: company.key });
    const said = JSON.parse(stdout.split("\n").find((line) => line.startsWith("{")) ?? "{}");
    expect(said.names).toContain("Before");
    expect(said.made).toBe("From Express");
  });
});

describe("K2 K3 S1 its key format", () => {
  it("keys are agin_live_ or agin_test_ and 36 characters", async () => {
    expect(company.key).toMatch(/^agin_live_[0-9A-Za-z]{36}$/);
    expect(await company.makeKey({ environment: "test" })).toMatch(/^agin_test_[0-9A-Za-z]{36}$/);
  });

  it("K6 S1 a test key is the sandbox: its own resources, nothing charged", async () => {
    const key = await company.makeKey({ environment: "test", scopes: ["read", "write"] });
    const response = await fetch(`${company.origin}/v1/resources`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect((await response.json()).data).toEqual([]);
  });
});

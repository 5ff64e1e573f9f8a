import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noChoice, setBrandChoice } from "@/lib/brand";
import type { Gateway } from "@/lib/gateway/call";
import { routesOf } from "@/lib/gateway/routes";
import { requestsOf, type SampleRequest } from "@/lib/gateway/testing/api-requests";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
  testSettings,
} from "@/lib/gateway/testing/gateway";
import {
  DocumentJudge,
  OpenApiDocument,
  refsIn,
  resolveRef,
  type SeenAnswer,
} from "@/lib/gateway/testing/openapi";
import { newId } from "@/lib/id";

let door: TestDoor;
let tenant: Tenant;
let judge: DocumentJudge;
let raw: unknown;

async function ask(request: SampleRequest & { path: string }): Promise<SeenAnswer> {
  const { secret, body } = request;
  const response = await fetch(`${door.origin}${request.path}`, {
    method: request.method,
    headers: {
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const plain = (path: string, headers: Record<string, string> = {}) =>
  ask({ method: "GET", path, headers });

async function secretWith(scopes: string[], owner = tenant): Promise<string> {
  return (await createTestKey(door.sql, owner, { scopes })).secret;
}

beforeAll(async () => {
  door = await openTestDoor();
  tenant = await createTenant(door.sql, { requestsPerHour: 100_000 });
  raw = JSON.parse((await plain("/v1/openapi.json")).text);
  judge = new DocumentJudge(OpenApiDocument.parse(raw));
});
afterAll(() => door.close());

describe("GET /v1/openapi.json", () => {
  it("says the name and the support address of the moment, under a tag of their own", async () => {
    const before = await plain("/v1/openapi.json");
    setBrandChoice({ ...noChoice, name: "Acme", supportEmail: "help@acme.example" });
    try {
      const answer = await plain("/v1/openapi.json", {
        "if-none-match": before.headers.get("etag") ?? "",
      });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({
        info: { title: "Acme API", contact: { email: "help@acme.example" } },
      });
    } finally {
      setBrandChoice(noChoice);
    }
    expect((await plain("/v1/openapi.json")).text).toBe(before.text);
  });

  it("answers everybody, and may be kept", async () => {
    const answer = await plain("/v1/openapi.json");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
    const etag = answer.headers.get("etag") ?? "";
    const again = await plain("/v1/openapi.json", { "if-none-match": etag });
    expect([again.status, again.text]).toEqual([304, ""]);
    const head = await ask({ method: "HEAD", path: "/v1/openapi.json" });
    expect([head.status, head.text, head.headers.get("etag")]).toEqual([200, "", etag]);
  });

  it("asks other methods for a key first, and then refuses them", async () => {
    const request = { method: "DELETE", path: "/v1/openapi.json" };
    expect((await ask(request)).status).toBe(401);
    const secret = await secretWith(["read"]);
    const refused = await ask({ ...request, secret });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("names the API's own address as its server", () => {
    expect(judge.document.servers).toEqual([{ url: testSettings.apiBaseUrl.replace(/\/v1$/, "") }]);
  });
});

describe("the document is OpenAPI 3.1", { timeout: 60_000 }, () => {
  it("has no reference that leads nowhere, and no component that nobody refers to", () => {
    const refs = new Set(refsIn(raw));
    for (const ref of refs) expect([ref, typeof resolveRef(raw, ref)]).toEqual([ref, "object"]);
    for (const kind of ["schemas", "responses", "headers", "parameters"]) {
      const named = Object.keys(Object(resolveRef(raw, `#/components/${kind}`)));
      for (const name of named) expect(refs).toContain(`#/components/${kind}/${name}`);
    }
  });

  it("has only schemas that are JSON Schema 2020-12, and examples that fit them", () => {
    const { schemas } = judge.document.components;
    for (const [name, schema] of Object.entries(schemas)) {
      expect(judge.schemaProblems(schema), name).toEqual([]);
      expect(() => judge.problemsWith(schema, {}), name).not.toThrow();
    }
    for (const { schema, example, where } of judge.examples()) {
      expect(judge.problemsWith(schema, example), where).toEqual([]);
    }
  });

  it("gives every operation a name of its own, known tags and declared path parameters", () => {
    const ids = judge.operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = judge.document.tags.map((tag) => tag.name);
    for (const { path, operation } of judge.operations) {
      expect(tags).toEqual(expect.arrayContaining(operation.tags));
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = judge.parametersOf(operation).filter((p) => p.in === "path");
      expect(declared.map((p) => p.name)).toEqual(inPath);
      expect(declared.every((p) => p.required)).toBe(true);
    }
  });

  it("describes every route of the table, and none that isn't there", () => {
    // The table's handlers look at the gateway when they run, and none does here.
    const table = routesOf({} as Gateway).map(({ method, name }) => `${method} ${name}`);
    const described = judge.operations.map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(table.sort());
  });
});

describe("the document is true", { timeout: 120_000 }, () => {
  /** Sends a request of an operation and compares the answer with what is written of it. */
  async function hold(operationId: string, request: SampleRequest, status: number): Promise<void> {
    const found = judge.operations.find(({ operation }) => operation.operationId === operationId);
    if (!found) throw new Error(`no operation ${operationId}`);
    let path = found.path;
    for (const [name, value] of Object.entries(request.params ?? {})) {
      path = path.replace(`{${name}}`, encodeURIComponent(value));
    }
    const answer = await ask({
      ...request,
      method: found.method,
      path: `${path}${request.query ?? ""}`,
    });
    expect([operationId, answer.status, answer.status === status ? "" : answer.text]).toEqual([
      operationId,
      status,
      "",
    ]);
    expect(judge.judge(found.operation, answer), `${operationId} ${status}`).toEqual([]);
  }

  it("of every operation's success", async () => {
    const secret = await secretWith(["admin"]);
    for (const { operation } of judge.operations) {
      const { operationId } = operation;
      const samples = await requestsOf(operationId, { sql: door.sql, tenant, ask, secret });
      expect([operationId, samples.length > 0]).toEqual([operationId, true]);
      for (const { status, ...sample } of samples) {
        await hold(operationId, { secret, ...sample }, status);
      }
    }
  });

  it("of every operation without a key, with a wrong one and with one that may not", async () => {
    const empty = await secretWith([]);
    const params = { id: newId("resource") };
    for (const { operation } of judge.operations) {
      if (operation.security) continue;
      const { operationId } = operation;
      const body = operation.requestBody ? {} : undefined;
      await hold(operationId, { params, body }, 401);
      await hold(operationId, { params, body, secret: `${empty.slice(0, -1)}!` }, 401);
      await hold(operationId, { params, body, secret: empty }, 403);
      const headers = { accept: "application/problem+json" };
      await hold(operationId, { params, body, secret: empty, headers }, 403);
    }
  });

  it("of every body that is none, or of another type", async () => {
    const secret = await secretWith(["admin"]);
    const params = { id: newId("resource") };
    for (const { operation } of judge.operations) {
      if (!operation.requestBody) continue;
      const { operationId } = operation;
      await hold(operationId, { params, secret, body: [] }, 400);
      await hold(operationId, { params, secret, body: { nonsense_field: 1, model: 1 } }, 400);
      const headers = { "content-type": "text/plain" };
      await hold(operationId, { params, secret, body: {}, headers }, 415);
      const problem = { accept: "application/problem+json" };
      await hold(operationId, { params, secret, body: [], headers: problem }, 400);
    }
  });

  it("of every id that is nobody's", async () => {
    const secret = await secretWith(["admin"]);
    for (const { path, operation } of judge.operations) {
      if (!path.includes("{")) continue;
      const example = operation.requestBody?.content["application/json"]?.example;
      const request = { params: { id: newId("event") }, secret, body: example };
      await hold(operation.operationId, request, 404);
    }
  });

  it("of an hour that is full, an account that is suspended and a balance that is spent", async () => {
    const full = await createTenant(door.sql, { requestsPerHour: 1 });
    const fullSecret = await secretWith(["admin"], full);
    await ask({ method: "GET", path: "/v1/models", secret: fullSecret });
    const closed = await createTenant(door.sql);
    await door.sql`update workspaces set suspended_at = now() where id = ${closed.workspaceId}`;
    const closedSecret = await secretWith(["admin"], closed);
    const poorSecret = await secretWith(
      ["read"],
      await createTenant(door.sql, { balanceUsd: "0" }),
    );
    for (const { operation } of judge.operations) {
      if (operation.security) continue;
      const { operationId } = operation;
      const example = operation.requestBody?.content["application/json"]?.example;
      const params = { id: operationId === "getModel" ? "gpt-4" : newId("resource") };
      await hold(operationId, { params, secret: closedSecret, body: example }, 403);
      if (!operation["x-uncounted"]) {
        await hold(operationId, { params, secret: fullSecret, body: example }, 429);
      }
      if (!operation.responses[402]) continue;
      await hold(operationId, { params, secret: poorSecret, body: example }, 402);
    }
  });
});

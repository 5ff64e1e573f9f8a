import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { DocumentJudge, OpenApiDocument } from "@/lib/gateway/testing/openapi";
import { send as sendJson } from "@/lib/gateway/testing/send";
import { type IdKind, newId } from "@/lib/id";

let door: TestDoor;
let judge: DocumentJudge;
let mine: Tenant;
let theirs: Tenant;

async function send(method: string, path: string, secret: string, body?: unknown) {
  const { status, text, headers } = await sendJson(`${door.origin}${path}`, {
    method,
    secret,
    body,
  });
  const shown = [...headers].filter(([name]) => !["x-request-id", "date"].includes(name));
  return { status, text, headers: shown };
}

async function adminOf(tenant: Tenant, environment: "live" | "test" = "live"): Promise<string> {
  return (await createTestKey(door.sql, tenant, { scopes: ["admin"], environment })).secret;
}

/** Things that have an id in a path: how to have one made, and its kind. */
const things: Record<string, { kind: IdKind; make(secret: string): Promise<string> }> = {
  Resources: { kind: "resource", make: (secret) => makeBy("/v1/resources", secret) },
  Keys: { kind: "apiKey", make: (secret) => makeBy("/v1/keys", secret) },
};

async function makeBy(path: string, secret: string): Promise<string> {
  const body = path.endsWith("keys")
    ? { name: "Theirs", scopes: ["read"] }
    : { name: "Theirs", type: "compute" };
  const made = await send("POST", path, secret, body);
  return z.looseObject({ id: z.string() }).parse(JSON.parse(made.text)).id;
}

beforeAll(async () => {
  door = await openTestDoor();
  mine = await createTenant(door.sql, { planId: "enterprise" });
  theirs = await createTenant(door.sql, { planId: "enterprise" });
  const described = await fetch(`${door.origin}/v1/openapi.json`);
  judge = new DocumentJudge(OpenApiDocument.parse(await described.json()));
});
afterAll(() => door.close());

describe("P14 isolation", () => {
  it("on every route with an id, another workspace's is a random one: same bytes, same headers", async () => {
    const secret = await adminOf(mine);
    const theirSecret = await adminOf(theirs);
    const routes = judge.operations.filter(
      ({ path, operation }) => path.includes("{id}") && !operation.tags.includes("Models"),
    );
    expect(routes.length).toBeGreaterThanOrEqual(4);
    for (const { method, path, operation } of routes) {
      const thing = things[operation.tags[0] ?? ""];
      if (!thing) throw new Error(`who makes what ${path} is about?`);
      const id = await thing.make(theirSecret);
      const body = operation.requestBody?.content["application/json"]?.example;
      const ask = (value: string) => send(method, path.replace("{id}", value), secret, body);
      const other = await ask(id);
      const random = await ask(newId(thing.kind));
      expect([method, path, other.status]).toEqual([method, path, 404]);
      expect(other).toEqual(random);
      expect((await ask("0")).text).toBe(random.text);
      // Nothing happened to it, and its owner may do what the stranger could not.
      const own = await send(method, path.replace("{id}", id), theirSecret, body);
      expect([method, path, own.status]).toEqual([method, path, 200]);
    }
  });

  it("no list shows what another workspace has, nor what the other environment has", async () => {
    const theirSecret = await adminOf(theirs);
    const testSecret = await adminOf(mine, "test");
    const ids = await Promise.all(Object.values(things).map(({ make }) => make(theirSecret)));
    const testResource = await makeBy("/v1/resources", testSecret);
    const secret = await adminOf(mine);
    for (const path of ["/v1/resources?limit=100", "/v1/keys?limit=100"]) {
      const listed = await send("GET", path, secret);
      expect(listed.status).toBe(200);
      for (const id of [...ids, testResource]) expect(listed.text).not.toContain(id);
    }
  });

  it("E41 a cursor opens the list that it is of, and no other list of the same key", async () => {
    const secret = await adminOf(mine);
    await adminOf(mine);
    const page = await send("GET", "/v1/keys?limit=1", secret);
    const { next_cursor } = z.looseObject({ next_cursor: z.string() }).parse(JSON.parse(page.text));
    expect((await send("GET", `/v1/keys?cursor=${next_cursor}`, secret)).status).toBe(200);
    const refused = await send("GET", `/v1/resources?cursor=${next_cursor}`, secret);
    expect([refused.status, JSON.parse(refused.text).errors[0].path]).toEqual([400, "cursor"]);
  });
});

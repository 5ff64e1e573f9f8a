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

/** What a path names, by its parameters: ids, or what they are ids of. */
type Named<T> = { id: T; delivery_id?: T };

/** Things that have an id in a path: how to have one made, and its kind. */
const things: Record<
  string,
  { kinds: Named<IdKind>; make(secret: string): Promise<Named<string>> }
> = {
  Resources: {
    kinds: { id: "resource" },
    make: (secret) => makeBy("/v1/resources", secret, { name: "Theirs", type: "compute" }),
  },
  Keys: {
    kinds: { id: "apiKey" },
    make: (secret) => makeBy("/v1/keys", secret, { name: "Theirs", scopes: ["read"] }),
  },
  Webhooks: {
    kinds: { id: "webhookEndpoint", delivery_id: "webhookDelivery" },
    async make(secret) {
      const body = { url: "https://hooks.example.com/theirs", events: ["*"] };
      const { id } = await makeBy("/v1/webhooks", secret, body);
      const { id: delivery } = await makeBy(`/v1/webhooks/${id}/test`, secret);
      await door.sql`
        update webhook_deliveries set state = 'failed', next_attempt_at = null
        where id = ${delivery}`;
      return { id, delivery_id: delivery };
    },
  },
};

async function makeBy(path: string, secret: string, body?: unknown): Promise<{ id: string }> {
  const made = await send("POST", path, secret, body);
  return z.looseObject({ id: z.string() }).parse(JSON.parse(made.text));
}

function fill(path: string, names: Named<string>): string {
  return path.replace("{id}", names.id).replace("{delivery_id}", names.delivery_id ?? "");
}

function randomOf({ id, delivery_id: delivery }: Named<IdKind>): Named<string> {
  return { id: newId(id), ...(delivery ? { delivery_id: newId(delivery) } : {}) };
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
      const names = await thing.make(theirSecret);
      const body = operation.requestBody?.content["application/json"]?.example;
      const ask = (asked: Named<string>) => send(method, fill(path, asked), secret, body);
      const other = await ask(names);
      const random = await ask(randomOf(thing.kinds));
      expect([method, path, other.status]).toEqual([method, path, 404]);
      expect(other).toEqual(random);
      expect((await ask({ id: "0", delivery_id: "0" })).text).toBe(random.text);
      // Nothing happened to it, and its owner may do what the stranger could not.
      const own = await send(method, fill(path, names), theirSecret, body);
      expect([method, path, own.status]).toEqual([method, path, 200]);
    }
  });

  it("no list shows what another workspace has, nor what the other environment has", async () => {
    const theirSecret = await adminOf(theirs);
    const testSecret = await adminOf(mine, "test");
    const made = await Promise.all(Object.values(things).map(({ make }) => make(theirSecret)));
    const ids = made.map(({ id }) => id);
    const resource = { name: "Of a test key", type: "compute" };
    const { id: testResource } = await makeBy("/v1/resources", testSecret, resource);
    const secret = await adminOf(mine);
    for (const path of ["/v1/resources", "/v1/keys", "/v1/webhooks"].map(
      (list) => `${list}?limit=100`,
    )) {
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

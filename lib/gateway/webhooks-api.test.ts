import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";

let door: TestDoor;
let secret: string;
let tenant: { workspaceId: string; userId: string };

beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());
beforeEach(async () => {
  tenant = await createTenant(door.sql);
  secret = (await createTestKey(door.sql, tenant, { scopes: ["webhook"] })).secret;
});

const url = "https://hooks.example.com/gatehouse";
const Answer = z.record(z.string(), z.unknown());

async function ask(
  method: string,
  path: string,
  body?: unknown,
  more: { key?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${door.origin}/v1/webhooks${path}`, {
    method,
    headers: {
      authorization: `Bearer ${more.key ?? secret}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...more.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: Answer.parse(await response.json()),
  };
}

async function create(change: Record<string, unknown> = {}, key = secret) {
  const { status, body } = await ask("POST", "", { url, events: ["*"], ...change }, { key });
  expect(status).toBe(201);
  return z.looseObject({ id: z.string(), secret: z.string() }).parse(body);
}

test("an endpoint is made, read, changed and deleted; its secret is told once", async () => {
  const made = await create({ events: ["limit.reached", "balance.low"], description: "Billing" });
  expect(made.secret).toMatch(/^whsec_[0-9A-Za-z+/]{43}=$/);
  const { secret: _secret, ...shown } = made;
  expect(shown).toMatchObject({
    ...{ object: "webhook_endpoint", url, description: "Billing", status: "enabled" },
    ...{ events: ["balance.low", "limit.reached"], success_rate: null, failures_in_row: 0 },
  });
  expect((await ask("GET", `/${made.id}`)).body).toEqual(shown);
  expect((await ask("GET", "")).body).toMatchObject({ data: [shown], has_more: false });
  const changed = await ask("PATCH", `/${made.id}`, {
    enabled: false,
    events: ["topup.failed", "*"],
  });
  expect(changed.body).toMatchObject({
    status: "disabled",
    disabled_reason: "user",
    events: ["*"],
  });
  expect((await ask("POST", `/${made.id}/test`)).status).toBe(409);
  expect((await ask("DELETE", `/${made.id}`)).body).toEqual({ id: made.id, deleted: true });
  expect((await ask("GET", `/${made.id}`)).status).toBe(404);
  expect((await ask("GET", "")).body).toMatchObject({ data: [] });
  const acts = await door.sql`
    select action from audit_log where target_id = ${made.id} order by id`;
  expect(acts.map(({ action }) => action)).toEqual([
    ...["webhook_endpoint.created", "webhook_endpoint.updated", "webhook_endpoint.disabled"],
    "webhook_endpoint.deleted",
  ]);
});

test("no secret, old or new, is anywhere in the database in clear", async () => {
  const made = await create();
  const rolled = await ask("POST", `/${made.id}/roll-secret`);
  expect(rolled.status).toBe(200);
  const secrets = [made.secret, z.string().parse(rolled.body.secret)];
  expect(new Set(secrets).size).toBe(2);
  expect(rolled.body.previous_secret_expires_at).toBeTypeOf("string");
  await ask("POST", `/${made.id}/test`);
  const tables = await door.sql`
    select table_name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`;
  expect(tables.length).toBeGreaterThan(40);
  for (const { table_name: table } of tables) {
    const rows = await door.sql.unsafe(`select to_jsonb(t)::text as text from "${table}" t`);
    for (const { text } of rows) {
      for (const one of secrets) {
        const raw = Buffer.from(one.slice(6), "base64").toString("hex");
        for (const form of [one.slice(6), raw]) {
          expect(text.includes(form), `${table} holds a secret`).toBe(false);
        }
      }
    }
  }
});

test("P14 another workspace's endpoints and deliveries answer like those that never were", async () => {
  const other = await createTenant(door.sql);
  const theirs = (await createTestKey(door.sql, other, { scopes: ["admin"] })).secret;
  const made = await create({}, theirs);
  const sent = await ask("POST", `/${made.id}/test`, undefined, { key: theirs });
  const delivery = z.string().parse(sent.body.id);
  const [randomId, randomDelivery] = [newId("webhookEndpoint"), newId("webhookDelivery")];
  const mine = await create();
  const shape = (answer: { status: number; body: Record<string, unknown> }) => {
    const { request_id: _id, ...error } = Answer.parse(answer.body.error ?? {});
    return { status: answer.status, error };
  };
  for (const [method, path, body] of [
    ["GET", "/ID", undefined],
    ["PATCH", "/ID", { enabled: false }],
    ["PATCH", "/ID", { url: "https://nowhere.example" }],
    ["DELETE", "/ID", undefined],
    ["POST", "/ID/roll-secret", undefined],
    ["POST", "/ID/test", undefined],
    ["POST", "/ID/resend-failed", { since: "2026-01-01T00:00:00Z" }],
    ["GET", "/ID/deliveries", undefined],
    ["GET", "/ID/deliveries/DLV", undefined],
    ["POST", "/ID/deliveries/DLV/resend", undefined],
  ] as const) {
    const at = (id: string, dlv: string) => path.replace("ID", id).replace("DLV", dlv);
    const foreign = await ask(method, at(made.id, delivery), body);
    const nobodys = await ask(method, at(randomId, randomDelivery), body);
    expect([path, shape(foreign)]).toEqual([path, shape(nobodys)]);
    expect([path, foreign.status]).toEqual([path, 404]);
  }
  // Nor through an endpoint of one's own.
  expect((await ask("GET", `/${mine.id}/deliveries/${delivery}`)).status).toBe(404);
  expect((await ask("POST", `/${mine.id}/deliveries/${delivery}/resend`)).status).toBe(404);
  expect((await ask("GET", "")).body).toMatchObject({ data: [{ id: mine.id }] });
});

test("K4 the scope webhook, or admin, is what it takes", async () => {
  for (const scopes of [["read"], ["write"], ["read", "write"], []]) {
    const key = (await createTestKey(door.sql, tenant, { scopes })).secret;
    expect((await ask("GET", "", undefined, { key })).status).toBe(403);
    expect((await ask("POST", "", { url, events: ["*"] }, { key })).status).toBe(403);
  }
  const key = (await createTestKey(door.sql, tenant, { scopes: ["admin"] })).secret;
  expect((await ask("GET", "", undefined, { key })).status).toBe(200);
});

test("a workspace has twenty endpoints at most, also when they are made at once", async () => {
  const answers = await Promise.all(
    Array.from({ length: 24 }, () => ask("POST", "", { url, events: ["*"] })),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(20).fill(201), ...Array(4).fill(409)]);
  const pages: unknown[] = [];
  let cursor = "";
  do {
    const { body } = await ask("GET", `?limit=7${cursor === "" ? "" : `&cursor=${cursor}`}`);
    pages.push(...z.array(z.unknown()).parse(body.data));
    cursor = z.string().nullable().parse(body.next_cursor) ?? "";
  } while (cursor !== "");
  expect(pages).toHaveLength(20);
});

test("a repeated creation under one Idempotency-Key makes one endpoint, with one secret", async () => {
  const headers = { "idempotency-key": "endpoint-1" };
  const make = () => ask("POST", "", { url, events: ["*"] }, { headers });
  const [first, second] = [await make(), await make()];
  expect(second.body).toEqual(first.body);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect((await ask("GET", "")).body).toMatchObject({ data: [{ id: first.body.id }] });
});

test("the eleventh test event in a minute answers 429, and when to come again", async () => {
  const made = await create();
  const test = () => ask("POST", `/${made.id}/test`);
  for (let i = 0; i < 10; i++) expect((await test()).status).toBe(200);
  const refused = await test();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(50);
  expect(refused.body).toMatchObject({ error: { code: "RATE_LIMIT_EXCEEDED" } });
  expect((await ask("GET", `/${made.id}`)).status).toBe(200);
});

test("deliveries come in pages, newest first, by state, and a cursor is good for its endpoint only", async () => {
  const [one, two] = [await create(), await create()];
  for (let i = 0; i < 5; i++) await ask("POST", `/${one.id}/test`);
  await ask("POST", `/${two.id}/test`);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`;
    const { body } = await ask("GET", `/${one.id}/deliveries${query}`);
    seen.push(
      ...z
        .array(z.looseObject({ id: z.string() }))
        .parse(body.data)
        .map(({ id }) => id),
    );
    cursor = z.string().nullable().parse(body.next_cursor);
    if (cursor !== null) {
      const crossed = await ask("GET", `/${two.id}/deliveries?cursor=${cursor}`);
      expect(crossed.status).toBe(400);
    }
  } while (cursor !== null);
  expect(seen).toHaveLength(5);
  expect(seen).toEqual([...seen].sort().reverse());
  await door.sql`
    update webhook_deliveries set state = 'failed', next_attempt_at = null, last_error = 'status'
    where id = ${seen[1] ?? ""}`;
  const failed = await ask("GET", `/${one.id}/deliveries?status=failed`);
  expect(failed.body).toMatchObject({ data: [{ id: seen[1], last_error: "status" }] });
  const resent = await ask("POST", `/${one.id}/resend-failed`, { since: "2020-01-01T00:00:00Z" });
  expect(resent.body).toEqual({ resent: 1, left: 0 });
  const detail = await ask("GET", `/${one.id}/deliveries/${seen[1]}`);
  expect(detail.body).toMatchObject({ status: "pending", tries: [] });
  expect(JSON.parse(z.string().parse(detail.body.payload))).toMatchObject({
    ...{ type: "webhook.test", workspace_id: tenant.workspaceId },
    data: { endpoint_id: one.id },
  });
});

test("what may stand in a description is what may stand in a name", async () => {
  for (const description of ["<script>alert(1)</script>", "Ω≈ç√", "' or 1=1 --", "👩‍💻"]) {
    expect(await create({ description })).toMatchObject({ description });
  }
  for (const description of ["a\u202eb", "a\r\nb", "a\u0000b", "a".repeat(65), 5, null]) {
    const { status, body } = await ask("POST", "", { url, events: ["*"], description });
    expect([description, status]).toEqual([description, 400]);
    expect(JSON.stringify(body)).toContain("description");
  }
});

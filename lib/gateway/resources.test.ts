import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { type Sent, send as sendJson } from "@/lib/gateway/testing/send";
import { newId } from "@/lib/id";

let door: TestDoor;
let tenant: Tenant;
let secret: string;

beforeAll(async () => {
  door = await openTestDoor();
  tenant = await createTenant(door.sql, { planId: "enterprise" });
  secret = (await createTestKey(door.sql, tenant, { scopes: ["read", "write"] })).secret;
});
afterAll(() => door.close());

function send(path: string, sent: Sent = {}) {
  return sendJson(`${door.origin}/v1/resources${path}`, { ...sent, secret: sent.secret ?? secret });
}

const compute = { name: "My Resource", type: "compute", config: { cpu: 2, memory: "4GB" } };

async function create(body: unknown = compute, key = secret): Promise<string> {
  const made = await send("", { method: "POST", body, secret: key });
  expect(made.status).toBe(201);
  return made.body.id;
}

const problemsOf = (answer: { body: { errors: { path: string; code: string }[] } }) =>
  answer.body.errors.map(({ path }) => path);

/** A workspace of its own, so that its lists hold what the test made. */
async function openTenant(environment: "live" | "test" = "live") {
  const own = await createTenant(door.sql, { planId: "enterprise" });
  const key = await createTestKey(door.sql, own, { environment, scopes: ["read", "write"] });
  return { tenant: own, secret: key.secret };
}

describe("A5 /v1/resources as the seed writes it", () => {
  it("create answers 201 with the object, its path and its version", async () => {
    const made = await send("", { method: "POST", body: compute });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^res_[0-9a-hjkmnp-tv-z]{26}$/),
      object: "resource",
      ...compute,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      updated_at: made.body.created_at,
    });
    expect(made.headers.get("location")).toBe(`/v1/resources/${made.body.id}`);
    expect(made.headers.get("etag")).toBe('"1"');
    expect(made.headers.get("x-ratelimit-limit")).toBe(null);
    const read = await send(`/${made.body.id}`);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(made.body);
    expect(read.headers.get("etag")).toBe('"1"');
  });

  it("create without a config has an empty one", async () => {
    const made = await send("", { method: "POST", body: { name: "My Resource", type: "compute" } });
    expect(made.body.config).toEqual({});
  });

  it("PUT with a name only keeps type and config; with a config it keeps the type", async () => {
    const id = await create();
    const renamed = await send(`/${id}`, { method: "PUT", body: { name: "Updated Name" } });
    expect(renamed.status).toBe(200);
    expect(renamed.body).toMatchObject({ ...compute, name: "Updated Name" });
    const config = { cpu: 4, memory: "8GB" };
    const changed = await send(`/${id}`, { method: "PUT", body: { name: "Updated Name", config } });
    expect(changed.body).toMatchObject({ type: "compute", config });
    expect(changed.headers.get("etag")).toBe('"3"');
    expect(Date.parse(changed.body.updated_at)).toBeGreaterThanOrEqual(
      Date.parse(changed.body.created_at),
    );
  });

  it("PATCH changes what is given and nothing else; given nothing it changes nothing", async () => {
    const id = await create();
    const typed = await send(`/${id}`, { method: "PATCH", body: { type: "storage" } });
    expect(typed.body).toMatchObject({ ...compute, type: "storage" });
    const same = await send(`/${id}`, { method: "PATCH", body: {} });
    expect(same.status).toBe(200);
    expect(same.body).toEqual(typed.body);
    expect(same.headers.get("etag")).toBe('"2"');
  });

  it("DELETE answers 200 with the id, and then it is gone", async () => {
    const id = await create();
    const gone = await send(`/${id}`, { method: "DELETE" });
    expect(gone.status).toBe(200);
    expect(gone.body).toEqual({ id, deleted: true });
    expect((await send(`/${id}`)).status).toBe(404);
    expect((await send(`/${id}`, { method: "DELETE" })).status).toBe(404);
  });

  it("each change leaves one audit row that names the key", async () => {
    const own = await openTenant();
    const id = await create(compute, own.secret);
    await send(`/${id}`, { method: "PUT", body: { name: "B" }, secret: own.secret });
    await send(`/${id}`, { method: "DELETE", secret: own.secret });
    const rows = await door.sql`
      select action, actor_type, target_id from audit_log
      where workspace_id = ${own.tenant.workspaceId} order by at`;
    expect(rows.map((row) => row.action)).toEqual([
      "resource.created",
      "resource.updated",
      "resource.deleted",
    ]);
    expect(rows.every((row) => row.actor_type === "api_key" && row.target_id === id)).toBe(true);
  });

  it("every call counts against the hour and is logged under its route", async () => {
    const own = await createTenant(door.sql, { requestsPerHour: 3 });
    const key = await createTestKey(door.sql, own, { scopes: ["read", "write"] });
    const id = await create(compute, key.secret);
    expect((await send(`/${id}`, { secret: key.secret })).status).toBe(200);
    const refused = await send("", { method: "POST", body: {}, secret: key.secret });
    expect(refused.status).toBe(400);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect((await send(`/${id}`, { secret: key.secret })).status).toBe(429);
    await expect
      .poll(async () => {
        const rows = await door.sql`
          select method, path, status, cost_nanos::text from request_log
          where workspace_id = ${own.workspaceId} order by status, method`;
        return rows.map((row) => [row.method, row.path, row.status, row.cost_nanos]);
      })
      .toEqual([
        ["GET", "/v1/resources/{id}", 200, "0"],
        ["POST", "/v1/resources", 201, "0"],
        ["POST", "/v1/resources", 400, "0"],
        ["GET", "/v1/resources/{id}", 429, "0"],
      ]);
  });
});

describe("scopes, environments and workspaces", () => {
  it("C01 a key with read only can't create: 403 that names write", async () => {
    const key = await createTestKey(door.sql, tenant, { scopes: ["read"] });
    const refused = await send("", { method: "POST", body: compute, secret: key.secret });
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({
      code: "INSUFFICIENT_SCOPE",
      details: { required: ["write"], granted: ["read"] },
    });
    expect(refused.headers.get("www-authenticate")).toContain('scope="write"');
  });

  it("C02 a key with write only can't list: scopes are no ladder", async () => {
    const key = await createTestKey(door.sql, tenant, { scopes: ["write"] });
    const refused = await send("", { secret: key.secret });
    expect(refused.status).toBe(403);
    expect(refused.body.error.details.required).toEqual(["read"]);
  });

  it("an admin key may do both", async () => {
    const key = await createTestKey(door.sql, tenant, { scopes: ["admin"] });
    const id = await create(compute, key.secret);
    expect((await send(`/${id}`, { secret: key.secret })).status).toBe(200);
  });

  it("K6 test keys see those that test keys made, live keys the others", async () => {
    const own = await openTenant();
    const test = await createTestKey(door.sql, own.tenant, {
      environment: "test",
      scopes: ["read", "write"],
    });
    const liveId = await create(compute, own.secret);
    const testId = await create(compute, test.secret);
    expect((await send(`/${liveId}`, { secret: test.secret })).status).toBe(404);
    expect((await send(`/${testId}`, { secret: own.secret })).status).toBe(404);
    const listed = await send("", { secret: test.secret });
    expect(listed.body.data.map((item: { id: string }) => item.id)).toEqual([testId]);
  });

  const methods: [string, unknown][] = [
    ["GET", undefined],
    ["PUT", { name: "B" }],
    ["PATCH", { name: "B" }],
    ["DELETE", undefined],
  ];
  it.each(methods)(
    "C07, P14 %s of another workspace's id is a random id's 404, byte for byte",
    async (method, body) => {
      const other = await openTenant();
      const theirs = await create(compute, other.secret);
      const answers = await Promise.all(
        [theirs, newId("resource"), newId("apiKey")].map((id) => send(`/${id}`, { method, body })),
      );
      expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
      expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
      const names = answers.map((answer) => [...answer.headers.keys()].join());
      expect(new Set(names).size).toBe(1);
      expect((await send(`/${theirs}`, { secret: other.secret })).body.name).toBe(compute.name);
    },
  );

  it.each([
    "0",
    "-1",
    "null",
    "1e3",
    "[object Object]",
    "res_",
    "x' OR 1=1",
    "..%2f..%2fetc",
    "res_01kah5v3zq8m2n4c6d7e8f9ga%00".replace("%00", "é"),
    "res_01KAH5V3ZQ8M2N4C6D7E8F9GAB",
  ])("C13, C14 an id that is none, %s, is 404 and never a database error", async (id) => {
    for (const [method, body] of methods) {
      const answer = await send(`/${id}`, { method, body });
      expect(answer.status).toBe(404);
      expect(answer.body.error.code).toBe("NOT_FOUND");
    }
  });
});

describe("what a resource may be", () => {
  const grapheme = "👩‍👩‍👧‍👦";
  const refused: [string, unknown, string][] = [
    ["E35 no name", { type: "compute" }, "name"],
    ["E35 an empty name", { ...compute, name: "" }, "name"],
    ["E35 a name of spaces", { ...compute, name: "  \t " }, "name"],
    ["E35 a name of 65 graphemes", { ...compute, name: grapheme.repeat(65) }, "name"],
    ["a name that is a number", { ...compute, name: 5 }, "name"],
    ["a name with a hidden direction", { ...compute, name: "a\u202Eb" }, "name"],
    ["no type", { name: "A" }, "type"],
    ["a type with capitals", { ...compute, type: "Compute" }, "type"],
    ["a type of 65 characters", { ...compute, type: "a".repeat(65) }, "type"],
    ["a config that is a list", { ...compute, config: [] }, "config"],
    ["a config that is null", { ...compute, config: null }, "config"],
    ["a config above 64 KB", { ...compute, config: { a: "x".repeat(65_536) } }, "config"],
    ["an unknown field", { ...compute, colour: "red" }, "colour"],
    ["an id of the caller's own", { ...compute, id: "res_1" }, "id"],
    ["a list instead of an object", [], "$"],
    ["null instead of an object", null, "$"],
  ];
  it.each(refused)("%s: 400 that names the field", async (_name, body, path) => {
    const answer = await send("", { method: "POST", body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      message: "Invalid request",
      error: { code: "VALIDATION_ERROR", details: { errors: answer.body.errors } },
    });
    expect(problemsOf(answer)).toContain(path);
    expect(answer.body.errors[0].code).toEqual(expect.any(String));
  });

  it("E35 names every wrong field at once", async () => {
    const answer = await send("", { method: "POST", body: { name: "", type: 1, x: 1 } });
    expect(problemsOf(answer).sort()).toEqual(["name", "type", "x"]);
  });

  it("64 graphemes, 64 KB and 32 levels are allowed; one level more is not", async () => {
    const nest = (depth: number): unknown => (depth === 0 ? 1 : { a: nest(depth - 1) });
    const config = { a: "x".repeat(65_536 - '{"a":""}'.length) };
    await create({ name: grapheme.repeat(64), type: "a", config });
    await create({ name: "  Padded ", type: "a", config: nest(32) });
    const answer = await send("", { method: "POST", body: { ...compute, config: nest(33) } });
    expect(problemsOf(answer)).toEqual(["config"]);
  });

  it("a number beyond a double is refused, not stored as null", async () => {
    const answer = await fetch(`${door.origin}/v1/resources`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: '{"name":"A","type":"a","config":{"n":1e999}}',
    });
    expect(answer.status).toBe(400);
  });

  it("the 10,001st resource of a workspace is refused with 409, however many try at once", async () => {
    const own = await openTenant();
    await door.sql`
      insert into resources (id, workspace_id, environment, name, type)
      select 'res_' || i || ${own.tenant.workspaceId}, ${own.tenant.workspaceId}, 'live', 'N', 't'
      from generate_series(1, 9998) i`;
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        send("", { method: "POST", body: compute, secret: own.secret }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
    const refusal = answers.find((answer) => answer.status === 409);
    expect(refusal?.body.error.code).toBe("CONFLICT");
    expect(refusal?.body.message).toContain("10,000 resources");
  });
});

describe("lists", () => {
  it("walk through every item once, newest first, in pages", async () => {
    const own = await openTenant();
    // All in one microsecond: the id decides, and nothing is skipped or repeated.
    await door.sql`
      insert into resources (id, workspace_id, environment, name, type)
      select 'res_' || lpad(i::text, 26, '0'), ${own.tenant.workspaceId}, 'live', 'N', 't'
      from generate_series(1, 45) i`;
    const seen: string[] = [];
    let cursor: string | null = "";
    const pages: number[] = [];
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `?cursor=${cursor}`;
      const page = await send(query, { secret: own.secret });
      expect(page.body.has_more).toBe(page.body.next_cursor !== null);
      seen.push(...page.body.data.map((item: { id: string }) => item.id));
      pages.push(page.body.data.length);
      cursor = page.body.next_cursor;
    }
    expect(pages).toEqual([20, 20, 5]);
    expect(new Set(seen).size).toBe(45);
    expect(seen).toEqual([...seen].sort().reverse());
    const whole = await send("?limit=100", { secret: own.secret });
    expect(whole.body.data.map((item: { id: string }) => item.id)).toEqual(seen);
  });

  it("a page whose last item is deleted meanwhile is still followed by the next", async () => {
    const own = await openTenant();
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.unshift(await create(compute, own.secret));
    const first = await send("?limit=2", { secret: own.secret });
    await send(`/${ids[1]}`, { method: "DELETE", secret: own.secret });
    const second = await send(`?limit=2&cursor=${first.body.next_cursor}`, { secret: own.secret });
    expect(second.body.data.map((item: { id: string }) => item.id)).toEqual(ids.slice(2));
  });

  it.each(["0", "-1", "1001", "10000", "x", "1e3", "1.5", "", " 5", "05", "５"])(
    "E40 limit=%s is 400 with the path",
    async (limit) => {
      const answer = await send(`?limit=${encodeURIComponent(limit)}`);
      expect(answer.status).toBe(400);
      expect(answer.body.error.code).toBe("VALIDATION_ERROR");
      expect(problemsOf(answer)).toEqual(["limit"]);
    },
  );

  it("a parameter given twice is 400, one that nobody knows is ignored", async () => {
    expect(problemsOf(await send("?limit=1&limit=2"))).toEqual(["limit"]);
    expect((await send("?page=3&page=4&user_id=someone")).status).toBe(200);
  });

  it("E41 a cursor that is forged, cut, respelt or another's is 400 with the path", async () => {
    const mine = await openTenant();
    const theirs = await openTenant();
    const test = await createTestKey(door.sql, mine.tenant, { environment: "test" });
    for (const key of [mine.secret, theirs.secret]) {
      await create(compute, key);
      await create(compute, key);
    }
    const cursorOf = async (key: string) =>
      (await send("?limit=1", { secret: key })).body.next_cursor as string;
    const own = await cursorOf(mine.secret);
    const forged = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from(JSON.stringify({ at: "2020-01-01", id: "res_1" })),
    ]).toString("base64url");
    const flipped = `${own.startsWith("A") ? "B" : "A"}${own.slice(1)}`;
    const bad = [
      await cursorOf(theirs.secret),
      own.slice(0, -1),
      own.slice(0, 10),
      `${own}=`,
      `${own}A`,
      flipped,
      forged,
      "",
      "null",
      "a".repeat(5_000),
      "%00",
      "%F0%9F",
    ];
    for (const cursor of bad) {
      const answer = await send(`?cursor=${cursor}`, { secret: mine.secret });
      expect([cursor, answer.status]).toEqual([cursor, 400]);
      expect(problemsOf(answer)).toEqual(["cursor"]);
    }
    expect((await send(`?cursor=${own}`, { secret: test.secret })).status).toBe(400);
    expect((await send(`?cursor=${own}`, { secret: mine.secret })).status).toBe(200);
  });
});

describe("entity tags", () => {
  const put = (id: string, ifMatch: string, name = "B") =>
    send(`/${id}`, { method: "PUT", body: { name }, headers: { "if-match": ifMatch } });

  it("E38 a stale If-Match is 412 that tells the current tag, and changes nothing", async () => {
    const id = await create();
    expect((await put(id, '"1"')).status).toBe(200);
    const stale = await put(id, '"1"', "C");
    expect(stale.status).toBe(412);
    expect(stale.body.error).toEqual({
      code: "PRECONDITION_FAILED",
      message: "The resource has another version",
      details: { current: '"2"' },
    });
    expect(stale.headers.get("etag")).toBe('"2"');
    expect((await send(`/${id}`)).body.name).toBe("B");
  });

  const cases: [string, number][] = [
    ["*", 200],
    ['"7", "1"', 200],
    ['"a,b" , "1"', 200],
    ['W/"1"', 412],
    ["1", 412],
    ["", 412],
    ['"7"', 412],
  ];
  it.each(cases)("RFC 9110 If-Match: %s answers %i", async (ifMatch, status) => {
    expect((await put(await create(), ifMatch)).status).toBe(status);
  });

  it("PATCH and DELETE keep to If-Match too", async () => {
    const id = await create();
    const headers = { "if-match": '"9"' };
    const patched = await send(`/${id}`, { method: "PATCH", body: {}, headers });
    expect(patched.status).toBe(412);
    expect((await send(`/${id}`, { method: "DELETE", headers })).status).toBe(412);
    const gone = await send(`/${id}`, { method: "DELETE", headers: { "if-match": '"1"' } });
    expect(gone.status).toBe(200);
    expect((await put(id, "*")).status).toBe(404);
  });

  it("of twenty changes for one version one holds, the others hear 412: no update is lost", async () => {
    const id = await create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => put(id, '"1"', `Name ${i}`)),
    );
    const won = answers.filter((answer) => answer.status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 412)).toHaveLength(19);
    const now = await send(`/${id}`);
    expect(now.body.name).toBe(won[0]?.body.name);
    expect(now.headers.get("etag")).toBe('"2"');
  });

  it("a reader with the current tag hears 304 without a body", async () => {
    const id = await create();
    const same = await send(`/${id}`, { headers: { "if-none-match": 'W/"1"' } });
    expect([same.status, same.text, same.headers.get("etag")]).toEqual([304, "", '"1"']);
    expect((await send(`/${id}`, { headers: { "if-none-match": '"2"' } })).status).toBe(200);
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";

let door: TestDoor;

beforeAll(async () => {
  door = await openTestDoor({ gateways: 2 });
});
afterAll(() => door.close());

interface Caller {
  tenant: Tenant;
  keyId: string;
  secret: string;
}

async function openCaller(
  options: { balanceUsd?: string; scopes?: string[] } = {},
): Promise<Caller> {
  const tenant = await createTenant(door.sql, options);
  const key = await createTestKey(door.sql, tenant, { scopes: options.scopes ?? ["read"] });
  return { tenant, keyId: key.id, secret: key.secret };
}

const hello = {
  model: "deepseek-chat",
  max_tokens: 50,
  messages: [{ role: "user", content: "Hello" }],
};

function send(
  caller: Caller,
  idempotencyKey: string,
  body: object = hello,
  { path = "/v1/chat/completions", origin = door.origin, headers = {} } = {},
): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${caller.secret}`,
      "content-type": "application/json",
      "idempotency-key": idempotencyKey,
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

function rowsOf(caller: Caller) {
  return door.sql`
    select * from idempotency_keys where workspace_id = ${caller.tenant.workspaceId}`;
}

async function expectCharges(caller: Caller, requests: number): Promise<void> {
  const books = await readBooks(door.sql, caller.tenant.workspaceId);
  const [row] = await door.sql`
    select count(*)::int as charged from request_log
    where workspace_id = ${caller.tenant.workspaceId} and cost_nanos > 0`;
  expect(row?.charged).toBe(requests);
  expect(books).toMatchObject({ holds: 0, heldNanos: 0n, usedNanos: books.loggedNanos });
}

describe("P18 P5 the same Idempotency-Key", () => {
  it("repeats the answer of the same request, and charges it once", async () => {
    const caller = await openCaller();
    const first = await send(caller, "once");
    const second = await send(caller, "once");
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.text()).toBe(await first.text());
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(second.headers.get("x-original-request-id")).toBe(first.headers.get("x-request-id"));
    expect(second.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(second.headers.get("x-request-cost")).toBe(first.headers.get("x-request-cost"));
    expect(Number(second.headers.get("x-ratelimit-remaining"))).toBe(
      Number(first.headers.get("x-ratelimit-remaining")) - 1,
    );
    await expectCharges(caller, 1);
  });

  it("repeats a stream, byte for byte", async () => {
    const caller = await openCaller();
    const first = await (await send(caller, "stream", { ...hello, stream: true })).text();
    expect(first).toMatch(/data: \[DONE\]\n\n$/);
    const second = await send(caller, "stream", { ...hello, stream: true });
    expect(second.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(await second.text()).toBe(first);
    await expectCharges(caller, 1);
  });

  it("lets one of twenty on two gateways through; the others wait or repeat it", async () => {
    const caller = await openCaller();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        send(caller, "race", hello, { origin: door.origins[i % 2] ?? "" }),
      ),
    );
    const fresh = answers.filter((answer) => answer.status === 200 && !isReplay(answer));
    expect(fresh).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 200) continue;
      expect(answer.status).toBe(409);
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(answer.headers.get("x-should-retry")).toBe("true");
    }
    await expectCharges(caller, 1);
  });

  it("F19 with another body or another route is 422, and costs nothing", async () => {
    const caller = await openCaller();
    await send(caller, "reuse");
    const other = await send(caller, "reuse", { ...hello, max_tokens: 51 });
    expect(other.status).toBe(422);
    expect((await other.json()).error.code).toBe("idempotency_key_reused");
    const elsewhere = await send(caller, "reuse", hello, { path: "/v1/messages" });
    expect(elsewhere.status).toBe(422);
    await expectCharges(caller, 1);
  });

  it("F20 while the first is in flight is 409 with Retry-After 1", async () => {
    const caller = await openCaller();
    const slow = { ...hello, model: "mock-slow", stream: true };
    const first = await send(caller, "flight", slow);
    const reader = first.body?.getReader();
    await reader?.read();
    const second = await send(caller, "flight", slow);
    expect(second.status).toBe(409);
    expect(second.headers.get("retry-after")).toBe("1");
    expect((await second.json()).error.code).toBe("idempotency_in_progress");
    await reader?.cancel();
  });

  it("of a stream that its client left is a conflict, not a second charge", async () => {
    const caller = await openCaller();
    const slow = { ...hello, model: "mock-slow", stream: true };
    const first = await send(caller, "left", slow);
    const reader = first.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect
      .poll(async () => (await rowsOf(caller))[0]?.state, { timeout: 5_000 })
      .toBe("done");
    const second = await send(caller, "left", slow);
    expect(second.status).toBe(409);
    expect(second.headers.get("x-should-retry")).toBe("false");
    await expectCharges(caller, 1);
  });

  it("F22 is each workspace's own", async () => {
    const [one, two] = [await openCaller(), await openCaller()];
    const answers = [await send(one, "shared"), await send(two, "shared", { ...hello, n: 1 })];
    expect(answers.map((answer) => [answer.status, isReplay(answer)])).toEqual([
      [200, false],
      [200, false],
    ]);
    await expectCharges(one, 1);
    await expectCharges(two, 1);
  });

  it("F23 is a new one after 24 hours", async () => {
    const caller = await openCaller();
    await send(caller, "old");
    await door.sql`
      update idempotency_keys set created_at = now() - interval '24 hours'
      where workspace_id = ${caller.tenant.workspaceId}`;
    const again = await send(caller, "old", { ...hello, max_tokens: 60 });
    expect([again.status, isReplay(again)]).toEqual([200, false]);
    await expectCharges(caller, 2);
  });

  it("F25 of a request that failed is free again, whatever failed it", async () => {
    const caller = await openCaller({ balanceUsd: "0" });
    expect((await send(caller, "later")).status).toBe(402);
    expect((await send(caller, "later", { ...hello, model: "mock-503" })).status).toBe(402);
    await door.sql`
      update budgets set "limit" = 5000000000
      where workspace_id = ${caller.tenant.workspaceId} and kind = 'balance'`;
    expect((await send(caller, "later", { ...hello, model: "mock-503" })).status).toBe(503);
    expect((await send(caller, "later", { ...hello, model: "nothing" })).status).toBe(404);
    expect((await send(caller, "later", { model: "deepseek-chat" })).status).toBe(400);
    expect(await rowsOf(caller)).toHaveLength(0);
    expect((await send(caller, "later")).status).toBe(200);
    await expectCharges(caller, 1);
  });

  it("isn't taken by a caller without the scope or with a wrong key", async () => {
    const caller = await openCaller({ scopes: ["webhook"] });
    expect((await send(caller, "none")).status).toBe(403);
    expect(await rowsOf(caller)).toHaveLength(0);
  });

  it.each(["", "a\tb", "é", "x".repeat(256)])(
    "%j is refused: 400 names the header",
    async (key) => {
      const caller = await openCaller();
      const answer = await send(caller, Buffer.from(key).toString("latin1"));
      expect(answer.status).toBe(400);
      expect((await answer.json()).error.param).toBe("Idempotency-Key");
    },
  );
});

describe("P18 an answer about keys", () => {
  it("is repeated to the key that got it, and to no other, because it holds a secret", async () => {
    const strong = await openCaller({ scopes: ["admin"] });
    const weak = await createTestKey(door.sql, strong.tenant, { scopes: ["read"] });
    const path = "/v1/key/rotate";
    const first = await send(strong, "rotate-all", {}, { path });
    expect(first.status).toBe(200);
    const other = await send({ ...strong, secret: weak.secret }, "rotate-all", {}, { path });
    expect(other.status).toBe(422);
    expect(await other.text()).not.toContain((await first.clone().json()).key);
    const again = await send(strong, "rotate-all", {}, { path });
    expect([again.status, isReplay(again)]).toEqual([200, true]);
    expect(await again.json()).toEqual(await first.json());
  });

  it("isn't repeated to a key that couldn't have made the one it tells of", async () => {
    const strong = await openCaller({ scopes: ["admin"] });
    const bounded = await createTestKey(door.sql, strong.tenant, { scopes: ["admin"] });
    await door.sql`update api_keys set model_allowlist = '{gpt-4}' where id = ${bounded.id}`;
    const body = { name: "All models", scopes: ["read"], models: null };
    const first = await send(strong, "create-1", body, { path: "/v1/keys" });
    expect(first.status).toBe(201);
    const caller = { ...strong, secret: bounded.secret };
    const other = await send(caller, "create-1", body, { path: "/v1/keys" });
    expect(other.status).toBe(422);
    expect(await other.text()).not.toContain((await first.json()).key);
  });
});

it("P18 what comes about after its caller was told 503 isn't done again", async () => {
  const caller = await openCaller({ scopes: ["write"] });
  const { workspaceId } = caller.tenant;
  const locks = [
    (sql: typeof door.sql) => sql`
      select id from workspaces where id = ${workspaceId} for no key update`,
    (sql: typeof door.sql) => sql`lock table resources in access exclusive mode`,
    (sql: typeof door.sql) => sql`lock table audit_log in access exclusive mode`,
  ];
  // Each is let go before the statement that waits for it runs out of time, all together too late.
  const held = await Promise.all(
    locks.map(async (lock) => {
      const sql = await door.sql.reserve();
      await sql`begin`;
      await lock(sql);
      return async () => {
        await sql`commit`;
        sql.release();
      };
    }),
  );
  const body = { name: "Late", type: "compute" };
  const answering = send(caller, "late", body, { path: "/v1/resources" });
  setTimeout(() => held[0]?.(), 800);
  setTimeout(() => held[1]?.(), 1_600);
  expect((await answering).status).toBe(503);
  const busy = await send(caller, "late", body, { path: "/v1/resources" });
  expect(busy.status).toBe(409);
  await held[2]?.();
  await expect.poll(async () => (await rowsOf(caller))[0]?.state, { timeout: 5_000 }).toBe("done");
  const again = await send(caller, "late", body, { path: "/v1/resources" });
  expect([again.status, isReplay(again)]).toEqual([201, true]);
  const [count] = await door.sql`
    select count(*)::int as n from resources where workspace_id = ${workspaceId}`;
  expect(count?.n).toBe(1);
});

it("P18 a stream is repeated whole to a client that left with its last frame", async () => {
  const caller = await openCaller();
  const body = { ...hello, stream: true };
  const reader = (await send(caller, "last", body)).body?.getReader();
  let text = "";
  while (!text.endsWith("data: [DONE]\n\n")) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) break;
    text += Buffer.from(chunk.value).toString();
  }
  await reader?.cancel();
  await expect.poll(async () => (await rowsOf(caller))[0]?.state, { timeout: 5_000 }).toBe("done");
  const again = await send(caller, "last", body);
  expect([again.status, isReplay(again)]).toEqual([200, true]);
  expect(await again.text()).toBe(text);
});

function isReplay(answer: Response): boolean {
  return answer.headers.get("idempotent-replayed") === "true";
}

describe("a key whose gateway died", () => {
  async function leaveBehind(caller: Caller, charged: boolean): Promise<void> {
    await send(caller, "died");
    const requestId = newId("request");
    await door.sql`
      update idempotency_keys set state = 'in_flight', answer = null, request_id = ${requestId},
        instance_id = ${newId("instance")}
      where workspace_id = ${caller.tenant.workspaceId}`;
    if (!charged) return;
    await door.sql`
      update request_log set id = ${requestId}
      where workspace_id = ${caller.tenant.workspaceId} and cost_nanos > 0`;
  }

  it("may be taken over where nothing was charged", async () => {
    const caller = await openCaller();
    await leaveBehind(caller, false);
    // At once it would be too early to tell: after an outage the living have no lease either.
    await vi.waitFor(
      async () => {
        const again = await send(caller, "died");
        expect([again.status, isReplay(again)]).toEqual([200, false]);
      },
      { timeout: 10_000, interval: 200 },
    );
  });

  it("is a conflict where something was, so that nothing is charged twice", async () => {
    const caller = await openCaller();
    await leaveBehind(caller, true);
    const again = await send(caller, "died");
    expect(again.status).toBe(409);
    expect(again.headers.get("x-should-retry")).toBe("false");
    await expectCharges(caller, 1);
  });
});

it("P10 an answer is kept encrypted, bound to its workspace and key", async () => {
  const caller = await openCaller({ scopes: ["write"] });
  const body = { name: "A name to look for", type: "compute" };
  const options = { path: "/v1/resources" };
  const first = await (await send(caller, "sealed", body, options)).json();
  const [row] = await rowsOf(caller);
  expect(Buffer.from(row?.answer).toString("latin1")).not.toContain(body.name);
  const again = await send(caller, "sealed", body, options);
  expect([again.status, isReplay(again)]).toEqual([201, true]);
  expect(await again.json()).toEqual(first);
  expect(again.headers.get("location")).toBe(`/v1/resources/${first.id}`);
  const [count] = await door.sql`
    select count(*)::int as n from resources where workspace_id = ${caller.tenant.workspaceId}`;
  expect(count?.n).toBe(1);
});

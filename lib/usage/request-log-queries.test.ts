import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Db } from "@/db/client";
import { requestLog } from "@/db/schema/usage";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs } from "@/lib/time";
import { findRequest } from "@/lib/usage/request-detail-queries";
import { type LogQuery, parseMark } from "@/lib/usage/request-log";
import { listLogKeys, listRequests } from "@/lib/usage/request-log-queries";
import { addKey, openWorkspace } from "@/lib/usage/testing/workspace";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

type Sample = Partial<typeof requestLog.$inferInsert> & { at: Date };

async function addRequests(scope: Scope, samples: readonly Sample[]): Promise<string[]> {
  const rows = samples.map((sample) => ({
    id: newId("request", sample.at.getTime()),
    workspaceId: scope.workspaceId,
    keyId: "key_a",
    method: "POST",
    path: "/v1/chat/completions",
    model: "glm-4.7",
    status: 200,
    outcome: "ok" as const,
    costNanos: 5n,
    heldNanos: 9n,
    latencyMs: 20,
    instanceId: "gw_test",
    ...sample,
  }));
  await database.db.insert(requestLog).values(rows);
  return rows.map(({ id }) => id);
}

const everything: LogQuery = {
  ...{ from: null, until: null, status: "", key: "", model: "", endpoint: "" },
  ...{ environment: "", before: null, after: null },
};

const now = new Date();

function list(scope: Scope, query: Partial<LogQuery> = {}) {
  return listRequests(database.db, scope, { ...everything, ...query }, now);
}

async function idsOf(scope: Scope, query: Partial<LogQuery> = {}): Promise<string[]> {
  return (await list(scope, query)).rows.map(({ id }) => id);
}

/** All pages from the newest to the oldest, and what the pages before each of them hold. */
async function walkPages(scope: Scope, query: Partial<LogQuery> = {}): Promise<string[][]> {
  const pages: string[][] = [];
  let before: LogQuery["before"] = null;
  for (;;) {
    const page = await list(scope, { ...query, before });
    pages.push(page.rows.map(({ id }) => id));
    if (page.older === null) return pages;
    before = parseMark(page.older);
    expect(before).not.toBeNull();
  }
}

describe("pages", () => {
  test("each request is on one page, in order, whatever microsecond it shares with others", async () => {
    const scope = await openWorkspace(database.db);
    // Over days, so that pages cross partitions; every fourth at one instant with its neighbours.
    const samples = Array.from({ length: 173 }, (_, i) => ({
      at: addMs(now, -Math.floor(i / 4) * 3 * hourMs),
    }));
    const ids = await addRequests(scope, samples);
    await database.sql`
      update request_log set at = at - interval '1 microsecond'
      where workspace_id = ${scope.workspaceId} and right(id, 1) < 'g'`;
    const ordered = await database.sql`
      select id from request_log where workspace_id = ${scope.workspaceId}
      order by at desc, id desc`;
    const pages = await walkPages(scope);
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 50, 23]);
    expect(pages.flat()).toEqual(ordered.map(({ id }) => id));
    expect(new Set(pages.flat())).toEqual(new Set(ids));
  });

  test("pages stay as they are while requests come in, and lead back the way they came", async () => {
    const scope = await openWorkspace(database.db);
    await addRequests(
      scope,
      Array.from({ length: 130 }, (_, i) => ({ at: addMs(now, -i * hourMs - hourMs) })),
    );
    const first = await list(scope);
    const second = await list(scope, { before: parseMark(first.older ?? "") });
    await addRequests(
      scope,
      Array.from({ length: 60 }, (_, i) => ({ at: addMs(now, -i * 1_000) })),
    );
    expect(await list(scope, { before: parseMark(first.older ?? "") })).toEqual(second);
    const third = await list(scope, { before: parseMark(second.older ?? "") });
    expect(third).toMatchObject({ older: null, searchedTo: null });
    const back = await list(scope, { after: parseMark(third.newer ?? "") });
    expect(back.rows).toEqual(second.rows);
    const top = await list(scope, { after: parseMark(second.newer ?? "") });
    expect(top.rows).toEqual(first.rows);
    // What isn't full on the way to the newest is the newest page.
    const newest = await list(scope);
    const end = await list(scope, { after: parseMark(newest.rows[10]?.mark ?? "") });
    expect(end).toEqual(newest);
    expect(newest.newer).toBeNull();
  });
});

describe("filters", () => {
  let scope: Scope;
  let live: string;
  let sandbox: string;
  let ids: string[];

  beforeAll(async () => {
    scope = await openWorkspace(database.db);
    live = await addKey(database.db, scope, "Live");
    sandbox = await addKey(database.db, scope, "Sandbox");
    await database.sql`update api_keys set environment = 'test' where id = ${sandbox}`;
    const at = (hours: number) => addMs(now, -hours * hourMs);
    ids = await addRequests(scope, [
      { at: at(0.5), keyId: live },
      { at: at(2), keyId: live, status: 429, outcome: "refused", model: "" },
      { at: at(30), keyId: sandbox, model: "gpt-4" },
      { at: at(31), keyId: sandbox, status: 503, outcome: "failed", path: "/v1/messages" },
      { at: at(24 * 20), keyId: live, status: 402, outcome: "refused", model: "" },
      { at: at(24 * 60), keyId: live, path: "/v1/models", method: "GET", model: "", costNanos: 0n },
    ]);
  });

  test.each([
    ["a class", { status: "4" }, [1, 4]],
    ["another class", { status: "2" }, [0, 2, 5]],
    ["a code", { status: "402" }, [4]],
    ["a code that isn't there", { status: "500" }, []],
    ["a model", { model: "gpt-4" }, [2]],
    ["an endpoint", { endpoint: "/v1/messages" }, [3]],
    ["the busiest endpoint", { endpoint: "/v1/chat/completions" }, [0, 1, 2, 4]],
    ["an environment", { environment: "test" as const }, [2, 3]],
    ["an environment and a class", { environment: "test" as const, status: "5" }, [3]],
    ["a model and a class", { model: "gpt-4", status: "4" }, []],
    ["a span", { from: addMs(now, -31.5 * hourMs), until: addMs(now, -hourMs) }, [1, 2, 3]],
    ["a span without hours", { from: now, until: now }, []],
  ])("%s leaves those that have it", async (_, query, places) => {
    expect(await idsOf(scope, query)).toEqual(places.map((place) => ids[place]));
  });

  test("a key leaves its own", async () => {
    expect(await idsOf(scope, { key: sandbox })).toEqual([ids[2], ids[3]]);
    expect(await idsOf(scope, { key: sandbox, status: "5" })).toEqual([ids[3]]);
    expect(await idsOf(scope, { key: newId("apiKey") })).toEqual([]);
  });

  test("rows say which key and secret they were made with", async () => {
    const [row] = (await list(scope, { model: "gpt-4" })).rows;
    expect(row).toMatchObject({
      ...{ keyId: sandbox, keyName: "Sandbox", hasKey: true, environment: "test", last4: "" },
      costNanos: "5",
    });
  });

  test("P14 another workspace sees none of them, with the key's id and the request's id in hand", async () => {
    const other = await openWorkspace(database.db);
    expect(await idsOf(other)).toEqual([]);
    expect(await idsOf(other, { key: live })).toEqual([]);
    expect(await idsOf(other, { environment: "test" })).toEqual([]);
    expect(await listLogKeys(database.db, other, live)).toEqual([]);
    expect(await findRequest(database.db, other, ids[0] ?? "")).toBeNull();
  });
});

test("a rare combination is found in bounded pieces, each of which goes on where the last ended", async () => {
  const scope = await openWorkspace(database.db);
  const start = addMs(now, -2 * dayMs);
  await database.sql`
    insert into request_log (id, at, workspace_id, key_id, method, path, model, status, outcome,
      cost_nanos, held_nanos, latency_ms, instance_id)
    select 'req_' || lpad(i::text, 26, '0'), ${start}::timestamptz - make_interval(secs => i),
      ${scope.workspaceId}, 'key_busy', 'POST', '/v1/chat/completions', 'glm-4.7',
      case when i = 9000 then 201 else 200 end, 'ok', 1, 1, 1, 'gw_test'
    from generate_series(1, 9500) i`;
  const pages: Array<Awaited<ReturnType<typeof list>>> = [];
  let before: LogQuery["before"] = null;
  do {
    const page = await list(scope, { status: "201", before });
    pages.push(page);
    before = parseMark(page.older ?? "");
  } while (before);
  expect(pages.flatMap(({ rows }) => rows.map(({ status }) => status))).toEqual([201]);
  expect(pages.slice(0, -1).every(({ searchedTo }) => searchedTo !== null)).toBe(true);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.at(-1)?.searchedTo).toBeNull();
});

describe("a page of a busy workspace touches a bounded part of the log", () => {
  const busy = 24_000;
  /** Fifty rows, the top levels of some indexes in some fifty partitions, and nothing of all the others. */
  const buffersMax = 400;
  let scope: Scope;
  let oldest: LogQuery["before"];

  beforeAll(async () => {
    scope = await openWorkspace(database.db);
    await database.sql`
      insert into request_log (id, at, workspace_id, key_id, method, path, model, status, outcome,
        cost_nanos, held_nanos, latency_ms, instance_id, user_agent)
      select 'req_' || lpad(i::text, 26, '0'), now() - make_interval(secs => i * 3),
        ${scope.workspaceId}, 'key_' || i % 5, 'POST', '/v1/' || i % 3, 'model-' || i % 4,
        case when i % 50 = 0 then 429 else 200 end, 'ok', 1, 1, 1, 'gw_test', repeat('x', 400)
      from generate_series(1, ${busy}) i`;
    await database.sql`analyze request_log`;
    const row = { atMicros: String((now.getTime() - 10 * hourMs) * 1_000), id: "req_z" };
    oldest = row;
  });

  const Plan = z.array(
    z.object({
      Plan: z.object({ "Shared Hit Blocks": z.number(), "Shared Read Blocks": z.number() }),
    }),
  );

  /** Lists as ever, and counts the pages of memory that each of its statements touched. */
  async function countBuffers(query: Partial<LogQuery>): Promise<number> {
    let buffers = 0;
    const counting: Db = Object.assign(Object.create(database.db), {
      execute: async (statement: SQL) => {
        const [plan] = await database.db.execute(
          sql`explain (analyze, buffers, format json) ${statement}`,
        );
        const [{ Plan: top } = { Plan: null }] = Plan.parse(plan?.["QUERY PLAN"]);
        buffers += (top?.["Shared Hit Blocks"] ?? 0) + (top?.["Shared Read Blocks"] ?? 0);
        return await database.db.execute(statement);
      },
    });
    await listRequests(counting, scope, { ...everything, ...query }, now);
    return buffers;
  }

  test.each<[string, Partial<LogQuery>]>([
    ["the newest", {}],
    ["a class", { status: "4" }],
    ["a code that isn't there", { status: "402" }],
    ["a key", { key: "key_3" }],
    ["a key that has none", { key: "key_none" }],
    ["a model", { model: "model-1" }],
    ["a model that has none", { model: "model-none" }],
    ["an endpoint that has none", { endpoint: "/v1/none" }],
    ["success", { status: "2" }],
  ])("%s", async (_, query) => {
    expect(await countBuffers(query)).toBeLessThan(buffersMax);
    expect(await countBuffers({ ...query, before: oldest })).toBeLessThan(buffersMax);
    expect(await countBuffers({ ...query, after: oldest })).toBeLessThan(buffersMax);
  });
});

describe("one request", () => {
  test("is found by its id, also where it was logged far from when the id was made", async () => {
    const scope = await openWorkspace(database.db);
    const [near = "", far = "", other = ""] = await addRequests(scope, [
      { at: addMs(now, -hourMs), details: { limit: 3 }, heldNanos: 9n },
      { at: addMs(now, -50 * dayMs), id: newId("request") },
      { at: addMs(now, -3 * dayMs), id: "req_by-hand.1" },
    ]);
    expect(await findRequest(database.db, scope, near)).toMatchObject({
      ...{ id: near, details: { limit: 3 }, heldNanos: 9n, key: null, last4: null },
    });
    expect(await findRequest(database.db, scope, far)).toMatchObject({ id: far });
    expect(await findRequest(database.db, scope, other)).toMatchObject({ id: other });
  });

  test.each([
    newId("request"),
    "req_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "req_00000000000000000000000000",
    "x",
  ])("%s is nobody's", async (id) => {
    const scope = await openWorkspace(database.db);
    expect(await findRequest(database.db, scope, id)).toBeNull();
  });
});

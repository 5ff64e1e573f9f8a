import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usageHourly } from "@/db/schema/usage";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { getKeyTraffic, type KeyPage, listKeys } from "@/lib/keys/queries";
import { revokeKey } from "@/lib/keys/revoke-key";
import { KeyListQuery } from "@/lib/keys/schema";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { addMs, hourMs, startOfHour } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function list(scope: Scope, query: object = {}): Promise<KeyPage> {
  return listKeys(database.db, scope, KeyListQuery.parse(query));
}
const names = (page: KeyPage) => page.keys.map((key) => key.name);

/** Many keys in three statements, all made in the same millisecond. */
async function makeManyKeys(scope: Scope, count: number): Promise<void> {
  const { workspaceId, userId } = scope;
  await database.sql`
    insert into api_keys (id, workspace_id, name, environment, scopes, created_by, created_at)
    select ${`${newId("apiKey").slice(0, -5)}`} || lpad(n::text, 5, '0'), ${workspaceId},
      'Key ' || lpad(n::text, 5, '0'), 'live', '{read}', ${userId},
      timestamptz '2026-01-01' + n * interval '0.1 microsecond'
    from generate_series(1, ${count}::int) n`;
  await database.sql`
    insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state)
    select replace(id, 'key_', 'sec_'), id, workspace_id, sha256(id::bytea), 'gate_live',
      right(id, 4), 'active'
    from api_keys where workspace_id = ${workspaceId}`;
}

describe("listKeys", () => {
  test("tells a workspace without keys from a search without hits", async () => {
    const scope = await openWorkspace(database.db);
    expect(await list(scope)).toMatchObject({ keys: [], hasAny: false });
    await makeKey(database.db, scope);
    expect(await list(scope, { search: "nothing" })).toMatchObject({ keys: [], hasAny: true });
  });

  test("shows a workspace its own keys, newest first, and never a hash", async () => {
    const scope = await openWorkspace(database.db);
    const stranger = await openWorkspace(database.db);
    await makeKey(database.db, stranger, { name: "Theirs" });
    await makeKey(database.db, scope, { name: "First" });
    await makeKey(database.db, scope, { name: "Second" });
    const page = await list(scope);
    expect(names(page)).toEqual(["Second", "First"]);
    expect(Object.keys(page.keys[0] ?? {}).sort()).toEqual([
      "createdAt",
      "disabledAt",
      "environment",
      "expiresAt",
      "graceUntil",
      "id",
      "last4",
      "lastUsedAddress",
      "lastUsedAt",
      "name",
      "pendingLapsesAt",
      "prefix",
      "revokedAt",
      "revokedReason",
      "rotationDeadlineAt",
      "scopes",
      "updatedAt",
    ]);
  });

  test("sorts keys into active, expired and revoked by the database's clock, and counts each", async () => {
    const scope = await openWorkspace(database.db);
    await makeKey(database.db, scope, { name: "Active" });
    const expired = await makeKey(database.db, scope, { name: "Expired" });
    const revoked = await makeKey(database.db, scope, { name: "Revoked", environment: "test" });
    await database.sql`update api_keys set expires_at = now() where id = ${expired}`;
    await revokeKey(database.db, scope, { id: revoked }, origin);
    await database.sql`update api_keys set expires_at = now() where id = ${revoked}`;

    const counts = { all: 3, active: 1, rotating: 0, disabled: 0, expired: 1, revoked: 1 };
    expect((await list(scope)).counts).toEqual(counts);
    for (const [status, name] of Object.entries({
      active: "Active",
      expired: "Expired",
      revoked: "Revoked",
    })) {
      const page = await list(scope, { status });
      expect(names(page)).toEqual([name]);
      expect(page.counts).toEqual(counts);
    }
    const sandbox = await list(scope, { environment: "test" });
    expect(names(sandbox)).toEqual(["Revoked"]);
    expect(sandbox.counts).toMatchObject({ all: 1, active: 0, expired: 0, revoked: 1 });
  });

  test("finds by a part of the name in any case, or by the last four exactly", async () => {
    const scope = await openWorkspace(database.db);
    const id = await makeKey(database.db, scope, { name: "Nightly 100% batch_job\\x" });
    await makeKey(database.db, scope, { name: "Nightly 1000 batchXjob" });
    const [row] = await database.sql`
      select last4 from api_key_secrets where key_id = ${id}`;
    for (const search of [
      "nightly 100%",
      "BATCH_JOB",
      "job\\x",
      row?.last4,
      `gate_live_…${row?.last4}`,
    ]) {
      expect(names(await list(scope, { search }))).toEqual(["Nightly 100% batch_job\\x"]);
    }
    expect(names(await list(scope, { search: "'; select 1 --" }))).toEqual([]);
  });

  test("pages forth and back through every key once, also those of one millisecond", async () => {
    const scope = await openWorkspace(database.db);
    await makeManyKeys(scope, 120);
    const pages: string[][] = [];
    let page = await list(scope);
    expect(page.hasPrevious).toBe(false);
    for (;;) {
      pages.push(names(page));
      const last = page.keys.at(-1);
      if (!page.hasNext || !last) break;
      page = await list(scope, { after: last.id });
      expect(page.hasPrevious).toBe(true);
    }
    expect(pages.map((found) => found.length)).toEqual([50, 50, 20]);
    const expected = Array.from(
      { length: 120 },
      (_, i) => `Key ${String(120 - i).padStart(5, "0")}`,
    );
    expect(pages.flat()).toEqual(expected);

    page = await list(scope, { before: page.keys[0]?.id });
    expect(names(page)).toEqual(pages[1]);
    expect(page).toMatchObject({ hasPrevious: true, hasNext: true });
    page = await list(scope, { before: page.keys[0]?.id });
    expect(names(page)).toEqual(pages[0]);
    expect(page).toMatchObject({ hasPrevious: false, hasNext: true });
  });

  test("a foreign mark is worth as much as a random one", async () => {
    const scope = await openWorkspace(database.db);
    const stranger = await openWorkspace(database.db);
    await makeKey(database.db, scope);
    const theirs = await makeKey(database.db, stranger);
    const { now: _, ...foreign } = await list(scope, { after: theirs });
    const { now: __, ...random } = await list(scope, { after: newId("apiKey") });
    expect(foreign).toEqual(random);
    expect(foreign.keys).toEqual([]);
  });

  test("stays quick with ten thousand keys", async () => {
    const scope = await openWorkspace(database.db);
    await makeManyKeys(scope, 10_000);
    await database.sql`analyze api_keys, api_key_secrets`;
    const timesMs: number[] = [];
    for (let i = 0; i < 3; i++) {
      const startedAtMs = performance.now();
      const page = await list(scope, { search: "key 0" });
      expect(page.counts.all).toBe(9_999);
      timesMs.push(performance.now() - startedAtMs);
    }
    // The best of three, because the machine may be busy with other tests.
    expect(Math.min(...timesMs)).toBeLessThan(1_000);
  });
});

describe("getKeyTraffic", () => {
  test("counts this hour and the 24 before it, of this key in this workspace", async () => {
    const scope = await openWorkspace(database.db);
    const id = await makeKey(database.db, scope);
    const [clock] = await database.sql<{ now: Date }[]>`select now() as now`;
    if (!clock) throw new Error("no clock");
    const hour = (back: number) => addMs(startOfHour(clock.now), -back * hourMs);
    const figures = { inputTokens: 1, outputTokens: 1, costNanos: 1n, latencyBuckets: [0] };
    const row = (back: number, requests: number, keyId = id, statusClass = 2) => ({
      ...{ workspaceId: scope.workspaceId, hour: hour(back), keyId, statusClass, requests },
      ...{ model: "glm-4.7", endpoint: "/v1/messages", ...figures },
    });
    await database.db
      .insert(usageHourly)
      .values([row(0, 5), row(24, 7), row(24, 100, id, 4), row(25, 1_000), row(0, 9, "key_other")]);
    await database.sql`
      update api_key_secrets set last_used_at = ${clock.now}, last_used_address = '198.51.100.4'
      where key_id = ${id}`;
    expect(await getKeyTraffic(database.db, scope, id)).toEqual({
      lastUsedAt: clock.now,
      lastUsedAddress: "198.51.100.4",
      requests: 112,
    });
  });

  test("answers for another workspace's key as for one that never was", async () => {
    const scope = await openWorkspace(database.db);
    const theirs = await makeKey(database.db, await openWorkspace(database.db));
    const [foreign, random] = await Promise.allSettled([
      getKeyTraffic(database.db, scope, theirs),
      getKeyTraffic(database.db, scope, newId("apiKey")),
    ]);
    expect(foreign).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
    expect(foreign).toEqual(random);
    for (const id of ["", "\u0000", "' OR 1=1", "key_".repeat(1_000)]) {
      await expect(getKeyTraffic(database.db, scope, id)).rejects.toEqual(
        expect.objectContaining({ code: "NOT_FOUND" }),
      );
    }
  });
});

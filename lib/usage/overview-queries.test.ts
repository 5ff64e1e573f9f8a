import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topUps } from "@/db/schema/billing";
import { apiKeys } from "@/db/schema/keys";
import { requestLog, usageHourly } from "@/db/schema/usage";
import { users } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs, minuteMs, startOfHour, startOfMonth } from "@/lib/time";
import {
  findFirstRequest,
  getAccountNotices,
  getChecklist,
  getHourlyRate,
  getPace,
  listExpiringKeys,
  listRecentRequests,
} from "@/lib/usage/overview-queries";
import { createWorkspace } from "@/lib/workspaces/mutations";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function openWorkspace(): Promise<Scope> {
  const userId = newId("user");
  await database.db
    .insert(users)
    .values({ id: userId, name: "Ada", email: `${randomUUID()}@example.com` });
  const workspaceId = await createWorkspace(database.db, { name: "Acme", ownerId: userId });
  return { workspaceId, userId, sessionId: newId("session"), role: "owner" };
}

async function databaseNow(): Promise<Date> {
  const [row] = await database.sql<{ now: Date }[]>`select now() as now`;
  if (!row) throw new Error("no clock");
  return row.now;
}

async function addKey(
  scope: Scope,
  key: Partial<typeof apiKeys.$inferInsert> = {},
): Promise<string> {
  const id = newId("apiKey");
  await database.db.insert(apiKeys).values({
    id,
    workspaceId: scope.workspaceId,
    name: "Production",
    environment: "live",
    scopes: ["read"],
    createdBy: scope.userId,
    ...key,
  });
  return id;
}

async function addRollUp(
  scope: Scope,
  row: Partial<typeof usageHourly.$inferInsert> & { hour: Date },
): Promise<void> {
  await database.db.insert(usageHourly).values({
    workspaceId: scope.workspaceId,
    keyId: "key_a",
    model: "glm-4.7",
    endpoint: "/v1/chat/completions",
    statusClass: 2,
    requests: 1,
    inputTokens: 1,
    outputTokens: 1,
    costNanos: 1n,
    latencyBuckets: [],
    ...row,
  });
}

async function addLogRow(
  scope: Scope,
  row: Partial<typeof requestLog.$inferInsert> & { at: Date },
): Promise<void> {
  await database.db.insert(requestLog).values({
    id: newId("request"),
    workspaceId: scope.workspaceId,
    keyId: "key_a",
    method: "POST",
    path: "/v1/chat/completions",
    model: "glm-4.7",
    status: 200,
    outcome: "ok",
    costNanos: 5n,
    heldNanos: 5n,
    latencyMs: 10,
    instanceId: "gw",
    ...row,
  });
}

describe("getPace", () => {
  it("is all zero in a new workspace", async () => {
    expect(await getPace(database.db, await openWorkspace())).toEqual({
      monthNanos: 0n,
      previousMonthNanos: 0n,
      requestsToday: 0n,
      requests24h: 0n,
      errors24h: 0n,
    });
  });

  it("compares this month with the same part of the last, and counts a day's failures", async () => {
    const scope = await openWorkspace();
    const now = await databaseNow();
    const hour = startOfHour(now);
    const month = startOfMonth(now);
    const lastMonth = startOfMonth(addMs(month, -dayMs));
    await addRollUp(scope, { hour, costNanos: 7n, requests: 9 });
    await addRollUp(scope, { hour, costNanos: 0n, requests: 1, statusClass: 5 });
    await addRollUp(scope, { hour: lastMonth, costNanos: 30n });
    await addRollUp(scope, { hour: addMs(lastMonth, -hourMs), costNanos: 4_000n });
    const pace = await getPace(database.db, scope);
    expect(pace).toMatchObject({ monthNanos: 7n, previousMonthNanos: 30n });
    expect(pace.requests24h).toBe(10n);
    expect(pace.errors24h).toBe(1n);
  });
});

describe("getHourlyRate", () => {
  it("counts what still lies in the sliding hour against the plan's limit", async () => {
    const scope = await openWorkspace();
    const slots = [3, 4, ...Array.from({ length: 58 }, () => 0), 5];
    await database.db.execute(sql`
      update budgets set slots = ${`{${slots.join(",")}}`}::integer[],
        slots_at = date_trunc('minute', now() - interval '2 minutes', 'UTC'), used = 12
      where workspace_id = ${scope.workspaceId} and kind = 'rate'`);
    expect(await getHourlyRate(database.db, scope)).toEqual({ used: 7, limit: 1_000 });
  });

  it("prefers the workspace's own limit, and knows of none on Enterprise", async () => {
    const scope = await openWorkspace();
    await database.sql`update workspaces set plan_id = 'enterprise' where id = ${scope.workspaceId}`;
    expect(await getHourlyRate(database.db, scope)).toEqual({ used: 0, limit: null });
    await database.sql`update workspaces set requests_per_hour = 42 where id = ${scope.workspaceId}`;
    expect(await getHourlyRate(database.db, scope)).toEqual({ used: 0, limit: 42 });
  });
});

describe("listRecentRequests", () => {
  it("lists the newest of this workspace only, with the key's name or the end of its id", async () => {
    const scope = await openWorkspace();
    const other = await openWorkspace();
    const now = await databaseNow();
    const keyId = await addKey(scope);
    const foreignKey = await addKey(other, { name: "Not yours" });
    for (const agoMs of [3, 1, 2]) {
      await addLogRow(scope, { at: addMs(now, -agoMs * minuteMs), keyId, latencyMs: agoMs });
    }
    await addLogRow(scope, { at: now, keyId: foreignKey, status: 401, outcome: "refused" });
    await addLogRow(other, { at: now, keyId: foreignKey });
    const requests = await listRecentRequests(database.db, scope, 3);
    expect(requests.map(({ keyName, status }) => [keyName, status])).toEqual([
      [`Deleted key …${foreignKey.slice(-4)}`, 401],
      ["Production", 200],
      ["Production", 200],
    ]);
    expect(requests.map(({ at }) => now.getTime() - at.getTime())).toEqual([0, 60_000, 120_000]);
  });
});

describe("the first steps", () => {
  it("are done one by one, by what this workspace did itself", async () => {
    const scope = await openWorkspace();
    const other = await openWorkspace();
    await addKey(other);
    await addRollUp(other, { hour: startOfHour(await databaseNow()) });
    const nothing = { hasKey: false, hasRequest: false, hasTopUp: false };
    expect(await getChecklist(database.db, scope)).toEqual(nothing);
    await addKey(scope);
    expect(await getChecklist(database.db, scope)).toEqual({ ...nothing, hasKey: true });

    const payment = { workspaceId: scope.workspaceId, userId: scope.userId, amountCents: 500 };
    const provider = "demo" as const;
    await database.db
      .insert(topUps)
      .values({ ...payment, provider, id: newId("topUp"), status: "failed", formNonce: "a" });
    expect((await getChecklist(database.db, scope)).hasTopUp).toBe(false);
    await database.db
      .insert(topUps)
      .values({ ...payment, provider, id: newId("topUp"), status: "succeeded", formNonce: "b" });
    expect((await getChecklist(database.db, scope)).hasTopUp).toBe(true);
  });

  it("tell a first request that succeeded from one that was refused", async () => {
    const scope = await openWorkspace();
    const now = await databaseNow();
    expect(await findFirstRequest(database.db, scope)).toEqual({ state: "waiting" });

    const refusal = { status: 402, outcome: "refused", errorCode: "balance" } as const;
    await addLogRow(scope, { at: addMs(now, -hourMs), ...refusal });
    expect(await findFirstRequest(database.db, scope)).toEqual({ state: "waiting" });
    await addLogRow(scope, { at: addMs(now, -minuteMs), ...refusal });
    await addRollUp(scope, { hour: startOfHour(now), statusClass: 4 });
    expect(await findFirstRequest(database.db, scope)).toEqual({
      state: "refused",
      status: 402,
      errorCode: "balance",
    });
    await addRollUp(scope, { hour: startOfHour(now) });
    expect(await findFirstRequest(database.db, scope)).toEqual({ state: "arrived" });
  });
});

describe("listExpiringKeys", () => {
  it("names working keys that stop within seven days, the soonest first", async () => {
    const scope = await openWorkspace();
    const now = await databaseNow();
    const inDays = (days: number) => addMs(now, days * dayMs);
    await addKey(scope, { name: "sixth", expiresAt: inDays(6) });
    await addKey(scope, { name: "first", expiresAt: inDays(1) });
    await addKey(scope, { name: "eighth", expiresAt: inDays(8) });
    await addKey(scope, { name: "expired", expiresAt: inDays(-1) });
    await addKey(scope, { name: "revoked", expiresAt: inDays(2), revokedAt: now });
    await addKey(scope, { name: "never" });
    await addKey(await openWorkspace(), { name: "foreign", expiresAt: inDays(1) });
    const keys = await listExpiringKeys(database.db, scope);
    expect(keys.map(({ name }) => name)).toEqual(["first", "sixth"]);
  });
});

describe("getAccountNotices", () => {
  it("tells the reader's own unconfirmed address and the workspace's paused top-ups", async () => {
    const scope = await openWorkspace();
    const other = await openWorkspace();
    const quiet = { unverifiedEmail: expect.stringContaining("@"), isAutoTopUpPaused: false };
    expect(await getAccountNotices(database.db, scope)).toEqual(quiet);
    await database.sql`update users set email_verified_at = now() where id = ${scope.userId}`;
    await database.sql`
      insert into billing_profiles (workspace_id, auto_paused_reason)
      values (${scope.workspaceId}, 'declined')
      on conflict (workspace_id) do update set auto_paused_reason = 'declined'`;
    expect(await getAccountNotices(database.db, scope)).toEqual({
      unverifiedEmail: null,
      isAutoTopUpPaused: true,
    });
    expect(await getAccountNotices(database.db, other)).toEqual(quiet);
  });
});

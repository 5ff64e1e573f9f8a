import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKeys } from "@/db/schema/keys";
import { usageHourly } from "@/db/schema/usage";
import { users } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs, startOfDay, startOfHour } from "@/lib/time";
import { getUsage } from "@/lib/usage/queries";
import { type UsageQuery, usageMetrics } from "@/lib/usage/schema";
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

const latencyBuckets = Array.from({ length: 12 }, () => 0);

type Sample = Partial<typeof usageHourly.$inferInsert> & { hour: Date };

async function addUsage(scope: Scope, samples: Sample[]): Promise<void> {
  await database.db.insert(usageHourly).values(
    samples.map((sample) => ({
      workspaceId: scope.workspaceId,
      keyId: "key_a",
      model: "glm-4.7",
      endpoint: "/v1/chat/completions",
      statusClass: 2,
      requests: 1,
      inputTokens: 100,
      outputTokens: 10,
      costNanos: 1n,
      latencyBuckets,
      ...sample,
    })),
  );
}

async function databaseNow(): Promise<Date> {
  const [row] = await database.sql<{ now: Date }[]>`select now() as now`;
  if (!row) throw new Error("no clock");
  return row.now;
}

const byModel: UsageQuery = { range: "30d", metric: "cost", group: "model" };

describe("getUsage", () => {
  it("counts one key alone where one is asked for, and nothing of another workspace's", async () => {
    const scope = await openWorkspace();
    const [mine, other] = [newId("apiKey"), newId("apiKey")];
    const hour = startOfHour(await databaseNow());
    await addUsage(scope, [
      { hour, keyId: mine, costNanos: 7n },
      { hour, keyId: other, costNanos: 100n },
    ]);
    const answer = await getUsage(database.db, scope, { ...byModel, key: mine });
    expect([answer.totals.costNanos, answer.totals.requests]).toEqual(["7", "1"]);
    const stranger = await openWorkspace();
    const foreign = await getUsage(database.db, stranger, { ...byModel, key: mine });
    expect(foreign.totals.requests).toBe("0");
  });

  it("adds up to sum(cost_nanos) to the nano-dollar, beyond what a double can hold", async () => {
    const scope = await openWorkspace();
    const now = await databaseNow();
    await addUsage(scope, [
      { hour: startOfHour(now), costNanos: 9_007_199_254_740_993n },
      { hour: addMs(startOfDay(now), -3 * dayMs), costNanos: 1n, model: "gpt-4" },
      { hour: addMs(startOfDay(now), -29 * dayMs), costNanos: 7n, model: "deepseek-chat" },
    ]);
    const [sum] = await database.sql`
      select sum(cost_nanos)::text as cost from usage_hourly
      where workspace_id = ${scope.workspaceId}`;
    const usage = await getUsage(database.db, scope, byModel);
    expect(usage.totals.costNanos).toBe("9007199254741001");
    expect(usage.totals.costNanos).toBe(sum?.cost);
    const drawn = usage.buckets.flatMap((bucket) => bucket.values).map(BigInt);
    expect(drawn.reduce((total, value) => total + value, 0n)).toBe(9_007_199_254_741_001n);
  });

  it("draws every bucket, the empty ones as zero", async () => {
    const scope = await openWorkspace();
    const now = await databaseNow();
    await addUsage(scope, [{ hour: startOfHour(now) }]);
    const usage = await getUsage(database.db, scope, { ...byModel, range: "24h" });
    expect(usage.buckets).toHaveLength(24);
    expect(usage.buckets.map((bucket) => bucket.values)).toEqual([
      ...Array.from({ length: 23 }, () => ["0"]),
      ["1"],
    ]);
    expect(usage.buckets.at(-1)?.isPartial).toBe(true);
  });

  it("shows nothing of another workspace, not even the names of its keys", async () => {
    const mine = await openWorkspace();
    const other = await openWorkspace();
    const now = await databaseNow();
    const foreignKey = newId("apiKey");
    await database.db.insert(apiKeys).values({
      id: foreignKey,
      workspaceId: other.workspaceId,
      name: "Not yours",
      environment: "live",
      scopes: ["read"],
      createdBy: other.userId,
    });
    await addUsage(other, [{ hour: startOfHour(now), keyId: foreignKey, costNanos: 5n }]);
    const before = await getUsage(database.db, mine, { ...byModel, group: "key" });
    expect(before.hasUsage).toBe(false);
    expect(before.series).toEqual([]);
    expect(before.totals.costNanos).toBe("0");

    // Even a row that names the foreign key gets no name for it.
    await addUsage(mine, [{ hour: startOfHour(now), keyId: foreignKey, costNanos: 3n }]);
    const after = await getUsage(database.db, mine, { ...byModel, group: "key" });
    expect(after.totals.costNanos).toBe("3");
    expect(after.series.map((series) => series.label)).toEqual([
      `Deleted key …${foreignKey.slice(-4)}`,
    ]);
  });

  it("names the six largest groups by the metric and sums the rest as other", async () => {
    const scope = await openWorkspace();
    const hour = startOfHour(await databaseNow());
    await addUsage(
      scope,
      Array.from({ length: 9 }, (_, index) => ({
        hour,
        model: `model-${index + 1}`,
        costNanos: BigInt(index + 1) * 100n,
        requests: 10 - index,
      })),
    );
    const cost = await getUsage(database.db, scope, byModel);
    expect(cost.series.map((series) => series.label)).toEqual([
      "model-9",
      "model-8",
      "model-7",
      "model-6",
      "model-5",
      "model-4",
      "other",
    ]);
    expect(cost.series.at(-1)).toMatchObject({
      isOther: true,
      id: "",
      totals: { costNanos: "600" },
    });
    expect(cost.buckets.at(-1)?.values.at(-1)).toBe("600");

    const requests = await getUsage(database.db, scope, { ...byModel, metric: "requests" });
    expect(requests.series[0]?.label).toBe("model-1");
    expect(requests.totals).toEqual(cost.totals);
  });

  it("D9 counts 4xx and 5xx as errors, and tokens as input and output together", async () => {
    const scope = await openWorkspace();
    const hour = startOfHour(await databaseNow());
    await addUsage(scope, [
      { hour, requests: 90, inputTokens: 900, outputTokens: 70 },
      { hour, statusClass: 4, requests: 8, inputTokens: 0, outputTokens: 0, costNanos: 0n },
      { hour, statusClass: 5, requests: 2, inputTokens: 0, outputTokens: 0, costNanos: 0n },
    ]);
    const errors = await getUsage(database.db, scope, {
      range: "7d",
      metric: "errors",
      group: "status",
    });
    expect(errors.totals).toMatchObject({ requests: "100", errors: "10" });
    expect(errors.series.map((series) => series.label)).toEqual([
      "4xx refused",
      "5xx failed",
      "2xx success",
    ]);
    const tokens = await getUsage(database.db, scope, {
      range: "7d",
      metric: "tokens",
      group: "none",
    });
    expect(tokens.buckets.at(-1)?.values).toEqual(["970"]);
  });

  it("keeps the period before out of the bars and compares with the same part of it", async () => {
    const scope = await openWorkspace();
    const now = await databaseNow();
    const today = startOfDay(now);
    const thisHourWeekAgo = addMs(startOfHour(now), -7 * dayMs);
    await addUsage(scope, [
      { hour: today, costNanos: 10n },
      { hour: addMs(today, -6 * dayMs), costNanos: 20n },
      { hour: thisHourWeekAgo, costNanos: 300n },
      { hour: addMs(today, -13 * dayMs), costNanos: 400n },
      { hour: addMs(today, -13 * dayMs - hourMs), costNanos: 5_000n },
    ]);
    const usage = await getUsage(database.db, scope, { ...byModel, range: "7d" });
    expect(usage.totals.costNanos).toBe("30");
    expect(usage.previous.costNanos).toBe("700");
  });

  it("D9 gives the same totals whatever is measured and however it is split", async () => {
    const scope = await openWorkspace();
    const hour = startOfHour(await databaseNow());
    await addUsage(
      scope,
      Array.from({ length: 40 }, (_, index) => ({
        hour: addMs(hour, -(index % 5) * dayMs),
        keyId: `key_${index % 8}`,
        model: `model-${index}`,
        endpoint: index % 2 ? "/v1/messages" : "/v1/chat/completions",
        statusClass: index % 9 ? 2 : 4,
        costNanos: BigInt(index * 7_919),
      })),
    );
    const expected = (await getUsage(database.db, scope, byModel)).totals;
    for (const group of ["none", "key", "model", "endpoint", "status"] as const) {
      for (const metric of usageMetrics) {
        const usage = await getUsage(database.db, scope, { range: "30d", metric, group });
        expect(usage.totals).toEqual(expected);
        const series = usage.series.map((one) => BigInt(one.totals.costNanos));
        expect(series.reduce((sum, cost) => sum + cost, 0n)).toBe(BigInt(expected.costNanos));
      }
    }
  });

  it("refuses a custom range that lies in the future, at its first day", async () => {
    const scope = await openWorkspace();
    const query: UsageQuery = {
      range: "custom",
      from: "2999-01-01",
      to: "2999-01-02",
      metric: "cost",
      group: "none",
    };
    await expect(getUsage(database.db, scope, query)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      fields: { from: expect.stringContaining("future") },
    });
  });
});

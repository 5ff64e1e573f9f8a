import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { addMs, dayMs, hourMs, startOfDay, startOfHour } from "@/lib/time";
import { planBuckets } from "@/lib/usage/buckets";
import { currentStatement, getUsage, previousStatement } from "@/lib/usage/queries";
import { type UsageFilter, type UsageQuery, usageGroups, usageMetrics } from "@/lib/usage/schema";
import { addKey, addUsage, latencyIn, openWorkspace } from "@/lib/usage/testing/workspace";
import { fillUsage } from "@/lib/usage/testing/year-of-usage";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function databaseNow(): Promise<Date> {
  const [row] = await database.sql<{ now: Date }[]>`select now() as now`;
  if (!row) throw new Error("no clock");
  return row.now;
}

const byModel: UsageQuery = { range: "30d", metric: "cost", group: "model" };

describe("getUsage", () => {
  it("counts one key alone where one is asked for, and nothing of another workspace's", async () => {
    const scope = await openWorkspace(database.db);
    const [mine, other] = [newId("apiKey"), newId("apiKey")];
    const hour = startOfHour(await databaseNow());
    await addUsage(database.db, scope, [
      { hour, keyId: mine, costNanos: 7n },
      { hour, keyId: other, costNanos: 100n },
    ]);
    const answer = await getUsage(database.db, scope, { ...byModel, key: mine });
    expect([answer.totals.costNanos, answer.totals.requests]).toEqual(["7", "1"]);
    const stranger = await openWorkspace(database.db);
    const foreign = await getUsage(database.db, stranger, { ...byModel, key: mine });
    expect(foreign.totals.requests).toBe("0");
  });

  it("adds up to sum(cost_nanos) to the nano-dollar, beyond what a double can hold", async () => {
    const scope = await openWorkspace(database.db);
    const now = await databaseNow();
    await addUsage(database.db, scope, [
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
    const scope = await openWorkspace(database.db);
    const now = await databaseNow();
    await addUsage(database.db, scope, [{ hour: startOfHour(now) }]);
    const usage = await getUsage(database.db, scope, { ...byModel, range: "24h" });
    expect(usage.buckets).toHaveLength(24);
    expect(usage.buckets.map((bucket) => bucket.values)).toEqual([
      ...Array.from({ length: 23 }, () => ["0"]),
      ["1"],
    ]);
    expect(usage.buckets.at(-1)?.isPartial).toBe(true);
  });

  it("shows nothing of another workspace, not even the names of its keys", async () => {
    const mine = await openWorkspace(database.db);
    const other = await openWorkspace(database.db);
    const now = await databaseNow();
    const foreignKey = await addKey(database.db, other, "Not yours");
    await addUsage(database.db, other, [
      { hour: startOfHour(now), keyId: foreignKey, costNanos: 5n },
    ]);
    const before = await getUsage(database.db, mine, { ...byModel, group: "key" });
    expect(before.hasUsage).toBe(false);
    expect(before.series).toEqual([]);
    expect(before.totals.costNanos).toBe("0");

    // Even a row that names the foreign key gets no name for it.
    await addUsage(database.db, mine, [
      { hour: startOfHour(now), keyId: foreignKey, costNanos: 3n },
    ]);
    const after = await getUsage(database.db, mine, { ...byModel, group: "key" });
    expect(after.totals.costNanos).toBe("3");
    expect(after.series.map((series) => series.label)).toEqual([
      `Deleted key …${foreignKey.slice(-4)}`,
    ]);
  });

  it("names the six largest groups by the metric and sums the rest as other", async () => {
    const scope = await openWorkspace(database.db);
    const hour = startOfHour(await databaseNow());
    await addUsage(
      database.db,
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
    const scope = await openWorkspace(database.db);
    const hour = startOfHour(await databaseNow());
    await addUsage(database.db, scope, [
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
    const scope = await openWorkspace(database.db);
    const now = await databaseNow();
    const today = startOfDay(now);
    const thisHourWeekAgo = addMs(startOfHour(now), -7 * dayMs);
    await addUsage(database.db, scope, [
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
    const scope = await openWorkspace(database.db);
    const hour = startOfHour(await databaseNow());
    await addUsage(
      database.db,
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
    const scope = await openWorkspace(database.db);
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

  it("filters by key, model, endpoint and status, each and all together", async () => {
    const scope = await openWorkspace(database.db);
    const keyId = await addKey(database.db, scope, "Production");
    const hour = startOfHour(await databaseNow());
    const one = { hour, keyId, model: "gpt-4", endpoint: "/v1/messages", statusClass: 5 };
    await addUsage(database.db, scope, [
      { ...one, costNanos: 1n },
      { ...one, keyId: newId("apiKey"), costNanos: 10n },
      { ...one, model: "glm-4.7", costNanos: 100n },
      { ...one, endpoint: "/v1/generate", costNanos: 1_000n },
      { ...one, statusClass: 2, costNanos: 10_000n },
    ]);
    const cost = async (filter: Pick<UsageQuery, UsageFilter>) =>
      (await getUsage(database.db, scope, { ...byModel, ...filter })).totals.costNanos;
    expect(await cost({})).toBe("11111");
    expect(await cost({ key: keyId })).toBe("11101");
    expect(await cost({ model: "gpt-4" })).toBe("11011");
    expect(await cost({ endpoint: "/v1/messages" })).toBe("10111");
    expect(await cost({ status: "5" })).toBe("1111");
    const all = { key: keyId, model: "gpt-4", endpoint: "/v1/messages", status: "5" } as const;
    expect(await cost(all)).toBe("1");
    expect(await cost({ ...all, model: "' or true --" })).toBe("0");
    const { keyName } = await getUsage(database.db, scope, { ...byModel, key: keyId });
    expect(keyName).toBe("Production");
  });

  it("tells the latency of all, of each group and of each bucket, and none where there is none", async () => {
    const scope = await openWorkspace(database.db);
    const hour = startOfHour(await databaseNow());
    await addUsage(database.db, scope, [
      { hour, model: "fast", requests: 100, latencyBuckets: latencyIn(0, 100) },
      { hour, model: "slow", requests: 100, latencyBuckets: latencyIn(11, 100) },
      { hour: addMs(hour, -dayMs), model: "fast", requests: 4, latencyBuckets: latencyIn(4, 4) },
    ]);
    const usage = await getUsage(database.db, scope, {
      range: "7d",
      metric: "latency",
      group: "model",
    });
    expect(usage.series.map(({ label, latency }) => [label, latency?.p95Ms])).toEqual([
      ["fast", 9.88],
      ["slow", 30_000],
    ]);
    expect(usage.buckets.at(-1)?.latencies.map((latency) => latency?.p50Ms)).toEqual([5, 30_000]);
    expect(usage.buckets.at(-2)).toMatchObject({
      latencies: [{ p50Ms: 175 }, null],
      latency: { p50Ms: 175 },
    });
    expect(usage.buckets[0]).toMatchObject({ latencies: [null, null], latency: null });
    expect(usage.latency?.p95Ms).toBe(30_000);
  });

  it("sets beside each bucket its counterpart of the period before, up to the same hour", async () => {
    const scope = await openWorkspace(database.db);
    const now = await databaseNow();
    const today = startOfDay(now);
    await addUsage(database.db, scope, [
      { hour: addMs(startOfHour(now), -7 * dayMs), costNanos: 3n },
      { hour: addMs(today, -13 * dayMs), costNanos: 40n },
      { hour: addMs(startOfHour(now), -7 * dayMs + hourMs), costNanos: 500n },
    ]);
    const usage = await getUsage(database.db, scope, { ...byModel, range: "7d" });
    const before = usage.buckets.map((bucket) => bucket.before?.value);
    // Near midnight the hour after the running one belongs to the day that follows.
    expect([before[0], before.at(-1)]).toEqual(["40", "3"]);
    expect(usage.previous.costNanos).toBe("43");
  });

  it("adds up to the same in every zone, group and metric: what the roll-ups hold of those hours", async () => {
    const scope = await openWorkspace(database.db);
    const now = await databaseNow();
    const nextHour = addMs(startOfHour(now), hourMs);
    const samples = Array.from({ length: 400 }, (_, index) => ({
      hour: addMs(nextHour, -(1 + ((index * 37) % (34 * 24))) * hourMs),
      keyId: `key_${index % 9}`,
      model: `model-${index}`,
      endpoint: index % 2 ? "/v1/messages" : "/v1/chat/completions",
      statusClass: [2, 2, 2, 4, 5][index % 5] ?? 2,
      requests: 1 + (index % 7),
      costNanos: BigInt(index) * 9_007_199_254_741n,
    }));
    await addUsage(database.db, scope, samples);
    const zones = [
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Asia/Kolkata",
      "Pacific/Apia",
      "Australia/Lord_Howe",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.constantFrom("24h" as const, "7d" as const, "30d" as const, "month" as const),
        fc.constantFrom(...usageGroups),
        fc.constantFrom("cost" as const, "requests" as const, "errors" as const),
        async (tz, range, group, metric) => {
          const usage = await getUsage(database.db, scope, { tz, range, group, metric });
          const [from, until] = [new Date(usage.from), new Date(usage.until)];
          const inRange = samples.filter(({ hour }) => hour >= from && hour < until);
          const sum = (of: (sample: (typeof samples)[number]) => bigint) =>
            inRange.reduce((total, sample) => total + of(sample), 0n).toString();
          expect(usage.totals).toMatchObject({
            costNanos: sum(({ costNanos }) => costNanos),
            requests: sum(({ requests }) => BigInt(requests)),
            errors: sum(({ requests, statusClass }) => BigInt(statusClass === 2 ? 0 : requests)),
          });
          const drawn = usage.buckets.flatMap(({ values }) => values).map(BigInt);
          const wanted = { cost: "costNanos", requests: "requests", errors: "errors" } as const;
          expect(drawn.reduce((total, value) => total + value, 0n).toString()).toBe(
            usage.totals[wanted[metric]],
          );
          expect(usage.series.length).toBeLessThanOrEqual(7);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("reads roll-ups and days' sums alone, along their keys, and few rows however many keys there are", async () => {
    const scope = await openWorkspace(database.db);
    const { workspaceId } = scope;
    await fillUsage(database.sql, { workspaceId, days: 5, keys: 200, models: 10 });
    const query: UsageQuery = { range: "30d", metric: "cost", group: "key", tz: "Asia/Kolkata" };
    const plan = planBuckets(query, await databaseNow());
    if (!plan) throw new Error("no plan");
    for (const statement of [currentStatement, previousStatement]) {
      const told = await database.db.execute(
        sql`explain (format json) ${statement(workspaceId, query, plan)}`,
      );
      const text = JSON.stringify(told);
      for (const table of ["usage_hourly", "usage_daily"]) {
        expect(text).toContain(`"Relation Name":"${table}"`);
        expect(text).not.toMatch(new RegExp(`"Seq Scan"[^{}]*"Relation Name":"${table}"`));
      }
      expect(text).not.toMatch(/"Relation Name":"(?!usage_(hourly|daily|days)")/);
    }
    const rows = await database.db.execute(currentStatement(workspaceId, query, plan));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.length).toBeLessThanOrEqual(30 * 7);
    const usage = await getUsage(database.db, scope, query);
    expect(usage.series.at(-1)).toMatchObject({ isOther: true, groups: 194 });
  });
});

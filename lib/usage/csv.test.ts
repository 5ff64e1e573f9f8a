import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs, startOfHour } from "@/lib/time";
import { usageCsvHead, usageCsvLine, usageCsvName } from "@/lib/usage/csv";
import { exportUsage } from "@/lib/usage/export-queries";
import { getUsage, readPlan } from "@/lib/usage/queries";
import type { UsageQuery } from "@/lib/usage/schema";
import { addKey, addUsage, openWorkspace } from "@/lib/usage/testing/workspace";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function databaseHour(): Promise<Date> {
  const [row] = await database.sql<{ now: Date }[]>`select now() as now`;
  if (!row) throw new Error("no clock");
  return startOfHour(row.now);
}

/** The file as lines of cells; none of these tests has a comma or a line break in a cell. */
async function exportCells(scope: Scope, query: UsageQuery): Promise<string[][]> {
  const { plan } = await readPlan(database.db, scope, query);
  let text = usageCsvHead(query.group);
  for await (const rows of exportUsage(database.db, scope, query, plan)) {
    for (const row of rows) text += usageCsvLine(plan, query.group, row);
  }
  expect(text.startsWith("\uFEFFStart,End,")).toBe(true);
  expect(text.endsWith("\r\n")).toBe(true);
  return text
    .slice(1, -2)
    .split("\r\n")
    .map((line) => line.split(","));
}

it("D9 the file names every group, and its costs add up to the page's total to the nano-dollar", async () => {
  const scope = await openWorkspace(database.db);
  const hour = await databaseHour();
  await addUsage(
    database.db,
    scope,
    Array.from({ length: 120 }, (_, i) => ({
      hour: addMs(hour, -(i % 25) * dayMs),
      keyId: `key_${i % 20}`,
      model: `model-${i}`,
      costNanos: BigInt(i) * 9_007_199_254_741n + 1n,
      requests: 1 + i,
    })),
  );
  for (const tz of ["UTC", "Asia/Kolkata", "America/New_York"]) {
    const query: UsageQuery = { range: "30d", metric: "cost", group: "key", tz };
    const [head, ...lines] = await exportCells(scope, query);
    const cost = head?.indexOf("Cost (USD)") ?? -1;
    const requests = head?.indexOf("Requests") ?? -1;
    const { totals } = await getUsage(database.db, scope, query);
    const sum = lines.reduce((all, line) => all + usdToNanos(line[cost] ?? ""), 0n);
    expect(sum.toString()).toBe(totals.costNanos);
    expect(lines.reduce((all, line) => all + Number(line[requests]), 0)).toBe(
      Number(totals.requests),
    );
    expect(new Set(lines.map((line) => line[3])).size).toBe(20);
  }
});

it("has every day of a long range once, in order, though it is read in parts", async () => {
  const scope = await openWorkspace(database.db);
  const first = new Date("2026-03-01T00:00:00.000Z");
  const days = Array.from({ length: 100 }, (_, i) => addMs(first, i * dayMs));
  await addUsage(
    database.db,
    scope,
    days.map((day, i) => ({ hour: addMs(day, (i % 24) * hourMs), costNanos: BigInt(i) })),
  );
  for (const group of ["none", "model"] as const) {
    const [, ...lines] = await exportCells(scope, {
      range: "custom",
      from: "2026-03-01",
      to: "2026-06-08",
      metric: "cost",
      group,
    });
    expect(lines.map((line) => line[0]?.slice(0, 10))).toEqual(
      days.map((day) => day.toISOString().slice(0, 10)),
    );
    expect(lines.map((line) => usdToNanos(line.at(-3) ?? ""))).toEqual(
      days.map((_, i) => BigInt(i)),
    );
  }
});

it("K02 a key whose name looks like a formula is written as text", async () => {
  const scope = await openWorkspace(database.db);
  const keyId = await addKey(database.db, scope, "=1+1");
  const hour = await databaseHour();
  await addUsage(database.db, scope, [{ hour, keyId, costNanos: 1n }]);
  const [, line] = await exportCells(scope, { range: "7d", metric: "cost", group: "key" });
  expect(line?.slice(2, 4)).toEqual(["'=1+1", keyId]);
  expect(line?.[8]).toBe("0.000000001");
});

it("has a line for every day where nothing is split, the empty ones as zero", async () => {
  const scope = await openWorkspace(database.db);
  const lines = await exportCells(scope, {
    range: "custom",
    from: "2026-03-27",
    to: "2026-03-31",
    tz: "Europe/Berlin",
    metric: "cost",
    group: "none",
  });
  expect(lines.slice(1).map((line) => line[0])).toEqual([
    "2026-03-27T00:00:00+01:00",
    "2026-03-28T00:00:00+01:00",
    "2026-03-29T00:00:00+01:00",
    "2026-03-30T00:00:00+02:00",
    "2026-03-31T00:00:00+02:00",
  ]);
  expect(lines[1]?.slice(2)).toEqual(["0", "0", "0", "0", "0.00", "", ""]);
});

it("has nothing of another workspace's", async () => {
  const [mine, other] = [await openWorkspace(database.db), await openWorkspace(database.db)];
  const hour = await databaseHour();
  await addUsage(database.db, other, [{ hour, costNanos: 5n }]);
  expect(await exportCells(mine, { range: "7d", metric: "cost", group: "model" })).toHaveLength(1);
});

it("is named after its days and what it is split by", async () => {
  const scope = await openWorkspace(database.db);
  const days = { range: "custom", from: "2026-03-01", to: "2026-03-31" } as const;
  const query: UsageQuery = { ...days, metric: "cost", group: "model", tz: "Asia/Kolkata" };
  const { plan } = await readPlan(database.db, scope, query);
  expect(usageCsvName(plan, "model")).toMatch(
    /^[a-z0-9-]+-usage-2026-03-01-to-2026-03-31-by-model\.csv$/,
  );
});

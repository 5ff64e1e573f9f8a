import { afterAll, beforeAll, expect, test } from "vitest";
import { untilChangesAreKnown } from "@/db/changes";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { listPlanEntries, UpdatePlan, updatePlan } from "@/lib/workspaces/plan-edit";

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ gateways: 2 });
});
afterAll(() => door.close());

const plan = {
  ...{ id: "standard", name: "Standard", requestsPerHour: "1000", requestsPerDay: "" },
  ...{ requestsPerMonth: "", requestsTotal: "", concurrentStreams: "20", selfService: true },
};

async function change(more: object) {
  const { db } = door.database;
  const changes = await db.transaction((tx) =>
    updatePlan(tx, UpdatePlan.parse({ ...plan, ...more })),
  );
  await untilChangesAreKnown(db);
  return changes;
}

async function openCaller(requestsPerHour?: number) {
  const tenant = await createTenant(door.sql, requestsPerHour ? { requestsPerHour } : {});
  const { secret } = await createTestKey(door.sql, tenant);
  const ask = async (origin: string) => {
    const response = await fetch(`${origin}/v1/models`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    await response.text();
    return { status: response.status, limit: response.headers.get("x-ratelimit-limit") };
  };
  return Object.assign(ask, { workspaceId: tenant.workspaceId });
}

test("accounts follow a changed plan at each gateway from the next request on, except where they have a limit of their own", async () => {
  const [first = "", second = ""] = door.origins;
  const [plain, own] = [await openCaller(), await openCaller(5)];
  expect(await plain(first)).toEqual({ status: 200, limit: "1000" });
  expect(await own(first)).toEqual({ status: 200, limit: "5" });
  expect(await change({ requestsPerHour: "2" })).toEqual([
    { field: "requests an hour", from: "1000", to: "2" },
  ]);
  expect(await plain(second)).toEqual({ status: 200, limit: "2" });
  expect((await plain(first)).status).toBe(429);
  expect(await own(second)).toEqual({ status: 200, limit: "5" });
  await change({ requestsPerHour: "" });
  expect((await plain(first)).status).toBe(200);
  expect(await change({ requestsPerHour: "" })).toEqual([]);
  const [standard] = await listPlanEntries(door.database.db);
  expect(standard).toMatchObject({
    id: "standard",
    requestsPerHour: null,
    accounts: 2,
    overridden: 1,
  });
});

test("a quota that is set counts what came before it on that day", async () => {
  const [first = "", second = ""] = door.origins;
  await change({});
  const plain = await openCaller();
  for (let i = 0; i < 3; i++) expect((await plain(first)).status).toBe(200);
  // What costs nothing is booked after its answer.
  await expect
    .poll(async () => (await readBooks(door.sql, plain.workspaceId)).rows, { timeout: 30_000 })
    .toBe(3);
  await change({ requestsPerDay: "3" });
  expect((await plain(second)).status).toBe(403);
  await change({});
  expect((await plain(second)).status).toBe(200);
});

test.each([
  [{ requestsPerHour: "0" }, "requestsPerHour"],
  [{ requestsPerHour: "1.5" }, "requestsPerHour"],
  [{ requestsPerHour: "1000000001" }, "requestsPerHour"],
  [{ requestsPerDay: "-1" }, "requestsPerDay"],
  [{ concurrentStreams: "" }, "concurrentStreams"],
  [{ concurrentStreams: "0" }, "concurrentStreams"],
  [{ name: " " }, "name"],
])("limits that make no sense aren't taken: %o", (more, field) => {
  const parsed = UpdatePlan.safeParse({ ...plan, ...more });
  expect(parsed.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
});

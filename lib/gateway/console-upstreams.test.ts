import { afterAll, beforeAll, expect, test } from "vitest";
import { untilChangesAreKnown } from "@/db/changes";
import { openTestDoor, type TestDoor, testSettings } from "@/lib/gateway/testing/gateway";
import {
  type MockUpstream,
  mockCredential,
  startMockUpstream,
} from "@/lib/gateway/testing/mock-upstream";
import { newCallerOf } from "@/lib/gateway/testing/provided-door";
import { addModel } from "@/lib/models/catalogue-mutations";
import { AddModel } from "@/lib/models/schema";
import { addUpstream, updateUpstream } from "@/lib/upstreams/mutations";
import { findUpstream } from "@/lib/upstreams/queries";
import { AddUpstream, UpdateUpstream } from "@/lib/upstreams/schema";

const key = testSettings.credentialKey;
let door: TestDoor;
let mock: MockUpstream;
let other: MockUpstream;

beforeAll(async () => {
  [door, mock, other] = await Promise.all([
    openTestDoor({ gateways: 2 }),
    startMockUpstream("openai"),
    startMockUpstream("openai"),
  ]);
});
afterAll(async () => {
  await door.close();
  await Promise.all([mock.close(), other.close()]);
});

test("what the console says of an upstream holds at each gateway from the next request on, and how it fared is told", async () => {
  const { db } = door.database;
  const upstream = { id: "vendor", name: "Vendor", baseUrl: mock.baseUrl, allowPrivate: true };
  const change = async (more: object) => {
    const input = UpdateUpstream.parse({ ...upstream, credential: "", ...more });
    await db.transaction((tx) => updateUpstream(tx, key, input));
    await untilChangesAreKnown(db);
  };
  await db.transaction(async (tx) => {
    const added = AddUpstream.parse({ ...upstream, kind: "openai", credential: "sk-not-this-one" });
    await addUpstream(tx, key, added);
    await addModel(
      tx,
      AddModel.parse({
        ...{ id: "vended", displayName: "V", ownedBy: "vendor", listed: true },
        ...{ contextTokens: "8000", outputTokensMax: "500", outputTokensDefault: "100" },
        ...{ inputUsd: "1", outputUsd: "2", ways: [{ upstreamId: "vendor", model: "theirs" }] },
      }),
    );
  });
  await untilChangesAreKnown(db);
  const caller = await newCallerOf(door);
  const statuses = () =>
    Promise.all(
      door.origins.map(
        async (origin) => (await caller.post("openai", "vended", {}, undefined, {}, origin)).status,
      ),
    );
  const shown = () => mock.exchanges.map(({ headers }) => headers.authorization);
  mock.play({ does: "status", status: 401 }, { does: "status", status: 401 });
  expect(await statuses()).toEqual([502, 502]);
  await change({ credential: mockCredential });
  expect(await statuses()).toEqual([200, 200]);
  const [old, renewed] = ["Bearer sk-not-this-one", `Bearer ${mockCredential}`];
  expect(shown()).toEqual([old, old, renewed, renewed]);
  expect(mock.exchanges.at(-1)?.body.model).toBe("theirs");
  const before = mock.exchanges.length;
  await change({ baseUrl: other.baseUrl, credential: mockCredential });
  expect(await statuses()).toEqual([200, 200]);
  expect(mock.exchanges.length).toBe(before);
  expect(other.exchanges.length).toBe(2);

  const health = async () => (await findUpstream(db, key, "vendor"))?.health ?? null;
  await expect.poll(async () => (await health())?.attempts, { timeout: 20_000 }).toBe(6);
  expect(await health()).toMatchObject({
    failures: 2,
    statuses: [
      { status: 200, attempts: 4 },
      { status: 401, attempts: 2 },
    ],
  });
  expect((await health())?.latencyCounts.reduce((sum, count) => sum + count, 0)).toBe(6);
}, 40_000);

test("an upstream that isn't reached is told as no answer", async () => {
  const gone = await startMockUpstream("openai");
  await gone.close();
  const { db } = door.database;
  await db.transaction(async (tx) => {
    await addUpstream(
      tx,
      key,
      AddUpstream.parse({
        ...{ id: "gone", name: "Gone", kind: "openai", baseUrl: gone.baseUrl },
        ...{ allowPrivate: true, credential: "" },
      }),
    );
    await addModel(
      tx,
      AddModel.parse({
        ...{ id: "gone", displayName: "G", ownedBy: "vendor", listed: true },
        ...{ contextTokens: "8000", outputTokensMax: "500", outputTokensDefault: "100" },
        ...{ inputUsd: "1", outputUsd: "2", ways: [{ upstreamId: "gone", model: "" }] },
      }),
    );
  });
  const caller = await newCallerOf(door);
  expect((await caller.post("openai", "gone")).status).toBeGreaterThanOrEqual(500);
  const health = async () => (await findUpstream(db, key, "gone"))?.health ?? null;
  await expect.poll(async () => (await health())?.statuses[0]?.status, { timeout: 20_000 }).toBe(0);
  const { attempts, failures } = (await health()) ?? { attempts: 0, failures: -1 };
  expect(attempts).toBe(failures);
}, 40_000);

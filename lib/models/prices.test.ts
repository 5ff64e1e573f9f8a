import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { addModel, setModelRetired, updateModel } from "@/lib/models/catalogue-mutations";
import { findCatalogueEntry, listCatalogue } from "@/lib/models/catalogue-queries";
import { readPriceHistory, setPrice, withdrawPrice } from "@/lib/models/prices";
import { AddModel, SetPrice, UpdateModel } from "@/lib/models/schema";
import { dayMs } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let count = 0;
const draft = (more: object = {}) =>
  AddModel.parse({
    id: `model-${++count}`,
    ...{ displayName: "Model", ownedBy: "maker", listed: true, inputUsd: "1", outputUsd: "2" },
    ...{ contextTokens: "8000", outputTokensMax: "4000", outputTokensDefault: "1000" },
    ways: [{ upstreamId: "simulated", model: "" }],
    ...more,
  });

async function add(more: object = {}): Promise<string> {
  const model = draft(more);
  await database.db.transaction((tx) => addModel(tx, model));
  return model.id;
}

const set = (id: string, inputUsd: string, effectiveFrom: Date | null = null) =>
  database.db.transaction((tx) =>
    setPrice(
      tx,
      SetPrice.parse({
        ...{ id, inputUsd, outputUsd: "2" },
        effectiveFrom: effectiveFrom?.toISOString() ?? null,
      }),
    ),
  );
const withdraw = (id: string, effectiveFrom: Date) =>
  database.db.transaction((tx) => withdrawPrice(tx, { id, effectiveFrom }));
const inDays = (days: number) => new Date(Math.round(Date.now() / 1_000) * 1_000 + days * dayMs);

test("a model is added with a price that holds at once, and is found by part of its name", async () => {
  const id = await add({ displayName: "100%_sure" });
  const entry = await findCatalogueEntry(database.db, id);
  expect(entry?.price).toEqual({
    inputNanosPerMtok: 1_000_000_000n,
    outputNanosPerMtok: 2_000_000_000n,
  });
  expect(entry?.ways).toEqual([{ upstreamId: "simulated", upstreamName: "Simulated", model: id }]);
  const found = await listCatalogue(database.db, { term: "%_SURE", filter: null });
  expect(found.map((each) => each.id)).toEqual([id]);
  await expect(database.db.transaction((tx) => addModel(tx, draft({ id })))).rejects.toMatchObject({
    fields: { id: "There is a model of this name already." },
  });
});

test("a price for now begins when every gateway can know of it, and one of a later day on that day", async () => {
  const id = await add();
  const now = await set(id, "3");
  expect(now.effectiveFrom.getTime() - Date.now()).toBeGreaterThan(3_000);
  expect(now.effectiveFrom.getTime() - Date.now()).toBeLessThan(10_000);
  const later = inDays(30);
  await set(id, "4", later);
  const history = await readPriceHistory(database.db, id);
  expect(history.current?.inputNanosPerMtok).toBe(1_000_000_000n);
  expect(history.scheduled.map((price) => price.inputNanosPerMtok)).toEqual([
    3_000_000_000n,
    4_000_000_000n,
  ]);
  expect(history.scheduled[1]?.effectiveFrom).toEqual(later);
});

test("pressed twice it is one price", async () => {
  const id = await add();
  const outcomes = await Promise.allSettled([set(id, "3"), set(id, "3")]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await readPriceHistory(database.db, id)).scheduled).toHaveLength(1);
});

test.each([
  ["in the past", () => new Date(Date.now() - 1_000)],
  ["before gateways can know", () => new Date(Date.now() + 1_000)],
  ["years away", () => inDays(900)],
])("no price begins %s", async (_, from) => {
  const id = await add();
  await expect(set(id, "3", from())).rejects.toMatchObject({
    code: "VALIDATION_ERROR",
    fields: { effectiveFrom: expect.any(String) },
  });
});

test("two prices can't begin at the same instant", async () => {
  const id = await add();
  const at = inDays(3);
  await set(id, "3", at);
  await expect(set(id, "4", at)).rejects.toMatchObject({
    fields: { effectiveFrom: "Another price begins then. Withdraw it first." },
  });
});

test("a scheduled price can be withdrawn, and one that has begun can't, not even by hand", async () => {
  const id = await add();
  const at = inDays(3);
  await set(id, "3", at);
  expect((await withdraw(id, at)).inputNanosPerMtok).toBe(3_000_000_000n);
  await expect(withdraw(id, at)).rejects.toMatchObject({ code: "NOT_FOUND" });
  const { current } = await readPriceHistory(database.db, id);
  if (!current) throw new Error("no price");
  await expect(withdraw(id, current.effectiveFrom)).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(database.sql`delete from model_prices where model_id = ${id}`).rejects.toThrow(
    "has begun",
  );
  await expect(
    database.sql`insert into model_prices values (${id}, now() - interval '1 day', 9, 9)`,
  ).rejects.toThrow("in the past");
});

test("whatever is set and withdrawn, no moment that has passed gets another price", async () => {
  const { sql } = database;
  /** The price at each of some moments up to now. */
  const past = async (id: string) =>
    await sql`
      select at, (
        select input_nanos_per_mtok::text from model_prices
        where model_id = ${id} and effective_from <= at order by effective_from desc limit 1
      ) as price
      from generate_series(now() - interval '2 days', now(), interval '6 hours') as at`;
  const step = fc.oneof(
    fc.record({
      kind: fc.constant("set" as const),
      days: fc.integer({ min: -3, max: 5 }),
      usd: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({ kind: fc.constant("withdraw" as const), days: fc.integer({ min: -3, max: 5 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const id = await add();
      const before = (await past(id)).map((row) => row.price);
      for (const each of steps) {
        const at = inDays(each.days);
        const done = each.kind === "set" ? set(id, String(each.usd), at) : withdraw(id, at);
        await done.catch((error: unknown) => {
          expect(error).toMatchObject({ name: "AppError" });
        });
      }
      // The moments are those of now, so the last may lie a little later; the prices are the same.
      expect((await past(id)).map((row) => row.price)).toEqual(before);
    }),
    { numRuns: 15 },
  );
});

test("a model of the configuration file is changed there alone", async () => {
  const id = await add();
  await database.sql`update models set is_configured = true where id = ${id}`;
  const refused = { code: "CONFLICT" };
  await expect(set(id, "3")).rejects.toMatchObject(refused);
  await expect(
    database.db.transaction((tx) => setModelRetired(tx, id, true)),
  ).rejects.toMatchObject(refused);
  const { inputUsd: _i, outputUsd: _o, ...described } = draft({ id });
  await expect(database.db.transaction((tx) => updateModel(tx, described))).rejects.toMatchObject(
    refused,
  );
});

test("who answers can be changed, and only for upstreams that are there and can", async () => {
  await database.sql`
    insert into upstreams (id, kind, name, base_url) values
      ('one', 'openai', 'One', 'https://one.example/v1'),
      ('two', 'anthropic', 'Two', 'https://two.example')`;
  const id = await add();
  const described = (ways: unknown[], more: object = {}) =>
    UpdateModel.parse({
      ...{ id, displayName: "Other", ownedBy: "maker", listed: false, ways },
      ...{ contextTokens: "8000", outputTokensMax: "4000", outputTokensDefault: "1000" },
      ...more,
    });
  const change = (ways: unknown[], more: object = {}) =>
    database.db.transaction((tx) => updateModel(tx, described(ways, more)));
  await change([
    { upstreamId: "two", model: "theirs" },
    { upstreamId: "one", model: "" },
  ]);
  const entry = await findCatalogueEntry(database.db, id);
  expect(entry?.ways.map(({ upstreamId, model }) => [upstreamId, model])).toEqual([
    ["two", "theirs"],
    ["one", id],
  ]);
  const fields = { fields: { ways: expect.any(String) } };
  const [one, two] = ["one", "two"].map((upstreamId) => ({ upstreamId, model: "" }));
  await expect(change([{ upstreamId: "three", model: "" }])).rejects.toMatchObject(fields);
  await expect(change([one, { upstreamId: "simulated", model: "" }])).rejects.toMatchObject(fields);
  const embeddings = { outputTokensMax: "0", outputTokensDefault: "0" };
  await expect(change([two], embeddings)).rejects.toMatchObject(fields);
  await change([one], embeddings);
});

test.each([
  [{ inputUsd: "-1" }, "inputUsd"],
  [{ inputUsd: "1e3" }, "inputUsd"],
  [{ outputUsd: "0.0000000001" }, "outputUsd"],
  [{ id: "no spaces" }, "id"],
  [{ contextTokens: "0" }, "contextTokens"],
  [{ outputTokensDefault: "5000" }, "outputTokensDefault"],
  [{ outputTokensDefault: "0" }, "outputTokensDefault"],
  [{ ways: [] }, "ways"],
  [
    {
      ways: [
        { upstreamId: "a", model: "" },
        { upstreamId: "a", model: "x" },
      ],
    },
    "ways",
  ],
])("a model that makes no sense isn't taken: %o", (more, field) => {
  const valid = {
    ...{ id: "m", displayName: "M", ownedBy: "o", listed: true, inputUsd: "1", outputUsd: "2" },
    ...{ contextTokens: "8000", outputTokensMax: "4000", outputTokensDefault: "1000" },
    ways: [{ upstreamId: "simulated", model: "" }],
  };
  expect(AddModel.safeParse(valid).success).toBe(true);
  const parsed = AddModel.safeParse({ ...valid, ...more });
  expect(parsed.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
});

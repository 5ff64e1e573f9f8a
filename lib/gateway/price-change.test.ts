import { afterAll, beforeAll, expect, test } from "vitest";
import { untilChangesAreKnown } from "@/db/changes";
import { verifyLedger } from "@/lib/billing/verification";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { addModel, setModelRetired } from "@/lib/models/catalogue-mutations";
import { priceTokens } from "@/lib/models/price";
import { setPrice } from "@/lib/models/prices";
import { AddModel, SetPrice } from "@/lib/models/schema";
import { usdToNanos } from "@/lib/money";

/** Two doors on one database: what is changed in the console holds at each of them. */
let door: TestDoor;
let tenant: Tenant;
let secret: string;

beforeAll(async () => {
  door = await openTestDoor({ gateways: 2 });
  tenant = await createTenant(door.sql, { balanceUsd: "1000", planId: "enterprise" });
  ({ secret } = await createTestKey(door.sql, tenant));
});
afterAll(() => door.close());

async function add(id: string, upstreamModel = "deepseek-chat"): Promise<string> {
  const model = AddModel.parse({
    ...{ id, displayName: id, ownedBy: "maker", listed: true, inputUsd: "1", outputUsd: "1" },
    ...{ contextTokens: "8000", outputTokensMax: "4000", outputTokensDefault: "16" },
    ways: [{ upstreamId: "simulated", model: upstreamModel }],
  });
  await door.database.db.transaction((tx) => addModel(tx, model));
  return id;
}

const setUsd = (id: string, usd: string) =>
  door.database.db.transaction((tx) =>
    setPrice(tx, SetPrice.parse({ id, inputUsd: usd, outputUsd: usd, effectiveFrom: null })),
  );

function ask(origin: string, model: string, more: object = {}): Promise<Response> {
  const messages = [{ role: "user", content: "Hello" }];
  return fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages, max_tokens: 8, ...more }),
  });
}

const logged = (model: string) => door.sql`
  select at, cost_nanos::text as cost, input_tokens, output_tokens,
    input_nanos_per_mtok::text as price
  from request_log where workspace_id = ${tenant.workspaceId} and model = ${model} order by at`;

/** What a request costs by its own row, at that many dollars. */
const costAt = (usd: string, { input_tokens, output_tokens }: Record<string, unknown>) => {
  const nanos = usdToNanos(usd);
  return priceTokens(
    { inputTokens: Number(input_tokens), outputTokens: Number(output_tokens) },
    { inputNanosPerMtok: nanos, outputNanosPerMtok: nanos },
  ).toString();
};

test("a price holds from its instant by the database's clock, at gateways under load and without a restart, and no charge changes", async () => {
  const model = await add("busy-model");
  const slow = await add("slow-model", "mock-slow");
  // Enough at once that the gateways keep the facts in memory.
  const warm = () =>
    Promise.all(Array.from({ length: 40 }, (_, i) => ask(door.origins[i % 2] ?? "", model)));
  for (const each of await warm()) expect(each.status).toBe(200);
  const before = await logged(model);
  expect(before.length).toBe(40);

  // Admitted before, settled after.
  const stream = await ask(door.origin, slow, { stream: true, max_tokens: 60 });
  expect(stream.status).toBe(200);
  const [{ effectiveFrom }] = await Promise.all([setUsd(model, "7"), setUsd(slow, "7")]);
  const isOver = async () => {
    const [row] = await door.sql`
      select clock_timestamp() > ${effectiveFrom}::timestamptz + interval '1 second' as over`;
    return row?.over === true;
  };
  while (!(await isOver())) {
    for (const each of await warm()) expect(each.status).toBe(200);
  }
  const rows = await logged(model);
  const early = rows.filter((row) => row.at < effectiveFrom);
  const late = rows.filter((row) => row.at >= effectiveFrom);
  expect(early.length).toBeGreaterThan(40);
  expect(late.length).toBeGreaterThan(0);
  for (const row of early) expect(row.cost).toBe(costAt("1", row));
  for (const row of late) expect(row.cost).toBe(costAt("7", row));
  expect(rows.slice(0, before.length)).toEqual(before);

  expect(await stream.text()).toContain("[DONE]");
  const [streamed] = await logged(slow);
  if (!streamed) throw new Error("the stream was not settled");
  expect(streamed.price).toBe(usdToNanos("1").toString());
  expect(streamed.cost).toBe(costAt("1", streamed));
  const books = await readBooks(door.sql, tenant.workspaceId);
  expect(books.usedNanos).toBe(books.loggedNanos);
  expect(books.rolledUpNanos).toBe(books.loggedNanos);
  // The tenant's balance was made by hand, so the journal doesn't know it; nothing else may be wrong.
  const { breaches } = await verifyLedger(door.sql);
  expect(breaches.filter(({ subject }) => !subject.includes(tenant.workspaceId))).toEqual([]);
}, 60_000);

test("a model that is retired answers nobody from then on, at each gateway, and comes back", async () => {
  const model = await add("short-lived");
  const statuses = () =>
    Promise.all(door.origins.map(async (origin) => (await ask(origin, model)).status));
  const listed = async () =>
    (
      await fetch(`${door.origin}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
    ).text();
  expect(await statuses()).toEqual([200, 200]);
  const retire = async (isRetired: boolean) => {
    const { db } = door.database;
    const hasChanged = await db.transaction((tx) => setModelRetired(tx, model, isRetired));
    await untilChangesAreKnown(db);
    return hasChanged;
  };
  expect(await retire(true)).toBe(true);
  expect(await retire(true)).toBe(false);
  expect(await statuses()).toEqual([404, 404]);
  expect(await listed()).not.toContain(model);
  expect(await retire(false)).toBe(true);
  expect(await statuses()).toEqual([200, 200]);
  expect(await listed()).toContain(model);
});

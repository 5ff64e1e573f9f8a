import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { openWorkspace } from "@/lib/keys/testing/workspace";
import { emitEvents, type WebhookEvent } from "@/lib/webhooks/emit";
import { allEvents } from "@/lib/webhooks/event-names";
import { eventExamples, eventSchemas } from "@/lib/webhooks/events";
import { updateEndpoint } from "@/lib/webhooks/mutations";
import { listDeliveries } from "@/lib/webhooks/queries";
import { EndpointEvents } from "@/lib/webhooks/schema";
import { emit, makeEndpoint, openSettings, origin } from "@/lib/webhooks/testing/endpoint";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const messagesOf = (workspaceId: string) => database.sql`
  select * from webhook_messages where workspace_id = ${workspaceId} order by id`;

test("an event is told to the endpoints that subscribe to it, and to no others", async () => {
  const scope = await openWorkspace(database.db);
  const all = await makeEndpoint(database.db, scope, { events: [allEvents] });
  const low = await makeEndpoint(database.db, scope, { events: ["topup.failed", "balance.low"] });
  const other = await makeEndpoint(database.db, scope, { events: ["balance.depleted"] });
  const off = await makeEndpoint(database.db, scope);
  const change = { id: off.id, isEnabled: false };
  await updateEndpoint(database.db, scope, openSettings, change, origin);
  const stranger = await openWorkspace(database.db);
  const theirs = await makeEndpoint(database.db, stranger);

  expect(await emit(database.db, scope)).toBe(2);
  const heard = async (endpointId: string, who = scope) =>
    (await listDeliveries(database.db, who, { endpointId })).deliveries.length;
  expect([await heard(all.id), await heard(low.id)]).toEqual([1, 1]);
  expect([await heard(other.id), await heard(off.id)]).toEqual([0, 0]);
  expect(await heard(theirs.id, stranger)).toBe(0);
  expect(await heard(all.id, stranger)).toBe(0);
  expect(await messagesOf(scope.workspaceId)).toHaveLength(1);
});

test("what nobody subscribes to leaves nothing behind", async () => {
  const scope = await openWorkspace(database.db);
  await makeEndpoint(database.db, scope, { events: ["topup.failed"] });
  expect(await emit(database.db, scope)).toBe(0);
  expect(await messagesOf(scope.workspaceId)).toEqual([]);
});

test("what didn't happen after all is told to nobody", async () => {
  const scope = await openWorkspace(database.db);
  await makeEndpoint(database.db, scope);
  const { workspaceId } = scope;
  const event = { workspaceId, type: "balance.low", data: eventExamples["balance.low"] } as const;
  const rolledBack = database.db.transaction(async (tx) => {
    expect(await emitEvents(tx, [event])).toBe(1);
    throw new Error("no");
  });
  await expect(rolledBack).rejects.toThrow("no");
  expect(await messagesOf(workspaceId)).toEqual([]);
});

test("the body has id, type, time, workspace and data, and is the text that was written", async () => {
  const scope = await openWorkspace(database.db);
  await makeEndpoint(database.db, scope);
  const { workspaceId } = scope;
  const name = `"\\ <b>é\u2028😀' ; drop table`;
  const occurredAt = new Date("2026-11-21T09:30:00.123Z");
  const data = { api_key: { id: "key_1", name, environment: "live" as const, last4: "7tKi" } };
  const revoked: WebhookEvent = {
    ...{ workspaceId, type: "api_key.revoked", occurredAt },
    data: { ...data, reason: "request" },
  };
  await database.db.transaction((tx) => emitEvents(tx, [revoked]));
  const [message] = await messagesOf(workspaceId);
  expect(JSON.parse(message?.body)).toEqual({
    ...{ id: message?.id, type: "api_key.revoked", workspace_id: workspaceId },
    timestamp: "2026-11-21T09:30:00.123Z",
    data: revoked.data,
  });
  expect(Object.keys(JSON.parse(message?.body))[0]).toBe("id");
  expect(message?.id).toMatch(/^msg_[0-9a-z]{26}$/);
});

test("an occasion is told once, whoever looks and however often", async () => {
  const scope = await openWorkspace(database.db);
  await makeEndpoint(database.db, scope);
  const { workspaceId } = scope;
  const tell = () =>
    database.db.transaction((tx) =>
      emitEvents(tx, [
        {
          ...{ workspaceId, type: "limit.reached", data: eventExamples["limit.reached"] },
          once: { reference: "limit:1", until: null },
        },
      ]),
    );
  const told = await Promise.all(Array.from({ length: 5 }, tell));
  expect(told.reduce((sum, one) => sum + one, 0)).toBe(1);
  expect(await messagesOf(workspaceId)).toHaveLength(1);
});

test("an occasion that nobody heard of isn't used up", async () => {
  const scope = await openWorkspace(database.db);
  const { workspaceId } = scope;
  const event: WebhookEvent = {
    ...{ workspaceId, type: "limit.reached", data: eventExamples["limit.reached"] },
    once: { reference: "limit:1", until: null },
  };
  const tell = () => database.db.transaction((tx) => emitEvents(tx, [event]));
  expect(await tell()).toBe(0);
  await makeEndpoint(database.db, scope);
  expect(await tell()).toBe(1);
});

test("each event's example is what its schema says, and holds no key's secret", () => {
  for (const [type, schema] of Object.entries(eventSchemas)) {
    const example = Object.entries(eventExamples).find(([name]) => name === type)?.[1];
    expect([type, schema.safeParse(example).success]).toEqual([type, true]);
    expect(JSON.stringify(example)).not.toMatch(/_(live|test)_|whsec_/);
  }
});

test("a choice of events is in one order, each once; all is all", () => {
  const choose = (events: unknown) => EndpointEvents.safeParse(events).data;
  expect(choose(["limit.reached", "balance.low", "limit.reached"])).toEqual([
    "balance.low",
    "limit.reached",
  ]);
  expect(choose(["balance.low", "*"])).toEqual(["*"]);
  for (const bad of [
    [],
    ["x"],
    ["webhook.test"],
    ["__proto__"],
    "balance.low",
    [5],
    null,
    [["*"]],
  ]) {
    expect(choose(bad)).toBeUndefined();
  }
});

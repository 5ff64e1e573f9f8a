import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { resendDelivery, resendFailed, sendTestEvent } from "@/lib/webhooks/delivery-mutations";
import { deleteEndpoint, endAllEndpoints, updateEndpoint } from "@/lib/webhooks/mutations";
import { getDelivery, getEndpoint, hadEndpoint, listDeliveries } from "@/lib/webhooks/queries";
import { forgetOldDeliveries } from "@/lib/webhooks/retention";
import { endOldSecret, rollSecret } from "@/lib/webhooks/secret-mutations";
import { emit, makeEndpoint, origin, strictSettings } from "@/lib/webhooks/testing/endpoint";

let database: TestDatabase;
let scope: Scope;
let id: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await openWorkspace(database.db);
  id = (await makeEndpoint(database.db, scope, {}, strictSettings)).id;
});

const settings = strictSettings;
const states = async () =>
  (await listDeliveries(database.db, scope, { endpointId: id })).deliveries.map(
    ({ state, lastError }) => [state, lastError],
  );

test("whoever may only look changes nothing", async () => {
  const { db } = database;
  const { deliveryId } = await sendTestEvent(db, scope, { id }, origin);
  const since = new Date(0);
  for (const role of ["viewer", "billing"] as const) {
    const reader: Scope = { ...scope, role };
    const acts = [
      makeEndpoint(db, reader, {}, settings),
      updateEndpoint(db, reader, settings, { id, isEnabled: false }, origin),
      deleteEndpoint(db, reader, { id }, origin),
      rollSecret(db, reader, settings, { id, overlapSeconds: 0 }, origin),
      endOldSecret(db, reader, { id }, origin),
      sendTestEvent(db, reader, { id }, origin),
      resendDelivery(db, reader, { endpointId: id, id: deliveryId }, origin),
      resendFailed(db, reader, { id, since }, origin),
    ];
    for (const act of acts) await expect(act).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  const developer: Scope = { ...scope, role: "developer" };
  await makeEndpoint(db, developer, {}, settings);
});

test("where an endpoint may lead is asked when it is made and when it is changed", async () => {
  for (const url of ["https://inside.example.com", "https://no-such.example.com", "http://x.y"]) {
    const refused = { code: "VALIDATION_ERROR", fields: { url: expect.any(String) } };
    await expect(makeEndpoint(database.db, scope, { url }, settings)).rejects.toMatchObject(
      refused,
    );
    const change = updateEndpoint(database.db, scope, settings, { id, url }, origin);
    await expect(change).rejects.toMatchObject(refused);
  }
  const url = "https://HOOKS.example.com:443/a";
  await updateEndpoint(database.db, scope, settings, { id, url }, origin);
  const endpoint = await getEndpoint(database.db, scope, id);
  expect(endpoint?.url).toBe("https://hooks.example.com/a");
});

test("what is changed to what it is leaves no act", async () => {
  const { url, description, events } = (await getEndpoint(database.db, scope, id)) ?? expect.fail();
  const same = { id, url, description, events, isEnabled: true };
  await updateEndpoint(database.db, scope, settings, same, origin);
  const acts = await database.sql`select action from audit_log where target_id = ${id}`;
  expect(acts).toEqual([{ action: "webhook_endpoint.created" }]);
});

test("disabled, what waited has failed; enabled again, it can be sent again", async () => {
  await emit(database.db, scope, 2);
  await updateEndpoint(database.db, scope, settings, { id, isEnabled: false }, origin);
  expect(await states()).toEqual([
    ["failed", "disabled"],
    ["failed", "disabled"],
  ]);
  expect(await emit(database.db, scope)).toBe(0);
  await updateEndpoint(database.db, scope, settings, { id, isEnabled: true }, origin);
  const since = new Date(0);
  expect(await resendFailed(database.db, scope, { id, since }, origin)).toEqual({
    ...{ resent: 2, left: 0 },
  });
  expect((await states()).map(([state]) => state)).toEqual(["pending", "pending"]);
});

test("an endpoint gets ten test events a minute, however many ask at once", async () => {
  const { db, sql } = database;
  const send = (endpoint = id) => sendTestEvent(db, scope, { id: endpoint }, origin);
  const asked = await Promise.allSettled(Array.from({ length: 14 }, () => send()));
  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  await expect(send()).rejects.toMatchObject({
    code: "RATE_LIMITED",
    retryAfterSeconds: expect.closeTo(60, -1),
  });
  expect(await states()).toHaveLength(10);
  const other = await makeEndpoint(db, scope, {}, settings);
  await send(other.id);
  await sql`
    update webhook_deliveries set created_at = created_at - interval '50 seconds'
    where endpoint_id = ${id}`;
  await expect(send()).rejects.toMatchObject({ retryAfterSeconds: expect.closeTo(10, -1) });
  await sql`
    update webhook_deliveries set created_at = created_at - interval '10 seconds'
    where endpoint_id = ${id}`;
  await send();
  // What happens isn't held back by what was only tried.
  expect(await emit(db, scope, 20)).toBe(40);
});

test("of many that have failed a thousand are sent again at a time, the oldest first", async () => {
  await emit(database.db, scope, 1_003);
  await database.sql`
    update webhook_deliveries set state = 'failed', next_attempt_at = null where endpoint_id = ${id}`;
  const resend = () => resendFailed(database.db, scope, { id, since: new Date(0) }, origin);
  expect(await resend()).toEqual({ resent: 1_000, left: 3 });
  const newest = await listDeliveries(database.db, scope, { endpointId: id, state: "failed" });
  const all = await listDeliveries(database.db, scope, { endpointId: id }, 3);
  expect(newest.deliveries.map((one) => one.id)).toEqual(all.deliveries.map((one) => one.id));
  expect(await resend()).toEqual({ resent: 3, left: 0 });
});

test("a deleted endpoint keeps its deliveries, and no secret", async () => {
  const { deliveryId } = await sendTestEvent(database.db, scope, { id }, origin);
  await rollSecret(database.db, scope, settings, { id, overlapSeconds: 3_600 }, origin);
  await deleteEndpoint(database.db, scope, { id }, origin);
  expect(await getEndpoint(database.db, scope, id)).toBeNull();
  expect(await hadEndpoint(database.db, scope, id)).toBe(true);
  expect(await states()).toEqual([["failed", "deleted"]]);
  const delivery = await getDelivery(database.db, scope, { endpointId: id, id: deliveryId });
  expect(delivery?.payload).toContain("webhook.test");
  const [row] = await database.sql`
    select secret, previous_secret from webhook_endpoints where id = ${id}`;
  expect(row).toEqual({ secret: null, previous_secret: null });
  await expect(deleteEndpoint(database.db, scope, { id }, origin)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("a deleted workspace has no endpoints, and others keep theirs", async () => {
  const other = await openWorkspace(database.db);
  const theirs = await makeEndpoint(database.db, other, {}, settings);
  await emit(database.db, scope);
  await database.db.transaction((tx) => endAllEndpoints(tx, scope.workspaceId));
  expect(await getEndpoint(database.db, scope, id)).toBeNull();
  expect(await states()).toEqual([["failed", "deleted"]]);
  expect(await getEndpoint(database.db, other, theirs.id)).not.toBeNull();
});

test("what is older than thirty days is forgotten, but for what is still under way", async () => {
  await emit(database.db, scope, 3);
  const { deliveries } = await listDeliveries(database.db, scope, { endpointId: id });
  const [young = "", old = "", pending = ""] = deliveries.map((one) => one.id);
  await database.sql`
    update webhook_deliveries set state = 'delivered', next_attempt_at = null
    where id in ${database.sql([young, old])}`;
  await database.sql`
    insert into webhook_attempts (delivery_id, number, endpoint_id, at, duration_ms)
    values (${old}, 1, ${id}, now() - interval '31 days', 5)`;
  for (const table of ["webhook_deliveries", "webhook_messages"]) {
    const column = table === "webhook_messages" ? "message_id" : "id";
    await database.sql.unsafe(
      `update ${table} set created_at = now() - interval '31 days' where id in (
        select ${column} from webhook_deliveries where id in ($1, $2))`,
      [old, pending],
    );
  }
  await rollSecret(database.db, scope, settings, { id, overlapSeconds: 3_600 }, origin);
  await database.sql`
    update webhook_endpoints set previous_expires_at = now() - interval '1 second' where id = ${id}`;
  expect(await forgetOldDeliveries(database.db)).toBe(1);
  const left = await listDeliveries(database.db, scope, { endpointId: id });
  expect(left.deliveries.map((one) => one.id)).toEqual([young, pending]);
  const [counts] = await database.sql`
    select (select count(*)::int from webhook_attempts where endpoint_id = ${id}) as attempts,
      (select count(*)::int from webhook_messages where workspace_id = ${scope.workspaceId}) as messages,
      (select previous_secret from webhook_endpoints where id = ${id}) as secret`;
  expect(counts).toEqual({ attempts: 0, messages: 2, secret: null });
});

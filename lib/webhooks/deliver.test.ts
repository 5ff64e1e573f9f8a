import { once } from "node:events";
import { createServer } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { tellOfEndpoint } from "@/lib/jobs/webhook-mails";
import { openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { deliverWebhook } from "@/lib/webhooks/deliver";
import { resendDelivery, resendFailed } from "@/lib/webhooks/delivery-mutations";
import { updateEndpoint } from "@/lib/webhooks/mutations";
import { getDelivery, getEndpoint, listDeliveries } from "@/lib/webhooks/queries";
import { attemptsMax } from "@/lib/webhooks/schedule";
import { endOldSecret, rollSecret } from "@/lib/webhooks/secret-mutations";
import type { WebhookSettings } from "@/lib/webhooks/settings";
import {
  emit,
  makeEndpoint,
  openSettings,
  origin,
  resolveTo,
  strictSettings,
} from "@/lib/webhooks/testing/endpoint";
import {
  answers,
  type Received,
  type Receiver,
  startReceiver,
} from "@/lib/webhooks/testing/receiver";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let scope: Scope;
let receiver: Receiver;
let endpoint: { id: string; secret: string };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await openWorkspace(database.db);
  receiver = await startReceiver();
  endpoint = await makeEndpoint(database.db, scope, { url: receiver.url });
});
afterEach(() => receiver.close());

const ids = async () =>
  (await listDeliveries(database.db, scope, { endpointId: endpoint.id }, 5_000)).deliveries
    .map(({ id }) => id)
    .reverse();
async function emitOne(): Promise<string> {
  await emit(database.db, scope);
  return (await ids()).at(-1) ?? "";
}

/** Makes an attempt, as the worker does when it is due. */
const attempt = (id: string, settings: WebhookSettings = openSettings, timeoutMs = 2_000) =>
  deliverWebhook(database.db, id, { settings, tell: tellOfEndpoint, timeoutMs });

async function read(id: string) {
  const found = await getDelivery(database.db, scope, { endpointId: endpoint.id, id });
  if (!found) throw new Error("no such delivery");
  return found;
}

/** Lets what is planned be due. */
const hurry = () => database.sql`
  update webhook_deliveries set next_attempt_at = now()
  where endpoint_id = ${endpoint.id} and state = 'pending'`;
const health = () => getEndpoint(database.db, scope, endpoint.id);
const secondsUntilNext = async (id: string) => {
  const [row] = await database.sql`
    select extract(epoch from next_attempt_at - now())::float as s from webhook_deliveries
    where id = ${id}`;
  return Number(row?.s);
};
const mails = (kind: string) => database.sql`
  select to_address, subject from mails where kind = ${kind} and workspace_id = ${scope.workspaceId}`;

function verify(secret: string, { body, headers }: Received) {
  return new Webhook(secret).verify(body, headers);
}

test("the official verifier accepts what a receiver gets, and the payload is what is kept", async () => {
  const id = await emitOne();
  await attempt(id);
  const [got] = receiver.received;
  if (!got) throw new Error("nothing came");
  const { payload, message, ...delivery } = await read(id);
  expect(verify(endpoint.secret, got)).toEqual(JSON.parse(payload));
  expect(got.body).toBe(payload);
  expect(got.headers).toMatchObject({
    "webhook-id": message.id,
    "content-type": "application/json",
    "user-agent": "Gatehouse-Webhooks/1.0",
  });
  expect(delivery).toMatchObject({
    state: "delivered",
    attempts: 1,
    lastStatus: 204,
    lastError: null,
  });
  expect(delivery.tries).toMatchObject([{ number: 1, status: 204, error: null }]);
  expect(await attempt(id)).toBeNull();
  expect(receiver.received).toHaveLength(1);
});

test("while a secret is rolled both sign; afterwards, or when it is ended, the new one alone", async () => {
  const roll = (overlapSeconds: 0 | 3_600) =>
    rollSecret(database.db, scope, openSettings, { id: endpoint.id, overlapSeconds }, origin);
  const last = async () => {
    await attempt(await emitOne());
    return receiver.received.at(-1) ?? expect.fail("nothing came");
  };
  const { secret } = await roll(3_600);
  const during = await last();
  expect(during.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  for (const one of [secret, endpoint.secret]) expect(() => verify(one, during)).not.toThrow();

  await endOldSecret(database.db, scope, { id: endpoint.id }, origin);
  const after = await last();
  expect(() => verify(secret, after)).not.toThrow();
  expect(() => verify(endpoint.secret, after)).toThrow();
  await expect(endOldSecret(database.db, scope, endpoint, origin)).rejects.toThrow("No old secret");

  const third = await roll(3_600);
  await database.sql`
    update webhook_endpoints set previous_expires_at = now() - interval '1 second'
    where id = ${endpoint.id}`;
  const expired = await last();
  expect(expired.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
  expect(() => verify(third.secret, expired)).not.toThrow();
  const now = await roll(0);
  expect(now.previousExpiresAt).toBeNull();
});

test("every attempt has the same id, and its own time under its signature", async () => {
  receiver.behave(answers(500));
  const id = await emitOne();
  await attempt(id);
  await hurry();
  receiver.behave(answers(200));
  await database.sql`select pg_sleep(1.01)`;
  await attempt(id);
  const [first, second] = receiver.received.map(({ headers }) => headers);
  expect(second?.["webhook-id"]).toBe(first?.["webhook-id"]);
  expect(Number(second?.["webhook-timestamp"])).toBeGreaterThan(
    Number(first?.["webhook-timestamp"]),
  );
  for (const got of receiver.received) verify(endpoint.secret, got);
});

test.each([300, 301, 304, 307, 400, 404, 500, 503])(
  "status %i is a failure, and tried again after five seconds",
  async (status) => {
    receiver.behave(answers(status, { location: `${receiver.url}/elsewhere` }, "no"));
    const id = await emitOne();
    await attempt(id);
    const seconds = await secondsUntilNext(id);
    expect(seconds).toBeGreaterThan(4.5);
    expect(seconds).toBeLessThan(6.1);
    expect(await read(id)).toMatchObject({
      ...{ state: "pending", lastStatus: status },
      lastError: status < 400 ? "redirect" : "status",
    });
    // A redirect isn't followed.
    expect(receiver.received).toHaveLength(1);
  },
);

test("a delivery that fails to the end has ten attempts, and can be sent again", async () => {
  receiver.behave(answers(500));
  const id = await emitOne();
  for (let i = 0; i < attemptsMax; i++) {
    expect(await attempt(id)).not.toBeNull();
    await hurry();
  }
  expect(await attempt(id)).toBeNull();
  expect(await read(id)).toMatchObject({ state: "failed", attempts: 10, nextAttemptAt: null });
  expect(receiver.received).toHaveLength(10);
  receiver.behave(answers(200, {}, "ok"));
  await resendDelivery(database.db, scope, { endpointId: endpoint.id, id }, origin);
  const again = resendDelivery(database.db, scope, { endpointId: endpoint.id, id }, origin);
  await expect(again).rejects.toMatchObject({ code: "CONFLICT" });
  await attempt(id);
  const delivery = await read(id);
  expect(delivery).toMatchObject({ state: "delivered", attempts: 11 });
  expect(delivery.tries[0]).toMatchObject({
    number: 11,
    status: 200,
    answer: "ok",
    answerBytes: 2,
  });
});

test("a receiver that hangs, before or within its answer, is given up in time", async () => {
  receiver.behave(() => undefined);
  const id = await emitOne();
  const outcome = await attempt(id, openSettings, 200);
  expect(outcome).toMatchObject({ error: "timeout", status: null });
  expect(outcome?.durationMs).toBeLessThan(1_500);
  receiver.behave((response) => response.writeHead(500).write("a"));
  await hurry();
  const within = await attempt(id, openSettings, 200);
  expect(within?.durationMs).toBeLessThan(1_500);
  expect(within).toMatchObject({ error: "status", status: 500, answer: "a" });
});

test("an answer without end is cut, and what it said at first counts", async () => {
  receiver.behave((response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write("\u0000\u202ea".repeat(1_000)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  const id = await emitOne();
  const outcome = await attempt(id);
  expect(outcome).toMatchObject({ error: null, status: 200, answerBytes: 65_536 });
  const [seen] = (await read(id)).tries;
  expect(seen?.answer.startsWith("\ufffd\ufffda\ufffd")).toBe(true);
  expect(seen?.answer.length).toBeLessThanOrEqual(4_096);
});

test("a receiver that closes at once, or isn't there, is a failure", async () => {
  const closing = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(closing, "listening");
  const address = closing.address();
  const port = typeof address === "object" ? address?.port : 0;
  const url = `http://127.0.0.1:${port}/`;
  await updateEndpoint(database.db, scope, openSettings, { id: endpoint.id, url }, origin);
  const id = await emitOne();
  expect(await attempt(id)).toMatchObject({ error: "closed", status: null });
  await new Promise((done) => closing.close(done));
  await hurry();
  expect(await attempt(id)).toMatchObject({ error: "refused", status: null });
});

test("a name that led outside when it was entered and leads inside when it is called gets nothing", async () => {
  const port = new URL(receiver.url).port;
  const url = `https://hooks.example.com:${port}/hooks`;
  endpoint = await makeEndpoint(database.db, scope, { url }, strictSettings);
  await emit(database.db, scope);
  const id = (await ids())[0] ?? "";
  for (const inside of ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "0.0.0.0"]) {
    const lying = { ...strictSettings, resolve: resolveTo({ "hooks.example.com": inside }) };
    expect(await attempt(id, lying)).toMatchObject({ error: "address", status: null });
    await hurry();
  }
  const gone = { ...strictSettings, resolve: resolveTo({}) };
  expect(await attempt(id, gone)).toMatchObject({ error: "name" });
  expect(receiver.received).toEqual([]);
});

test("an address of the inside that was taken where development allowed it gets nothing elsewhere", async () => {
  const id = await emitOne();
  expect(new URL(receiver.url).hostname).toBe("127.0.0.1");
  expect(await attempt(id, strictSettings)).toMatchObject({ error: "address", status: null });
  expect(receiver.received).toEqual([]);
});

test("410 disables the endpoint at once, ends what waits, and the owner is told", async () => {
  receiver.behave(answers(410));
  await emit(database.db, scope, 3);
  const [first = "", second = ""] = await ids();
  await attempt(first);
  expect(await health()).toMatchObject({ disabledReason: "gone" });
  expect(await read(first)).toMatchObject({ state: "failed", lastError: "gone" });
  expect(await read(second)).toMatchObject({ state: "failed", lastError: "disabled", attempts: 0 });
  expect(await attempt(second)).toBeNull();
  expect(await emit(database.db, scope)).toBe(0);
  expect(await mails("webhook_disabled")).toHaveLength(1);
  expect(receiver.received).toHaveLength(1);
});

test("429 with Retry-After puts off its delivery and keeps the others back", async () => {
  receiver.behave(answers(429, { "retry-after": "120" }));
  await emit(database.db, scope, 2);
  const [first = "", second = ""] = await ids();
  await attempt(first);
  expect(await secondsUntilNext(first)).toBeGreaterThan(119);
  expect(await secondsUntilNext(first)).toBeLessThan(145);
  expect(await attempt(second)).toBeNull();
  expect(receiver.received).toHaveLength(1);
  await database.sql`update webhook_endpoints set held_until = now() where id = ${endpoint.id}`;
  receiver.behave(answers(200));
  expect(await attempt(second)).toMatchObject({ error: null });
});

test("people are told at 5, 10 and 15 failures in a row, once each; at 20 it is disabled", async () => {
  receiver.behave(answers(500));
  await emit(database.db, scope, 21);
  const all = await ids();
  const told: number[] = [];
  for (const id of all) {
    await attempt(id);
    told.push((await mails("webhook_failing")).length);
  }
  expect(receiver.received).toHaveLength(20);
  expect([told[3], told[4], told[9], told[13], told[14], told[20]]).toEqual([0, 1, 2, 2, 3, 3]);
  expect(await mails("webhook_disabled")).toHaveLength(1);
  expect(await health()).toMatchObject({ disabledReason: "failures", failuresInRow: 20 });
  expect(await read(all[20] ?? "")).toMatchObject({ state: "failed", attempts: 0 });
  const acts = await database.sql`
    select details from audit_log
    where action = 'webhook_endpoint.disabled' and target_id = ${endpoint.id}`;
  expect(acts).toMatchObject([{ details: { reason: "failures" } }]);

  const since = new Date(0);
  const resend = () => resendFailed(database.db, scope, { id: endpoint.id, since }, origin);
  await expect(resend()).rejects.toMatchObject({ code: "CONFLICT" });
  const on = { id: endpoint.id, isEnabled: true };
  await updateEndpoint(database.db, scope, openSettings, on, origin);
  const anew = { disabledAt: null, failuresInRow: 0, lastAttemptSucceeded: false };
  expect(await health()).toMatchObject(anew);
  expect(await resend()).toEqual({ resent: 21, left: 0 });
  receiver.behave(answers(200));
  for (const id of all) expect(await attempt(id)).toMatchObject({ error: null });
  expect(await health()).toMatchObject({ lastAttemptSucceeded: true });
});

test("a success begins the count anew", async () => {
  receiver.behave(answers(500));
  await emit(database.db, scope, 9);
  for (const [i, id] of (await ids()).entries()) {
    receiver.behave(answers(i === 4 ? 200 : 500));
    await attempt(id);
  }
  expect(await health()).toMatchObject({ failuresInRow: 4, recent: { attempts: 9, succeeded: 1 } });
  expect(await mails("webhook_failing")).toHaveLength(0);
});

test("two attempts of one delivery never run at the same time", async () => {
  receiver.behave((response) => setTimeout(() => response.writeHead(200).end(), 100));
  const id = await emitOne();
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => attempt(id)));
  expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
  expect(receiver.received).toHaveLength(1);
});

test("four attempts at a time reach one endpoint, and one where the last have failed", async () => {
  const waiting: (() => void)[] = [];
  const hold = () =>
    receiver.behave((response) => waiting.push(() => response.writeHead(200).end()));
  /** Attempts all of them at once; answers how many the receiver got, when the others have given up. */
  async function attemptAll(chosen: string[]): Promise<number> {
    hold();
    let givenUp = 0;
    const running = chosen.map(async (id) => {
      if ((await attempt(id, openSettings, 20_000)) === null) givenUp += 1;
    });
    await expect.poll(() => waiting.length + givenUp, { timeout: 10_000 }).toBe(chosen.length);
    const reached = waiting.length;
    for (const release of waiting.splice(0)) release();
    await Promise.all(running);
    return reached;
  }
  await emit(database.db, scope, 10);
  const all = await ids();
  expect(await attemptAll(all)).toBe(4);
  const { deliveries } = await listDeliveries(database.db, scope, {
    ...{ endpointId: endpoint.id, state: "pending" },
  });
  const left = deliveries.map(({ id }) => id);
  expect(left).toHaveLength(6);
  receiver.behave(answers(500));
  for (const id of left.slice(0, 3)) await attempt(id);
  expect(await attemptAll(left.slice(3))).toBe(1);
});

test("an attempt whose worker died is made again; what the dead one says then changes nothing", async () => {
  let release: (() => void) | undefined;
  receiver.behave((response) => {
    release = () => response.writeHead(500).end();
  });
  const id = await emitOne();
  const frozen = attempt(id, openSettings, 20_000);
  await expect.poll(() => receiver.received.length).toBe(1);
  expect(await attempt(id)).toBeNull();
  await database.sql`
    update webhook_deliveries set claimed_at = now() - interval '61 seconds' where id = ${id}`;
  const stuck = release;
  receiver.behave(answers(200));
  expect(await attempt(id)).toMatchObject({ error: null });
  stuck?.();
  await frozen;
  expect(await read(id)).toMatchObject({ state: "delivered", attempts: 2, lastStatus: 200 });
  expect((await read(id)).tries).toHaveLength(1);
  expect(await health()).toMatchObject({ failuresInRow: 0 });
});

test("what is under way when the endpoint is disabled ends, and can be sent again", async () => {
  let release: (() => void) | undefined;
  receiver.behave((response) => {
    release = () => response.writeHead(500).end();
  });
  const id = await emitOne();
  const running = attempt(id, openSettings, 20_000);
  await expect.poll(() => release !== undefined).toBe(true);
  const off = { id: endpoint.id, isEnabled: false };
  await updateEndpoint(database.db, scope, openSettings, off, origin);
  release?.();
  await running;
  expect(await read(id)).toMatchObject({ state: "failed", attempts: 1, lastStatus: 500 });
  expect(await health()).toMatchObject({ disabledReason: "user", failuresInRow: 0 });
});

test("a suspended workspace sends nothing; restored, what failed meanwhile can be sent again", async () => {
  await emit(database.db, scope, 2);
  const [first = "", second = ""] = await ids();
  const { workspaceId } = scope;
  await database.sql`update workspaces set suspended_at = now() where id = ${workspaceId}`;
  expect(await attempt(first)).toBeNull();
  for (const id of [first, second]) {
    expect(await read(id)).toMatchObject({ state: "failed", lastError: "suspended", attempts: 0 });
  }
  expect(receiver.received).toEqual([]);
  expect(await health()).toMatchObject({ disabledAt: null, failuresInRow: 0 });
  await database.sql`update workspaces set suspended_at = null where id = ${workspaceId}`;
  const since = new Date(0);
  await resendFailed(database.db, scope, { id: endpoint.id, since }, origin);
  for (const id of [first, second]) expect(await attempt(id)).toMatchObject({ error: null });
});

test("where the deployment's secret has changed, nothing is sent unsigned", async () => {
  const id = await emitOne();
  const other = { ...openSettings, secretKey: Buffer.alloc(32, 1) };
  expect(await attempt(id, other)).toMatchObject({ error: "secret" });
  expect(receiver.received).toEqual([]);
});

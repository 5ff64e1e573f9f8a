import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { grantCredit } from "@/lib/billing/adjustment";
import type { PaymentNews } from "@/lib/billing/payment-news";
import { settleNews } from "@/lib/billing/payment-settlement";
import { newId } from "@/lib/id";
import { tellOfLowBalances } from "@/lib/jobs/billing-mails";
import { remindOfExpiry, tellOfExpired } from "@/lib/jobs/reminders";
import { tellOfDepletion, tellOfLimits } from "@/lib/jobs/webhook-watch";
import { endAllKeys } from "@/lib/keys/end-keys";
import { exposeKeys } from "@/lib/keys/exposure";
import { revokeKey } from "@/lib/keys/revoke-key";
import { rotateKey } from "@/lib/keys/rotate-key";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import { usdToNanos } from "@/lib/money";
import type { Role, Scope } from "@/lib/scope";
import { eventSchemas } from "@/lib/webhooks/events";
import { makeEndpoint } from "@/lib/webhooks/testing/endpoint";
import { leaveWorkspaces } from "@/lib/workspaces/delete-workspace";
import { addMember, removeMember } from "@/lib/workspaces/members";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let scope: Scope;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  // What other tests left must not be due here.
  await database.sql`update api_keys set revoked_at = now()`;
  scope = await openWorkspace(database.db);
  await makeEndpoint(database.db, scope);
});

interface Told {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** What the workspace's endpoint is told since the last look; every `data` is what its schema says. */
async function told(): Promise<Told[]> {
  const rows = await database.sql`
    delete from webhook_deliveries where workspace_id = ${scope.workspaceId} returning message_id`;
  const ids = rows.map((row) => row.message_id).sort();
  const messages: Told[] = [];
  for (const id of ids) {
    const [row] = await database.sql`select body from webhook_messages where id = ${id}`;
    const message = JSON.parse(row?.body);
    const [, schema] = Object.entries(eventSchemas).find(([type]) => type === message.type) ?? [];
    expect(schema?.safeParse(message.data).error).toBeUndefined();
    expect(row?.body).not.toMatch(/_(live|test)_[0-9A-Za-z]{10}/);
    messages.push(message);
  }
  return messages;
}
const types = async () => (await told()).map(({ type }) => type);

test("a key that is made, rotated and revoked is told of, by name and last characters", async () => {
  const id = await makeKey(database.db, scope, { name: "Nightly" });
  const [created] = await told();
  expect(created).toMatchObject({
    type: "api_key.created",
    data: { api_key: { id, name: "Nightly", environment: "live", scopes: ["read"] } },
  });
  const rotated = await rotateKey(database.db, scope, { id, graceSeconds: 3_600 }, origin);
  expect(await told()).toMatchObject([
    {
      type: "api_key.rotated",
      data: { api_key: { id, last4: rotated.last4 }, overlap_seconds: 3_600 },
    },
  ]);
  await revokeKey(database.db, scope, { id }, origin);
  expect(await told()).toMatchObject([
    { type: "api_key.revoked", data: { api_key: { id, name: "Nightly" }, reason: "request" } },
  ]);
  await expect(revokeKey(database.db, scope, { id }, origin)).rejects.toThrow();
  expect(await told()).toEqual([]);
});

test("a leaked key is told of as exposed and revoked, once a place", async () => {
  const id = await makeKey(database.db, scope);
  const [secret] = await database.sql`
    select encode(hash, 'hex') as hash from api_key_secrets where key_id = ${id}`;
  await told();
  const found = { hash: secret?.hash, source: "github" as const, url: "https://github.com/a/b" };
  await database.db.transaction((tx) => exposeKeys(tx, [found]));
  expect(await told()).toMatchObject([
    { type: "api_key.exposed", data: { api_key: { id }, source: "github", revoked: true } },
    { type: "api_key.revoked", data: { api_key: { id }, reason: "exposed" } },
  ]);
  await database.db.transaction((tx) => exposeKeys(tx, [found]));
  expect(await told()).toEqual([]);
});

test("a key that expires is told of before, and when it has, once each end", async () => {
  const id = await makeKey(database.db, scope);
  await database.sql`
    update api_keys set created_at = now() - interval '1 year',
      expires_at = now() + interval '20 hours' where id = ${id}`;
  await told();
  await Promise.all([remindOfExpiry(database.db), remindOfExpiry(database.db)]);
  expect(await told()).toMatchObject([
    { type: "api_key.expiring", data: { api_key: { id }, days_left: 1 } },
  ]);
  expect(await tellOfExpired(database.db)).toBe(0);
  const end = () => database.sql`
    update api_keys set expires_at = now() - interval '1 minute' where id = ${id}`;
  await end();
  await Promise.all([1, 2, 3].map(() => tellOfExpired(database.db)));
  const [expired, ...more] = await told();
  expect(more).toEqual([]);
  expect(expired).toMatchObject({ type: "api_key.expired", data: { api_key: { id } } });
  expect(expired?.timestamp).toBe(expired?.data.expired_at);
  // Given more time, it ends once more.
  await end();
  expect(await tellOfExpired(database.db)).toBe(1);
  expect(await types()).toEqual(["api_key.expired"]);
});

test("a key whose rotation nobody claimed has expired too; revoked ones and old news are left out", async () => {
  const unclaimed = await makeKey(database.db, scope, { name: "Unclaimed" });
  const revoked = await makeKey(database.db, scope);
  const old = await makeKey(database.db, scope);
  await database.sql`
    update api_keys set rotation_due_at = now() - interval '8 days',
      rotation_deadline_at = now() - interval '1 hour' where id = ${unclaimed}`;
  await database.sql`
    update api_keys set expires_at = now() - interval '1 hour', revoked_at = now()
    where id = ${revoked}`;
  await database.sql`
    update api_keys set expires_at = now() - interval '8 days' where id = ${old}`;
  await told();
  await tellOfExpired(database.db);
  expect(await told()).toMatchObject([
    { type: "api_key.expired", data: { api_key: { id: unclaimed } } },
  ]);
});

test("a workspace that is deleted takes its keys along without a word", async () => {
  await makeKey(database.db, scope);
  await told();
  await database.db.transaction((tx) => endAllKeys(tx, scope.workspaceId, scope.userId, origin));
  expect(await told()).toEqual([]);
});

/** Somebody who is signed in elsewhere joins the workspace; answers them as events tell of them. */
async function join({ userId }: Scope, role: Role) {
  const { workspaceId } = scope;
  const isNew = await database.db.transaction((tx) =>
    addMember(tx, { workspaceId, userId, role }, origin),
  );
  return { isNew, member: { user_id: userId, name: "Ada", email: `${userId}@example.com` } };
}

const takeOut = (who: Scope, userId: string) =>
  database.db.transaction((tx) => removeMember(tx, who, { userId }, "keep", origin));

test("who joins a workspace is told of with their role; who is in it already is no news", async () => {
  const guest = await openWorkspace(database.db);
  await makeEndpoint(database.db, guest);
  const { isNew, member } = await join(guest, "developer");
  expect(isNew).toBe(true);
  expect(await told()).toMatchObject([
    { type: "member.added", data: { member: { ...member, role: "developer" } } },
  ]);
  expect((await join(guest, "admin")).isNew).toBe(false);
  expect(await told()).toEqual([]);
  const elsewhere = await database.sql`
    select id from webhook_deliveries where workspace_id = ${guest.workspaceId}`;
  expect([...elsewhere]).toEqual([]);
});

test("who is removed from a workspace, and who leaves it, is told of once; a refusal is no news", async () => {
  const [removed, leaver] = [await openWorkspace(database.db), await openWorkspace(database.db)];
  const { member } = await join(removed, "viewer");
  const left = await join(leaver, "billing");
  await told();
  await expect(takeOut(scope, scope.userId)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await told()).toEqual([]);
  await takeOut(scope, removed.userId);
  expect(await told()).toMatchObject([{ type: "member.removed", data: { member } }]);
  await expect(takeOut(scope, removed.userId)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await told()).toEqual([]);
  await takeOut({ ...leaver, workspaceId: scope.workspaceId, role: "billing" }, leaver.userId);
  expect(await told()).toMatchObject([{ type: "member.removed", data: { member: left.member } }]);
});

test("an account that is deleted is told of where others go on, and its own workspace ends silently", async () => {
  const guest = await openWorkspace(database.db);
  await makeEndpoint(database.db, guest);
  const { member } = await join(guest, "developer");
  await told();
  const ended = await database.db.transaction((tx) => leaveWorkspaces(tx, guest.userId, origin));
  expect(ended).toEqual([{ id: guest.workspaceId, name: "Acme" }]);
  expect(await told()).toMatchObject([{ type: "member.removed", data: { member } }]);
  const elsewhere = await database.sql`
    select id from webhook_deliveries where workspace_id = ${guest.workspaceId}`;
  expect([...elsewhere]).toEqual([]);
  const acts = await database.sql`
    select action, target_id, details from audit_log
    where workspace_id = ${scope.workspaceId} and action like 'member.%' order by at, id`;
  expect(acts.map(({ action }) => action)).toEqual(["member.joined", "member.left"]);
  expect(acts[1]).toMatchObject({
    target_id: guest.userId,
    details: { role: "developer", keys: "keep" },
  });
});

const setBalance = (usd: string) => database.sql`
  update budgets set "limit" = 100000000000, used = 100000000000 - ${usdToNanos(usd).toString()}::bigint
  where workspace_id = ${scope.workspaceId} and kind = 'balance'`;
const look = async () => {
  await Promise.all([1, 2].map(() => tellOfLowBalances(database.db)));
  await Promise.all([1, 2].map(() => tellOfDepletion(database.db)));
};
const credit = (usd: string) =>
  grantCredit(database.db, {
    ...{
      workspaceId: scope.workspaceId,
      amountNanos: usdToNanos(usd),
      reason: "Test",
      actorId: null,
    },
  });

test("a balance that falls is told of once at each step, until it has recovered", async () => {
  await database.sql`
    insert into notification_choices (user_id, notice, is_on)
    values (${scope.userId}, 'low_balance', false)`;
  await setBalance("2.50");
  await look();
  expect(await told()).toEqual([]);
  await setBalance("1.50");
  await look();
  await look();
  expect(await told()).toMatchObject([
    { type: "balance.low", data: { balance: "1.50", threshold: "2.00", currency: "usd" } },
  ]);
  await setBalance("0.01");
  await look();
  await look();
  expect(await told()).toMatchObject([{ type: "balance.depleted", data: { balance: "0.01" } }]);
  // Not yet recovered for one, recovered for the other.
  await credit("1");
  await setBalance("0.02");
  await look();
  expect(await types()).toEqual(["balance.depleted"]);
  await credit("10");
  await setBalance("0");
  await look();
  expect((await types()).sort()).toEqual(["balance.depleted", "balance.low"]);
});

test("a balance without an alert is told of when it is used up", async () => {
  await database.sql`
    insert into billing_profiles (workspace_id, alert_cents) values (${scope.workspaceId}, null)`;
  await setBalance("0.04");
  await look();
  expect(await types()).toEqual(["balance.depleted"]);
});

async function makeTopUp(): Promise<string> {
  const id = newId("topUp");
  await database.sql`
    insert into top_ups (id, workspace_id, user_id, provider, amount_cents, form_nonce)
    values (${id}, ${scope.workspaceId}, ${scope.userId}, 'demo', 2500, ${id})`;
  return id;
}
const settle = (news: PaymentNews) =>
  database.db.transaction((tx) => settleNews(tx, "demo", news, { source: "event", card: null }));

test("a top-up is told of with how it ends, and what is taken back of it", async () => {
  const id = await makeTopUp();
  const payment = { topUpId: id, sessionId: null, paymentId: `pay_${id}` };
  await settle({ kind: "failed", payment, message: "Your card was declined." });
  expect(await told()).toMatchObject([
    {
      type: "topup.failed",
      data: { topup: { id, amount: "25.00" }, reason: "Your card was declined." },
    },
  ]);
  const paid = { kind: "paid", payment, amountCents: 2_500, currency: "usd", card: null } as const;
  await Promise.all([settle(paid), settle(paid)]);
  expect(await told()).toMatchObject([
    { type: "topup.succeeded", data: { topup: { id, amount: "25.00", kind: "checkout" } } },
  ]);
  const reversal = { payment, amountCents: 1_000, currency: "usd", reason: null } as const;
  await settle({ kind: "refund", ...reversal, reversalId: "re_1", measure: "one", state: "taken" });
  await settle({ kind: "refund", ...reversal, reversalId: "re_1", measure: "one", state: "taken" });
  expect(await told()).toMatchObject([
    { type: "payment.refunded", data: { topup: { id }, amount: "10.00", status: "refunded" } },
  ]);
  await settle({ kind: "dispute", ...reversal, reversalId: "dp_1", state: "taken" });
  await settle({ kind: "dispute", ...reversal, reversalId: "dp_1", state: "lost" });
  expect((await told()).map(({ type, data }) => [type, data.status])).toEqual([
    ["payment.disputed", "opened"],
    ["payment.disputed", "lost"],
  ]);
});

test("a limit that is used up is told of once a period, and again where it was raised", async () => {
  const id = await makeKey(database.db, scope, { name: "Capped", caps: { day: "2" } });
  await told();
  const spend = (usd: string) => database.sql`
    insert into budgets (id, workspace_id, key_id, kind, unit, "interval", window_start, "limit", used)
    values (${newId("budget")}, ${scope.workspaceId}, ${id}, 'cap', 'nanos', 'day',
      window_start('day', now()), 0, ${usdToNanos(usd).toString()})
    on conflict (workspace_id, key_id, kind, unit, "interval", window_start)
    do update set used = excluded.used`;
  await spend("1.99");
  await tellOfLimits(database.db);
  expect(await told()).toEqual([]);
  await spend("2");
  await Promise.all([1, 2, 3].map(() => tellOfLimits(database.db)));
  const [reached, ...more] = await told();
  expect(more).toEqual([]);
  expect(reached).toMatchObject({
    type: "limit.reached",
    data: {
      ...{ limit: "spend_cap", period: "day", unit: "usd", value: "2.00", used: "2.00" },
      api_key: { id, name: "Capped" },
    },
  });
  expect(Date.parse(String(reached?.data.resets_at))).toBeGreaterThan(Date.now());
  await database.sql`update api_keys set cap_day_nanos = 3000000000 where id = ${id}`;
  await tellOfLimits(database.db);
  expect(await told()).toEqual([]);
  await spend("3");
  await tellOfLimits(database.db);
  expect(await types()).toEqual(["limit.reached"]);

  await database.sql`
    update workspaces set requests_per_month = 5 where id = ${scope.workspaceId}`;
  await database.sql`
    insert into budgets (id, workspace_id, kind, unit, "interval", window_start, "limit", used)
    values (${newId("budget")}, ${scope.workspaceId}, 'quota', 'requests', 'month',
      window_start('month', now()), 5, 5)`;
  await tellOfLimits(database.db);
  expect(await told()).toMatchObject([
    {
      type: "limit.reached",
      data: { limit: "quota", period: "month", unit: "requests", value: "5", api_key: null },
    },
  ]);
});

test("a cap that is nearly spent is used up once a request was refused for it", async () => {
  const id = await makeKey(database.db, scope, { caps: { day: "2" } });
  await told();
  await database.sql`
    insert into budgets (id, workspace_id, key_id, kind, unit, "interval", window_start, "limit", used)
    values (${newId("budget")}, ${scope.workspaceId}, ${id}, 'cap', 'nanos', 'day',
      window_start('day', now()), 0, 1900000000)`;
  await tellOfLimits(database.db);
  expect(await told()).toEqual([]);
  await database.sql`
    insert into request_log (id, at, workspace_id, key_id, method, path, model, stream, status, outcome,
      error_code, details, cost_nanos, held_nanos, latency_ms, address, user_agent, instance_id)
    values (${newId("request")}, now(), ${scope.workspaceId}, ${id}, 'POST', '/v1/chat/completions',
      'gpt-4', false, 403, 'refused', 'quota',
      ${database.sql.json({ source: "key_cap", period: "day" })}, 0, 0, 1, '', '', 'gw_1')`;
  await tellOfLimits(database.db);
  expect(await told()).toMatchObject([{ type: "limit.reached", data: { used: "1.90" } }]);
});

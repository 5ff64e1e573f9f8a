import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { listAuditLog } from "@/lib/audit/log";
import { readAuditLogQuery } from "@/lib/audit/log-query";
import { listOperatorLog } from "@/lib/audit/operator-log";
import { readOperatorLogQuery } from "@/lib/audit/operator-log-query";
import { recorderOf } from "@/lib/audit/operator-record";
import { findLiveSession, scopeOf, signedInOf } from "@/lib/auth/queries";
import { openTestAccount, testVisitor } from "@/lib/auth/testing/account";
import { addOperator, removeOperator } from "@/lib/operators/operators";
import { endStaleViews, leaveSupportView, startSupportView } from "@/lib/operators/support-views";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let opened = 0;

async function openPair() {
  const { db } = database;
  opened++;
  const customer = await openTestAccount(db, `customer${opened}@example.com`);
  const operator = await openTestAccount(db, `operator${opened}@example.com`, { isVerified: true });
  await addOperator(db, operator.email);
  const { userId, sessionId } = operator;
  const look = (workspaceId = customer.workspaceId) =>
    db.transaction((tx) =>
      startSupportView(
        tx,
        { userId, sessionId },
        { workspaceId, reason: "Ticket 1" },
        recorderOf(tx, userId, testVisitor),
      ),
    );
  const leave = () =>
    db.transaction((tx) => leaveSupportView(tx, sessionId, recorderOf(tx, userId, testVisitor)));
  const membership = async () => (await findLiveSession(db, sessionId))?.membership;
  const acts = async () => {
    const rows = await database.sql`
      select action, details from audit_log
      where workspace_id = ${customer.workspaceId} and actor_type = 'operator' order by at, id`;
    return rows.map(({ action, details }) => [action, details.by ?? details.reason]);
  };
  return { customer, operator, look, leave, membership, acts };
}

test("a look is in the customer's workspace as somebody who may do nothing, until it is left", async () => {
  const { customer, operator, look, leave, membership, acts } = await openPair();
  await look();
  const live = await findLiveSession(database.db, operator.sessionId, operator.workspaceId);
  expect(live).toMatchObject({
    user: { id: operator.userId },
    membership: { workspace: { id: customer.workspaceId }, role: "viewer" },
  });
  expect(live && scopeOf(live)).toMatchObject({ role: "viewer", supportView: expect.anything() });
  // What they do as themselves leaves nothing in the customer's workspace.
  expect(live && signedInOf(live).workspaceId).toBeNull();
  const [own] = await database.sql`
    select count(*)::int as n from members where user_id = ${operator.userId}
    and workspace_id = ${customer.workspaceId}`;
  expect(own?.n).toBe(0);
  expect(await leave()).toBe(customer.workspaceId);
  expect(await leave()).toBeNull();
  expect(await membership()).toMatchObject({
    workspace: { id: operator.workspaceId },
    role: "owner",
    supportView: null,
  });
  expect(await acts()).toEqual([
    ["support_view.started", "Ticket 1"],
    ["support_view.ended", "left"],
  ]);
});

test("a look is over after its hour, when its session ends, and when who looks is no operator", async () => {
  const { db, sql } = database;
  const endings: [string, (pair: Awaited<ReturnType<typeof openPair>>) => Promise<unknown>][] = [
    [
      "time",
      ({ operator }) => sql`
      update support_views set expires_at = now() where session_id = ${operator.sessionId}`,
    ],
    [
      "signed_out",
      ({ operator }) => sql`
      update sessions set revoked_at = now() where id = ${operator.sessionId}`,
    ],
    ["no_operator", ({ operator }) => removeOperator(db, operator.email)],
  ];
  for (const [by, end] of endings) {
    const pair = await openPair();
    await pair.look();
    expect(await endStaleViews(db)).toBe(0);
    await end(pair);
    expect((await pair.membership())?.supportView ?? null).toBeNull();
    expect(await endStaleViews(db)).toBe(1);
    expect((await pair.acts()).at(-1)).toEqual(["support_view.ended", by]);
  }
});

test("one browser looks at one account at a time, for an hour, and at none that isn't", async () => {
  const { look, membership, acts } = await openPair();
  const other = await openPair();
  await look();
  const untilMs = (await membership())?.supportView?.expiresAt.getTime() ?? 0;
  expect(Math.abs(untilMs - Date.now() - 3_600_000)).toBeLessThan(60_000);
  await look(other.customer.workspaceId);
  expect((await membership())?.workspace.id).toBe(other.customer.workspaceId);
  expect((await acts()).at(-1)).toEqual(["support_view.ended", "another_look"]);
  await expect(look("ws_00000000000000000000000000")).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await membership())?.workspace.id).toBe(other.customer.workspaceId);
});

test("a row in support_views does nothing for somebody who is no operator, nor in another's session", async () => {
  const { db, sql } = database;
  const { customer } = await openPair();
  const eve = await openTestAccount(db, "eve@example.com");
  await sql`
    insert into support_views (id, session_id, user_id, workspace_id, reason, expires_at)
    values ('view_eve', ${eve.sessionId}, ${eve.userId}, ${customer.workspaceId}, 'x',
      now() + interval '1 hour')`;
  const live = await findLiveSession(db, eve.sessionId);
  expect(live?.membership?.workspace.id).toBe(eve.workspaceId);
});

test("the customer reads that support did it and why, never who; operators read who", async () => {
  const { db } = database;
  const { customer, operator, look } = await openPair();
  await look();
  const everything = readAuditLogQuery(new URLSearchParams("actor=support"));
  const { acts } = await listAuditLog(db, customer, everything);
  expect(acts).toMatchObject([
    {
      action: "support_view.started",
      actor: { type: "operator", id: null, name: null },
      address: null,
      userAgent: null,
      details: { reason: "Ticket 1" },
    },
  ]);
  const shown = JSON.stringify(
    await listAuditLog(db, customer, readAuditLogQuery(new URLSearchParams())),
  );
  expect(shown).not.toContain(operator.userId);
  expect(shown).not.toContain(operator.email);
  const byId = readAuditLogQuery(new URLSearchParams({ actor: operator.userId }));
  expect((await listAuditLog(db, customer, byId)).acts).toEqual([]);

  const query = readOperatorLogQuery(
    new URLSearchParams({ account: customer.workspaceId, operator: operator.userId }),
  );
  const page = await listOperatorLog(db, query);
  expect(page.acts).toMatchObject([
    {
      actor: { id: operator.userId, name: "Ada" },
      account: { id: customer.workspaceId },
      address: testVisitor.address,
    },
  ]);
});

test("the operators' log holds who was made one, and goes on page by page without a gap", async () => {
  const { db } = database;
  const all = await listOperatorLog(db, readOperatorLogQuery(new URLSearchParams()), 1_000);
  expect(all.acts.map(({ action }) => action)).toContain("operator.added");
  expect(all.olderThan).toBeNull();
  const walked: string[] = [];
  for (let before: string | null = ""; before !== null; ) {
    const query = { ...readOperatorLogQuery(new URLSearchParams()), before };
    const page = await listOperatorLog(db, query, 3);
    walked.push(...page.acts.map(({ id }) => id));
    before = page.olderThan;
  }
  expect(walked).toEqual(all.acts.map(({ id }) => id));
  const only = readOperatorLogQuery(new URLSearchParams("group=operators&range=24h"));
  const actions = (await listOperatorLog(db, only)).acts.map(({ action }) => action.split(".")[0]);
  expect(new Set(actions)).toEqual(new Set(["operator"]));
});

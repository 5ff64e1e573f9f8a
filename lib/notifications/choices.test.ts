import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { tellManagers } from "@/app/(dashboard)/settings/members/tell";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { tellOfLowBalances, tellOfPayments } from "@/lib/jobs/billing-mails";
import { openRotations, remindOfExpiry } from "@/lib/jobs/reminders";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import { memberJoinedMail } from "@/lib/mail/member-templates";
import { readNotices, setNotice } from "@/lib/notifications/choices";
import { noticeNames, noticeOfMail, notices } from "@/lib/notifications/notices";
import { SetNotice } from "@/lib/notifications/schema";
import type { Scope } from "@/lib/scope";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let scope: Scope;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await openWorkspace(database.db);
});

const turn = (notice: SetNotice["notice"], isOn: boolean, who = scope) =>
  setNotice(database.db, who, { notice, isOn }, origin);

async function readersOf(kind: string): Promise<string[]> {
  const rows = await database.sql`
    select user_id from mails where workspace_id = ${scope.workspaceId} and kind = ${kind}`;
  return rows.map((row) => row.user_id);
}

async function addOwner(): Promise<string> {
  const id = newId("user");
  await database.sql`insert into users (id, name, email) values (${id}, 'M', ${`${id}@example.com`})`;
  await database.sql`
    insert into members (workspace_id, user_id, role) values (${scope.workspaceId}, ${id}, 'owner')`;
  return id;
}

async function payTopUp(): Promise<string> {
  const id = newId("topUp");
  await database.sql`
    insert into top_ups (id, workspace_id, user_id, provider, amount_cents, form_nonce, status,
      completed_at)
    values (${id}, ${scope.workspaceId}, ${scope.userId}, 'demo', 1000, ${id}, 'succeeded', now())`;
  return id;
}

/** What makes each kind of mail fall due, and the kind that comes. */
const occasions: Record<SetNotice["notice"], { mail: string; happen: () => Promise<unknown> }> = {
  key_expiring: {
    mail: "key_expiring",
    async happen() {
      const id = await makeKey(database.db, scope);
      await database.sql`
        update api_keys set created_at = now() - interval '1 year',
          expires_at = now() + interval '20 hours' where id = ${id}`;
      await remindOfExpiry(database.db);
    },
  },
  rotation_due: {
    mail: "rotation_due",
    async happen() {
      const id = await makeKey(database.db, scope);
      await database.sql`
        update api_keys set rotation_days = 30, rotation_due_at = now() where id = ${id}`;
      await openRotations(database.db);
    },
  },
  low_balance: {
    mail: "balance_depleted",
    async happen() {
      await database.sql`
        insert into billing_profiles (workspace_id, alert_cents, alert_armed)
        values (${scope.workspaceId}, 500, true)`;
      await database.sql`
        update budgets set "limit" = 1000000, used = 1000000
        where workspace_id = ${scope.workspaceId} and kind = 'balance'`;
      await tellOfLowBalances(database.db);
    },
  },
  auto_top_up: {
    mail: "auto_top_up_failed",
    async happen() {
      const id = await payTopUp();
      await database.sql`update top_ups set kind = 'auto', status = 'failed' where id = ${id}`;
      await tellOfPayments(database.db);
    },
  },
  receipt: {
    mail: "receipt",
    async happen() {
      await payTopUp();
      await tellOfPayments(database.db);
    },
  },
  members: {
    mail: "member_joined",
    async happen() {
      const facts = { workspaceName: "Acme", memberName: "Bo", memberEmail: "bo@example.com" };
      const mail = memberJoinedMail({ ...facts, role: "viewer" });
      await tellManagers(database.db, scope.workspaceId, [], "member_joined", mail);
    },
  },
};

test.each(noticeNames)("%s: whoever turned it off gets none, everybody else does", async (name) => {
  const other = await addOwner();
  await turn(name, false);
  const { mail, happen } = occasions[name];
  expect(noticeOfMail(mail)).toBe(name);
  await happen();
  expect(await readersOf(mail)).toEqual([other]);
  expect((await readNotices(database.db, scope))[name]).toBe(false);
});

test.each(noticeNames)("%s: without a choice, and turned on again, it comes", async (name) => {
  expect((await readNotices(database.db, scope))[name]).toBe(true);
  await turn(name, false);
  await turn(name, true);
  const { mail, happen } = occasions[name];
  await happen();
  expect(await readersOf(mail)).toEqual([scope.userId]);
});

test("payments that nobody wants to hear of are looked at no more, and aren't told later", async () => {
  await turn("receipt", false);
  for (let i = 0; i < 3; i++) await payTopUp();
  expect(await tellOfPayments(database.db)).toBe(0);
  await turn("receipt", true);
  expect(await tellOfPayments(database.db)).toBe(0);
  await payTopUp();
  expect(await tellOfPayments(database.db)).toBe(1);
});

test("mails that can be turned off say where; the others don't", async () => {
  await occasions.receipt.happen();
  await occasions.key_expiring.happen();
  const rows = await database.sql`
    select text, html from mails where workspace_id = ${scope.workspaceId}`;
  expect(rows).toHaveLength(2);
  for (const { text, html } of rows) {
    expect(text).toMatch(/unsubscribe: http:\/\/\S+\/settings\/notifications\n/);
    expect(html).toMatch(/<a [^>]*href="http:[^"]+\/settings\/notifications"/);
  }
  for (const kind of ["key_exposed", "refund", "dispute", "password_changed", "__proto__"]) {
    expect(noticeOfMail(kind)).toBeNull();
  }
});

test("a choice is one row and one act, however often it is made", async () => {
  await Promise.all([turn("receipt", false), turn("receipt", false), turn("receipt", false)]);
  const acts = await database.sql`
    select details from audit_log
    where workspace_id = ${scope.workspaceId} and action = 'user.notifications_changed'`;
  expect(acts.map(({ details }) => details)).toEqual([{ turnedOff: [notices.receipt.label] }]);
});

test("security mails, and anything else that isn't on the list, can't be chosen", () => {
  for (const notice of ["security", "refund", "", "__proto__", null, 1, ["receipt"]]) {
    expect(SetNotice.safeParse({ notice, isOn: false }).success).toBe(false);
  }
  for (const isOn of ["false", 0, null, undefined]) {
    expect(SetNotice.safeParse({ notice: "receipt", isOn }).success).toBe(false);
  }
});

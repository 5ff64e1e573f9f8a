import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { adjustBalance, collectDebts, grantCredit } from "@/lib/billing/adjustment";
import { type CustomerMovement, giveToCustomer, takeFromCustomer } from "@/lib/billing/journal";
import { setLowBalanceAlert } from "@/lib/billing/profile-mutations";
import { receiptNumber } from "@/lib/billing/receipt-number";
import { endTopUp } from "@/lib/billing/testing/saved-card";
import { chargeUsage, createTestScope } from "@/lib/billing/testing/workspace";
import { newId } from "@/lib/id";
import { tellOfLowBalances, tellOfPayments, tellOfReversals } from "@/lib/jobs/billing-mails";
import { deliverMail } from "@/lib/mail/deliver";
import { headersOf, startMailServer } from "@/lib/mail/testing/smtp";
import { smtpTransport } from "@/lib/mail/transport";
import { centsToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { startOfHour } from "@/lib/time";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let scope: Scope;
const origin = { address: null, userAgent: null };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await createTestScope(database.db);
});

const credit = (cents: number) =>
  grantCredit(database.db, {
    ...{ workspaceId: scope.workspaceId, amountNanos: centsToNanos(cents) },
    ...{ reason: "Credit", actorId: null },
  });
const spend = (cents: number) =>
  chargeUsage(database.db, scope, startOfHour(new Date()), centsToNanos(cents));
const alertAt = (alertCents: number | null) =>
  setLowBalanceAlert(database.db, scope, { alertCents }, origin);
const inParallel = (task: (db: TestDatabase["db"]) => Promise<number>) =>
  Promise.all(Array.from({ length: 6 }, () => task(database.db)));

async function mailsOf(kind?: string) {
  const rows = await database.sql`
    select id, kind, to_address, user_id, subject, text, html from mails
    where workspace_id = ${scope.workspaceId} and (${kind ?? null}::text is null or kind = ${kind ?? null})
    order by created_at, id`;
  return rows.map((row) => ({ ...row }));
}

const kinds = async () => (await mailsOf()).map((mail) => mail.kind);

async function addMember(role: string): Promise<string> {
  const id = newId("user");
  await database.sql`insert into users (id, name, email) values (${id}, 'M', ${`${id}@example.com`})`;
  await database.sql`
    insert into members (workspace_id, user_id, role) values (${scope.workspaceId}, ${id}, ${role})`;
  return id;
}

async function addTopUp(amountCents: number, kind = "checkout"): Promise<string> {
  const id = newId("topUp");
  await database.sql`
    insert into top_ups (id, workspace_id, user_id, provider, kind, amount_cents, form_nonce)
    values (${id}, ${scope.workspaceId}, ${scope.userId}, 'demo', ${kind}, ${amountCents}, ${id})`;
  return id;
}

describe("a balance that falls below its alert", () => {
  test("is told of once, whoever looks and however often, and again only after it has recovered", async () => {
    await credit(500);
    await spend(299);
    await inParallel(tellOfLowBalances);
    expect(await kinds()).toEqual([]);
    await spend(2);
    await inParallel(tellOfLowBalances);
    await inParallel(tellOfLowBalances);
    expect(await kinds()).toEqual(["low_balance"]);

    // To $2.39, which is above the threshold and not a fifth above it; and below it again.
    await credit(40);
    await spend(100);
    await inParallel(tellOfLowBalances);
    expect(await kinds()).toEqual(["low_balance"]);

    await credit(101);
    await spend(41);
    await inParallel(tellOfLowBalances);
    expect(await kinds()).toEqual(["low_balance", "low_balance"]);
  });

  test("is told of again though the credit between was spent before anybody looked", async () => {
    await credit(500);
    await spend(301);
    await tellOfLowBalances(database.db);
    await credit(1_000);
    await spend(1_001);
    await tellOfLowBalances(database.db);
    expect(await kinds()).toEqual(["low_balance", "low_balance"]);
  });

  test("is told of once more when it is as good as gone, and once in all where it fell that far at once", async () => {
    await credit(500);
    await spend(350);
    await inParallel(tellOfLowBalances);
    await spend(146);
    await inParallel(tellOfLowBalances);
    await spend(1);
    await inParallel(tellOfLowBalances);
    expect(await kinds()).toEqual(["low_balance", "balance_depleted"]);
    await credit(1_000);
    await spend(1_003);
    await inParallel(tellOfLowBalances);
    await inParallel(tellOfLowBalances);
    expect(await kinds()).toEqual(["low_balance", "balance_depleted", "balance_depleted"]);
  });

  test("is told to owners, admins and billing members, at the threshold they chose, with a link to Billing", async () => {
    const admin = await addMember("admin");
    const billing = await addMember("billing");
    await addMember("developer");
    await addMember("viewer");
    await credit(10_000);
    await alertAt(5_000);
    await spend(5_001);
    await tellOfLowBalances(database.db);
    const mails = await mailsOf("low_balance");
    expect(mails.map((mail) => mail.user_id).sort()).toEqual([scope.userId, admin, billing].sort());
    expect(mails[0]?.subject).toBe("Your balance is below $50.00");
    expect(mails[0]?.text).toContain("/billing");
  });

  test("is told to nobody where no alert is wanted, nothing was ever spent, or the workspace is suspended", async () => {
    await credit(100);
    await tellOfLowBalances(database.db);
    await alertAt(null);
    await spend(99);
    await tellOfLowBalances(database.db);
    expect(await kinds()).toEqual([]);
    await alertAt(300);
    await database.sql`update workspaces set suspended_at = now() where id = ${scope.workspaceId}`;
    await tellOfLowBalances(database.db);
    expect(await kinds()).toEqual([]);
  });

  test("without a mail leaves the alert armed: both happen or neither", async () => {
    await credit(500);
    await spend(400);
    await database.sql`alter table mails add constraint no_mail check (kind <> 'low_balance') not valid`;
    await expect(tellOfLowBalances(database.db)).rejects.toThrow();
    await database.sql`alter table mails drop constraint no_mail`;
    await tellOfLowBalances(database.db);
    expect(await kinds()).toEqual(["low_balance"]);
  });
});

describe("a payment that arrived", () => {
  test.each(["checkout", "auto"])("by %s is receipted once, whoever looks", async (kind) => {
    const id = await addTopUp(2_500, kind);
    await inParallel(tellOfPayments);
    expect(await kinds()).toEqual([]);
    await endTopUp(database.db, id, "succeeded");
    await inParallel(tellOfPayments);
    await inParallel(tellOfPayments);
    const [mail, ...others] = await mailsOf();
    expect(others).toEqual([]);
    expect(mail?.kind).toBe("receipt");
    for (const part of ["$25.00", "UTC", receiptNumber(id), `/billing/receipts/${id}`]) {
      expect(mail?.text).toContain(part);
      expect(mail?.html).toContain(part);
    }
  });

  test("long ago is not receipted, nor is a checkout that failed told of", async () => {
    const old = await addTopUp(500);
    await endTopUp(database.db, old, "succeeded");
    await database.sql`update top_ups set completed_at = now() - interval '4 days' where id = ${old}`;
    await endTopUp(database.db, await addTopUp(500), "failed");
    await tellOfPayments(database.db);
    expect(await kinds()).toEqual([]);
  });

  test("is receipted through a real mail server, in text and HTML, without what the workspace's name might smuggle in", async () => {
    await database.sql`
      update workspaces set name = ${"<b>Evil</b>\r\nBcc: all@example.com"} where id = ${scope.workspaceId}`;
    await endTopUp(database.db, await addTopUp(2_500), "succeeded");
    await tellOfPayments(database.db);
    const [mail] = await mailsOf("receipt");
    const server = await startMailServer();
    try {
      const url = `smtp://127.0.0.1:${server.port}`;
      const transport = smtpTransport({ url, from: "Gatehouse <no-reply@example.com>" });
      expect(await deliverMail(database.db, transport, String(mail?.id))).toBe("sent");
      expect(server.received).toHaveLength(1);
      const raw = server.received[0]?.raw ?? "";
      expect(headersOf(raw)).toContain("Subject: Receipt for your $25.00 top-up");
      expect(headersOf(raw).filter((header) => /^bcc:/i.test(header))).toEqual([]);
      expect(raw).toMatch(/Content-Type: text\/plain/);
      expect(raw).toMatch(/Content-Type: text\/html/);
      expect(String(mail?.html)).not.toContain("<b>Evil");
    } finally {
      await server.close();
    }
  });
});

describe("money that goes back", () => {
  /** A credited payment, and the row of what becomes of it. */
  async function reversedTopUp(kind: "refund" | "dispute") {
    const id = await addTopUp(2_500);
    await endTopUp(database.db, id, "succeeded");
    const reversalId = newId("reversal");
    await database.sql`
      insert into payment_reversals
        (id, provider, provider_reversal_id, kind, top_up_id, amount_cents, currency, status)
      values (${reversalId}, 'demo', ${reversalId}, ${kind}, ${id}, 1000, 'usd', 'booked')`;
    return { id, reversalId };
  }

  const movement = (reference: string, kind: "refund" | "dispute"): CustomerMovement => ({
    ...{ workspaceId: scope.workspaceId, kind, reference, description: "Back" },
    account: kind === "refund" ? "processor" : "disputes",
    amountNanos: centsToNanos(1_000),
  });

  test("is told of once a movement: a refund, one that failed, a dispute opened and won", async () => {
    const { db } = database;
    const refund = await reversedTopUp("refund");
    const dispute = await reversedTopUp("dispute");
    const tell = async () => {
      await inParallel(tellOfReversals);
      return (await mailsOf()).map((mail) => mail.subject);
    };
    const book = (task: typeof takeFromCustomer, reference: string, kind: "refund" | "dispute") =>
      db.transaction((tx) => task(tx, movement(reference, kind)));
    await book(takeFromCustomer, `refund:${refund.id}:1`, "refund");
    await tell();
    await book(giveToCustomer, `refund:${refund.id}:2`, "refund");
    await tell();
    await book(takeFromCustomer, `dispute:${dispute.reversalId}:opened`, "dispute");
    await tell();
    await book(giveToCustomer, `dispute:${dispute.reversalId}:won`, "dispute");
    await tell();
    expect(await tell()).toEqual([
      "We refunded $10.00",
      "A refund of $10.00 failed",
      "A payment of yours is disputed ($10.00)",
      "A dispute was withdrawn ($10.00)",
    ]);
    const [first] = await mailsOf("refund");
    expect(first?.text).toContain(refund.id);
    const [opened] = await mailsOf("dispute");
    expect(opened?.text).toContain(dispute.id);
  });

  test("P3 and found too little becomes a debt, which is collected from what is free, as far as it goes", async () => {
    const { db, sql } = database;
    const { id } = await reversedTopUp("refund");
    await spend(2_000);
    await db.transaction((tx) => takeFromCustomer(tx, movement(`refund:${id}:1`, "refund")));
    const owed = async () => {
      const [row] = await sql`
        select coalesce(-sum(amount_nanos), 0)::text as owed from ledger_entries
        where workspace_id = ${scope.workspaceId} and account = 'receivable'`;
      return Number(row?.owed) / 10_000_000;
    };
    expect(await owed()).toBe(500);
    expect((await inParallel(collectDebts)).every((made) => made === 0)).toBe(true);

    await credit(200);
    await sql`
      update budgets set held = ${centsToNanos(50).toString()}
      where workspace_id = ${scope.workspaceId} and kind = 'balance'`;
    expect((await inParallel(collectDebts)).reduce((sum, made) => sum + made, 0)).toBe(1);
    expect(await owed()).toBe(350);
    await sql`update budgets set held = 0 where workspace_id = ${scope.workspaceId} and kind = 'balance'`;
    await credit(1_000);
    await inParallel(collectDebts);
    expect(await owed()).toBe(0);
    const [row] = await sql`
      select ("limit" - used)::text as balance from budgets
      where workspace_id = ${scope.workspaceId} and kind = 'balance'`;
    expect(row?.balance).toBe(centsToNanos(700).toString());
  });
});

describe("an adjustment", () => {
  const adjust = (cents: number, nonce?: string) =>
    adjustBalance(database.db, {
      ...{ workspaceId: scope.workspaceId, amountNanos: centsToNanos(cents) },
      ...{ reason: "Goodwill", actorId: null, ...(nonce === undefined ? {} : { nonce }) },
    });

  test("goes both ways, never below what is free, and once a form", async () => {
    expect(await adjust(500, "form-1")).toMatch(/^txn_/);
    expect(await adjust(500, "form-1")).toBeNull();
    await expect(adjust(-501)).rejects.toMatchObject({ code: "CONFLICT" });
    await adjust(-499);
    await expect(adjust(0)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    const [row] = await database.sql`
      select ("limit" - used)::text as balance from budgets
      where workspace_id = ${scope.workspaceId} and kind = 'balance'`;
    expect(row?.balance).toBe(centsToNanos(1).toString());
    const acts = await database.sql`
      select details from audit_log where workspace_id = ${scope.workspaceId}
        and action = 'balance.adjusted'`;
    expect(acts).toHaveLength(2);
  });

  test("needs a reason, and a grant more than nothing", async () => {
    const input = { workspaceId: scope.workspaceId, amountNanos: 1n, reason: "  ", actorId: null };
    await expect(adjustBalance(database.db, input)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
    });
    const less = { ...input, amountNanos: -1n, reason: "x" };
    await expect(grantCredit(database.db, less)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
    });
  });
});

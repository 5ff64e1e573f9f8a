import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { pauseAutoTopUp, rearmAutoTopUp } from "@/lib/billing/auto-top-up-state";
import { getBillingProfile } from "@/lib/billing/profile";
import { resumeAutoTopUp, setAutoTopUp } from "@/lib/billing/profile-mutations";
import { endTopUp, fundBalance, saveTestCard } from "@/lib/billing/testing/saved-card";
import { chargeUsage, createTestScope } from "@/lib/billing/testing/workspace";
import { newId } from "@/lib/id";
import { type CardCharger, runAutoTopUps } from "@/lib/jobs/auto-top-ups";
import { tellOfPayments } from "@/lib/jobs/billing-mails";
import { centsToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { startOfHour } from "@/lib/time";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
let scope: Scope;
const origin = { address: null, userAgent: null };
const figures = { thresholdCents: 500, restoreCents: 2_500, monthlyLimitCents: 10_000 };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
/** A workspace with $4 left of $10, a saved card, and auto top-up on. */
beforeEach(async () => {
  await database.sql`update billing_profiles set auto_top_up = false`;
  scope = await createTestScope(database.db);
  await fundBalance(database.db, scope, 1_000, `fund:${scope.workspaceId}`);
  await spend(600);
  await saveTestCard(database.db, scope);
  await setAutoTopUp(database.db, scope, figures, origin);
});

const spend = (cents: number) =>
  chargeUsage(database.db, scope, startOfHour(new Date()), centsToNanos(cents));

/** A bank that answers each charge by the script, the last answer again and again. */
function bank(...answers: ("succeeded" | "failed" | "needs_action" | "silence" | "crash")[]) {
  const charged: string[] = [];
  const charger: CardCharger = {
    provider: "demo",
    async charge(db, topUpId) {
      const answer = answers[Math.min(charged.length, answers.length - 1)];
      charged.push(topUpId);
      if (answer === "crash") throw new Error("cut off");
      if (answer && answer !== "silence") await endTopUp(db, topUpId, answer);
    },
  };
  return { charger, charged };
}

const run = (charger: CardCharger) => runAutoTopUps(database.db, charger);

async function topUpsOf(workspaceId = scope.workspaceId) {
  const rows = await database.sql`
    select kind, status, amount_cents, user_id from top_ups where workspace_id = ${workspaceId}
    order by created_at, id`;
  return rows.map((row) => ({ ...row }));
}

const auto = async () => (await getBillingProfile(database.db, scope)).autoTopUp;

async function mailsOf(kind: string) {
  const rows = await database.sql`
    select to_address, subject, text, html from mails
    where workspace_id = ${scope.workspaceId} and kind = ${kind} order by created_at, id`;
  return rows.map((row) => ({ ...row }));
}

/** Lets the wait after a decline pass. */
const letWaitPass = () =>
  database.sql`update billing_profiles set auto_retry_at = now() - interval '1 second'
    where workspace_id = ${scope.workspaceId} and auto_retry_at is not null`;

describe("a balance below the threshold", () => {
  test("is restored with the saved card, once, for whoever switched it on", async () => {
    const { charger, charged } = bank("succeeded");
    expect(await run(charger)).toBe(1);
    expect(await run(charger)).toBe(0);
    expect(charged).toHaveLength(1);
    expect(await topUpsOf()).toEqual([
      { kind: "auto", status: "succeeded", amount_cents: 2_100, user_id: scope.userId },
    ]);
    expect(await auto()).toMatchObject({ chargedThisMonthCents: 2_100, open: null, failures: 0 });
  });

  test("P7 with eight workers at once is charged once, and once more only after that one has ended", async () => {
    const { charger, charged } = bank("silence");
    await Promise.all(Array.from({ length: 8 }, () => run(charger)));
    await Promise.all(Array.from({ length: 8 }, () => run(charger)));
    expect(charged).toHaveLength(1);
    expect(await auto()).toMatchObject({ open: { amountCents: 2_100, status: "pending" } });
    await endTopUp(database.db, charged[0] ?? "", "succeeded");
    await spend(2_200);
    await Promise.all(Array.from({ length: 8 }, () => run(charger)));
    expect(charged).toHaveLength(2);
  });

  test("has one open payment even for a worker that believes there is none", async () => {
    const { charger } = bank("silence");
    await run(charger);
    const insert = database.sql`
      insert into top_ups (id, workspace_id, user_id, provider, kind, amount_cents, form_nonce)
      select ${newId("topUp")}, workspace_id, user_id, provider, kind, amount_cents, form_nonce
      from top_ups where workspace_id = ${scope.workspaceId}`;
    await expect(insert).rejects.toThrow(/top_ups_nonce_key/);
  });

  test("of a worker that was cut off after the row is not charged again under another id", async () => {
    const { charger, charged } = bank("crash", "succeeded");
    await run(charger);
    await run(charger);
    expect(charged).toHaveLength(1);
    expect(await auto()).toMatchObject({ open: { status: "pending" } });
    const [row] = await database.sql`
      select check_at > now() and check_at <= now() + interval '1 minute' as is_looked_at
      from top_ups where id = ${charged[0] ?? ""}`;
    expect(row?.is_looked_at).toBe(true);
  });

  test("of one workspace is charged though another's charge fails", async () => {
    const other = scope;
    scope = await createTestScope(database.db);
    await fundBalance(database.db, scope, 400, `fund:${scope.workspaceId}`);
    await saveTestCard(database.db, scope);
    await setAutoTopUp(database.db, scope, figures, origin);
    const { charger } = bank("crash", "succeeded");
    await run(charger);
    const statuses = [...(await topUpsOf()), ...(await topUpsOf(other.workspaceId))];
    expect(statuses.map((row) => row.status).sort()).toEqual(["pending", "succeeded"]);
  });

  test.each([
    ["suspended", "update workspaces set suspended_at = now()"],
    ["deleted", "update workspaces set deleted_at = now()"],
    ["paid through another provider", "update billing_profiles p set provider = 'stripe'"],
  ])("of a workspace that is %s is left alone", async (_what, change) => {
    const key = change.includes("workspaces set") ? "id" : "workspace_id";
    await database.sql.unsafe(`${change} where ${key} = '${scope.workspaceId}'`);
    const { charger, charged } = bank("succeeded");
    await run(charger);
    expect(charged).toEqual([]);
  });
});

describe("the monthly limit", () => {
  const limit = (monthlyLimitCents: number) =>
    setAutoTopUp(database.db, scope, { ...figures, monthlyLimitCents }, origin);

  test("cuts the last payment, then pauses, says so once, and ends with the month or a higher limit", async () => {
    await limit(3_000);
    const { charger } = bank("succeeded");
    await run(charger);
    await spend(2_400);
    await run(charger);
    expect((await topUpsOf()).map((row) => row.amount_cents)).toEqual([2_100, 900]);
    await spend(1_000);
    await Promise.all([run(charger), run(charger)]);
    await run(charger);
    expect(await auto()).toMatchObject({
      pausedReason: "monthly_limit",
      chargedThisMonthCents: 3_000,
    });
    expect(await mailsOf("auto_top_up_paused")).toHaveLength(1);

    await limit(4_000);
    await run(charger);
    expect(await auto()).toMatchObject({ pausedReason: null, chargedThisMonthCents: 4_000 });
    await spend(1_000);
    await run(charger);
    expect((await auto()).pausedReason).toBe("monthly_limit");

    await database.sql`
      update top_ups set created_at = date_trunc('month', now(), 'UTC') - interval '1 second'
      where workspace_id = ${scope.workspaceId}`;
    await run(charger);
    expect((await auto()).pausedReason).toBeNull();
    expect((await topUpsOf()).at(-1)).toMatchObject({ status: "succeeded", amount_cents: 2_500 });
  });

  test("counts what is under way, and not what was declined", async () => {
    await limit(2_500);
    const { charger } = bank("failed", "silence");
    await run(charger);
    expect(await auto()).toMatchObject({ chargedThisMonthCents: 0 });
    await letWaitPass();
    await run(charger);
    expect(await auto()).toMatchObject({ chargedThisMonthCents: 2_100 });
  });
});

describe("a decline", () => {
  test("is told of once each, waits 1 h, then 6 h, and the third pauses until the customer resumes", async () => {
    const { charger, charged } = bank("failed", "failed", "failed", "succeeded");
    for (const hours of [1, 6]) {
      await run(charger);
      await run(charger);
      const waitMs = ((await auto()).retryAt?.getTime() ?? 0) - Date.now();
      expect(waitMs / 3_600_000).toBeGreaterThan(hours - 0.1);
      expect(waitMs / 3_600_000).toBeLessThanOrEqual(hours + 0.1);
      await letWaitPass();
    }
    await run(charger);
    expect(await auto()).toMatchObject({ failures: 3, pausedReason: "declined", retryAt: null });
    await run(charger);
    expect(charged).toHaveLength(3);
    await Promise.all([tellOfPayments(database.db), tellOfPayments(database.db)]);
    await tellOfPayments(database.db);
    expect(await mailsOf("auto_top_up_failed")).toHaveLength(3);

    await resumeAutoTopUp(database.db, scope, origin);
    await run(charger);
    expect(await auto()).toMatchObject({ failures: 0, pausedReason: null });
    expect(charged).toHaveLength(4);
  });

  test("that a success follows begins the count anew", async () => {
    const { charger } = bank("failed", "failed", "succeeded", "failed");
    for (let i = 0; i < 3; i++) {
      await run(charger);
      await letWaitPass();
    }
    await spend(2_200);
    await run(charger);
    expect(await auto()).toMatchObject({ failures: 1, pausedReason: null });
  });

  test.each([
    [
      "a manual top-up",
      async () => {
        const id = newId("topUp");
        await database.sql`
          insert into top_ups (id, workspace_id, user_id, provider, amount_cents, form_nonce)
          values (${id}, ${scope.workspaceId}, ${scope.userId}, 'demo', 500, ${id})`;
        await endTopUp(database.db, id, "succeeded");
        await spend(450);
      },
    ],
    ["another card", () => database.db.transaction((tx) => rearmAutoTopUp(tx, scope.workspaceId))],
    ["the customer", () => resumeAutoTopUp(database.db, scope, origin)],
  ])("and a bank that wants the cardholder are forgotten with %s", async (_what, rearm) => {
    const { charger, charged } = bank("needs_action", "succeeded");
    await run(charger);
    await run(charger);
    expect(await auto()).toMatchObject({
      pausedReason: "needs_action",
      open: { status: "needs_action" },
    });
    await tellOfPayments(database.db);
    await tellOfPayments(database.db);
    const [mail, ...others] = await mailsOf("auto_top_up_action");
    expect(others).toEqual([]);
    expect(mail?.text).toContain("/billing");

    await rearm();
    expect(await auto()).toMatchObject({ pausedReason: null, open: null, failures: 0 });
    await spend(390);
    await run(charger);
    expect(charged).toHaveLength(2);
  });
});

test("an expired card isn't charged, and its people are told once", async () => {
  await saveTestCard(database.db, scope, { cardExpiryMonth: 1, cardExpiryYear: 2020 });
  const { charger, charged } = bank("succeeded");
  await run(charger);
  await run(charger);
  expect(charged).toEqual([]);
  expect((await auto()).pausedReason).toBe("card_expired");
  expect(await mailsOf("auto_top_up_paused")).toHaveLength(1);
  const resumed = resumeAutoTopUp(database.db, scope, origin);
  await expect(resumed).rejects.toMatchObject({ code: "CONFLICT" });
});

test("a dispute pauses, whatever paused before, and no payment ends it but the customer", async () => {
  const { db } = database;
  await db.transaction((tx) => pauseAutoTopUp(tx, scope.workspaceId, "needs_action"));
  await db.transaction((tx) => pauseAutoTopUp(tx, scope.workspaceId, "disputed"));
  await db.transaction((tx) => pauseAutoTopUp(tx, scope.workspaceId, "declined"));
  const id = newId("topUp");
  await database.sql`
    insert into top_ups (id, workspace_id, user_id, provider, amount_cents, form_nonce)
    values (${id}, ${scope.workspaceId}, ${scope.userId}, 'demo', 500, ${id})`;
  await endTopUp(db, id, "succeeded");
  expect((await auto()).pausedReason).toBe("disputed");
  await resumeAutoTopUp(db, scope, origin);
  expect((await auto()).pausedReason).toBeNull();
});

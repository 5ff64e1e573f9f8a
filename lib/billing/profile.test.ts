import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { pauseAutoTopUp } from "@/lib/billing/auto-top-up-state";
import { getBillingProfile } from "@/lib/billing/profile";
import {
  forgetCard,
  resumeAutoTopUp,
  setAutoTopUp,
  setLowBalanceAlert,
  turnOffAutoTopUp,
} from "@/lib/billing/profile-mutations";
import { autoTopUpDefaults } from "@/lib/billing/profile-schema";
import { saveTestCard } from "@/lib/billing/testing/saved-card";
import { createTestScope } from "@/lib/billing/testing/workspace";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let scope: Scope;
const origin = { address: "203.0.113.9", userAgent: "test" };
const figures = { thresholdCents: 1_000, restoreCents: 5_000, monthlyLimitCents: 20_000 };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await createTestScope(database.db);
});

const profile = () => getBillingProfile(database.db, scope);
const turnOn = (as = scope) => setAutoTopUp(database.db, as, figures, origin);

async function acts(): Promise<string[]> {
  const rows = await database.sql`
    select action from audit_log where workspace_id = ${scope.workspaceId} order by at, id`;
  return rows.map((row) => String(row.action));
}

test("a workspace that never chose anything has the defaults, and reading makes no row", async () => {
  expect(await profile()).toEqual({
    card: null,
    autoTopUp: {
      ...{ isOn: false, ...autoTopUpDefaults, chargedThisMonthCents: 0, pausedReason: null },
      ...{ failures: 0, retryAt: null, open: null, lastFailure: null },
    },
    alertCents: 200,
  });
  const rows = await database.sql`
    select 1 from billing_profiles where workspace_id = ${scope.workspaceId}`;
  expect(rows).toHaveLength(0);
});

test("auto top-up is switched on with a card that works, changed, and off again, each with its audit row", async () => {
  await expect(turnOn()).rejects.toMatchObject({ code: "CONFLICT" });
  await saveTestCard(database.db, scope, { cardExpiryMonth: 1, cardExpiryYear: 2020 });
  await expect(turnOn()).rejects.toMatchObject({ code: "CONFLICT" });
  await saveTestCard(database.db, scope);
  await turnOn();
  expect((await profile()).autoTopUp).toMatchObject({ isOn: true, ...figures });
  await turnOn();
  await turnOffAutoTopUp(database.db, scope, origin);
  await turnOffAutoTopUp(database.db, scope, origin);
  expect((await profile()).autoTopUp).toMatchObject({ isOn: false, ...figures });
  expect(await acts()).toEqual(["auto_top_up.on", "auto_top_up.changed", "auto_top_up.off"]);
});

test("a pause outlives a change of figures and ends with resuming, or with off and on", async () => {
  const { db } = database;
  const pause = () => db.transaction((tx) => pauseAutoTopUp(tx, scope.workspaceId, "declined"));
  await saveTestCard(db, scope);
  expect(await pause()).toBe(false);
  await turnOn();
  expect(await pause()).toBe(true);
  expect(await pause()).toBe(false);
  await turnOn();
  expect((await profile()).autoTopUp.pausedReason).toBe("declined");
  await resumeAutoTopUp(db, scope, origin);
  await resumeAutoTopUp(db, scope, origin);
  expect((await profile()).autoTopUp.pausedReason).toBeNull();
  await pause();
  await turnOffAutoTopUp(db, scope, origin);
  await expect(resumeAutoTopUp(db, scope, origin)).rejects.toMatchObject({ code: "CONFLICT" });
  await turnOn();
  expect((await profile()).autoTopUp.pausedReason).toBeNull();
  expect(await acts()).toEqual([
    ...["auto_top_up.on", "auto_top_up.paused", "auto_top_up.changed", "auto_top_up.resumed"],
    ...["auto_top_up.paused", "auto_top_up.off", "auto_top_up.on"],
  ]);
});

test("a forgotten card is gone, switches auto top-up off, and is answered for the provider once", async () => {
  const { db } = database;
  expect(await forgetCard(db, scope, origin)).toBeNull();
  await saveTestCard(db, scope);
  await turnOn();
  expect((await profile()).card).toMatchObject({ brand: "visa", last4: "4242", isExpired: false });
  const forgotten = await Promise.all([1, 2, 3].map(() => forgetCard(db, scope, origin)));
  expect(forgotten.filter(Boolean)).toEqual([{ provider: "demo", paymentMethodId: "pm_test" }]);
  expect(await profile()).toMatchObject({ card: null, autoTopUp: { isOn: false } });
  expect(await acts()).toEqual(["auto_top_up.on", "card.forgotten"]);
});

test("an alert is set, changed and cleared; setting it anew arms it", async () => {
  const { db, sql } = database;
  const set = (alertCents: number | null) => setLowBalanceAlert(db, scope, { alertCents }, origin);
  await set(300);
  await sql`update billing_profiles set alert_armed = false where workspace_id = ${scope.workspaceId}`;
  await set(300);
  const isArmed = async () => {
    const [row] = await sql`
      select alert_armed from billing_profiles where workspace_id = ${scope.workspaceId}`;
    return row?.alert_armed;
  };
  expect(await isArmed()).toBe(false);
  await set(400);
  expect(await isArmed()).toBe(true);
  await set(null);
  expect((await profile()).alertCents).toBeNull();
  expect(await acts()).toHaveLength(3);
});

describe.each(["developer", "viewer"] as const)("a %s", (role) => {
  test("changes nothing", async () => {
    const { db } = database;
    await saveTestCard(db, scope);
    await turnOn();
    const as = { ...scope, role };
    const tries = [
      turnOn(as),
      turnOffAutoTopUp(db, as, origin),
      resumeAutoTopUp(db, as, origin),
      forgetCard(db, as, origin),
      setLowBalanceAlert(db, as, { alertCents: null }, origin),
    ];
    for (const attempt of tries) await expect(attempt).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await profile()).toMatchObject({ alertCents: 200, autoTopUp: { isOn: true } });
    expect(await acts()).toEqual(["auto_top_up.on"]);
  });
});

test("P14 no workspace sees or changes another's settings", async () => {
  const other = await createTestScope(database.db);
  await saveTestCard(database.db, other);
  await setAutoTopUp(database.db, other, figures, origin);
  await turnOffAutoTopUp(database.db, scope, origin);
  expect(await profile()).toMatchObject({ card: null, autoTopUp: { isOn: false } });
  expect((await getBillingProfile(database.db, other)).autoTopUp.isOn).toBe(true);
});

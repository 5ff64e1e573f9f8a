import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { grantCredit } from "@/lib/billing/adjustment";
import { checkLedger, findLatestLedgerCheck } from "@/lib/billing/ledger-check";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { log } from "@/lib/log";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("P22 the scheduled check keeps what it found, and a breach raises the alarm with claim and count", async () => {
  const { db, sql } = database;
  expect(await findLatestLedgerCheck(db)).toBeNull();
  const { workspaceId } = await createTestScope(db);
  await grantCredit(db, { workspaceId, amountNanos: 5n, reason: "Test", actorId: null });
  const alarm = vi.spyOn(log, "error").mockImplementation(() => undefined);

  expect(await checkLedger(db)).toBe(0);
  expect(await findLatestLedgerCheck(db)).toMatchObject({ breaches: [], entries: 2 });
  expect(alarm).not.toHaveBeenCalled();

  await sql`update budgets set "limit" = "limit" + 1 where workspace_id = ${workspaceId}`;
  expect(await checkLedger(db)).toBe(1);
  const claim = "what a balance was credited is what the journal credited its wallet";
  expect(await findLatestLedgerCheck(db)).toMatchObject({
    breaches: [{ claim, subject: workspaceId, found: "6 credited, journal 5" }],
  });
  expect(alarm).toHaveBeenCalledWith(
    expect.objectContaining({ claim, breaches: 1, subject: workspaceId }),
    "the books are NOT in order",
  );
  alarm.mockRestore();

  await sql`update ledger_checks set at = now() - interval '91 days'`;
  await checkLedger(db);
  expect(await sql`select 1 from ledger_checks`).toHaveLength(1);
});

import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAccount } from "@/app/(auth)/sign-up/open-account";
import { auditLog } from "@/db/schema/audit";
import { ledgerEntries } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
import { members, users, workspaces } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";

const origin = { address: "203.0.113.7", userAgent: "test" };
process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function account(email: string, name = "Ada") {
  return { name, email, passwordHash: "hash", welcomeNanos: 5_000_000_000n };
}

test("an account has its owner, its workspace, its welcome credit and its audit row", async () => {
  const opened = await openAccount(database.db, account("ada@example.com"), origin);
  const { workspaceId, userId } = opened;
  const [workspace] = await database.db
    .select()
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  expect(workspace).toMatchObject({ name: "Personal", planId: "standard" });
  expect(
    await database.db.select().from(members).where(eq(members.workspaceId, workspaceId)),
  ).toMatchObject([{ userId, role: "owner" }]);
  const entries = await database.db
    .select()
    .from(ledgerEntries)
    .where(eq(ledgerEntries.workspaceId, workspaceId));
  expect(entries.map((entry) => entry.amountNanos).sort()).toEqual(
    [-5_000_000_000n, 5_000_000_000n].sort(),
  );
  const balance = await database.db
    .select()
    .from(budgets)
    .where(eq(budgets.workspaceId, workspaceId));
  expect(balance.find((budget) => budget.kind === "balance")?.limit).toBe(5_000_000_000n);
  const audit = await database.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.workspaceId, workspaceId));
  expect(audit.map((row) => row.action)).toContain("user.signed_up");
});

test("ten sign-ups with one address at once make one account and leave nothing of the others", async () => {
  const before = await database.db.select().from(workspaces);
  const tries = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      openAccount(database.db, account("race@example.com", "Racer"), origin),
    ),
  );
  expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  const after = await database.db.select().from(workspaces);
  expect(after).toHaveLength(before.length + 1);
  expect(
    await database.db.select().from(users).where(eq(users.email, "race@example.com")),
  ).toHaveLength(1);
});

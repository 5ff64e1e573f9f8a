import { eq, sql } from "drizzle-orm";
import { generateSync } from "otplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLog } from "@/db/schema/audit";
import { sessions } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { startSession } from "@/lib/auth/mutations";
import { proveIdentity, requireOwnPassword, requireRecentSignIn } from "@/lib/auth/recent";
import { beginEnrolment, confirmEnrolment } from "@/lib/auth/second-factor";
import {
  actsOn,
  openTestAccount,
  testPassword,
  testSecret,
  testVisitor,
} from "@/lib/auth/testing/account";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function age(sessionId: string): Promise<void> {
  await database.db
    .update(sessions)
    .set({ provedAt: sql`now() - interval '10 minutes'` })
    .where(eq(sessions.id, sessionId));
}

const required = { code: "RECENT_SIGN_IN_REQUIRED", status: 403 };

test("right after signing in nothing is asked, ten minutes later it is, and a password answers it", async () => {
  const { db } = database;
  const scope = await openTestAccount(db, "recent@example.com");
  await requireRecentSignIn(db, scope);
  await age(scope.sessionId);
  await expect(requireRecentSignIn(db, scope)).rejects.toMatchObject(required);
  await proveIdentity(db, scope, { password: testPassword }, testSecret, testVisitor);
  await requireRecentSignIn(db, scope);
  expect(await actsOn(db, scope.sessionId)).toContain("session.proved");
});

test("what one session has shown counts for no other", async () => {
  const { db } = database;
  const scope = await openTestAccount(db, "stolen@example.com");
  const other = { ...scope, sessionId: await startSession(db, scope, testVisitor) };
  await age(other.sessionId);
  await proveIdentity(db, scope, { password: testPassword }, testSecret, testVisitor);
  await expect(requireRecentSignIn(db, other)).rejects.toMatchObject(required);
  // Nor does another's session id help.
  const stranger = await openTestAccount(db, "stranger@example.com");
  await expect(
    requireRecentSignIn(db, { ...scope, sessionId: stranger.sessionId }),
  ).rejects.toMatchObject(required);
});

test("P20 a wrong code leaves its row, and a recovery code is told from one of the app", async () => {
  const { db } = database;
  const scope = await openTestAccount(db, "codes@example.com");
  const { secret } = await beginEnrolment(db, scope, scope, testSecret);
  const first = generateSync({ strategy: "totp", secret });
  const [code = ""] = await confirmEnrolment(db, scope, first, testSecret, testVisitor);
  const prove = (typed: string) =>
    proveIdentity(db, scope, { code: typed }, testSecret, testVisitor);
  await expect(prove("abcde-fghjk")).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  await prove(code);
  const rows = await db.select().from(auditLog).where(eq(auditLog.targetId, scope.sessionId));
  const acts = rows.map(({ action, details }) => [action, details]);
  expect(acts).toContainEqual(["session.proof_failed", {}]);
  expect(acts).toContainEqual(["session.proved", { method: "recovery_code" }]);
});

test("I49 a wrong current password is VALIDATION_ERROR, and the sixth has to wait", async () => {
  const { db } = database;
  const scope = await openTestAccount(db, "guess@example.com");
  const ask = (password: string) =>
    requireOwnPassword(db, scope, password, "currentPassword", testVisitor);
  for (let i = 0; i < 5; i++) {
    await expect(ask("not it")).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      fields: { currentPassword: "This isn’t your password." },
    });
  }
  await expect(ask(testPassword)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});

test("an account without a password is proved by none", async () => {
  const { db } = database;
  const scope = await openTestAccount(db, "elsewhere@example.com", { password: null });
  await expect(
    proveIdentity(db, scope, { password: testPassword }, testSecret, testVisitor),
  ).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
});

import { eq } from "drizzle-orm";
import { generateSync } from "otplib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { secondFactors, sessions, users } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { changePassword } from "@/lib/auth/credentials";
import { findLiveSession } from "@/lib/auth/queries";
import { beginEnrolment, confirmEnrolment } from "@/lib/auth/second-factor";
import { signInWithCode, signInWithPassword } from "@/lib/auth/sign-in";
import { openTestAccount, testPassword, testSecret, testVisitor } from "@/lib/auth/testing/account";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Runs `signIn` while the account's password is just being changed, and answers what came of it. */
async function signInMeanwhile<T>(scope: Scope, signIn: () => Promise<T>): Promise<unknown> {
  let outcome: Promise<unknown> = Promise.resolve();
  await database.db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash: "another" }).where(eq(users.id, scope.userId));
    let isOver = false;
    outcome = signIn()
      .catch((error: unknown) => error)
      .finally(() => {
        isOver = true;
      });
    await vi.waitFor(
      async () => {
        const waiting = await database.sql`
          select pid from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        expect(isOver || waiting.length > 0).toBe(true);
      },
      { timeout: 20_000 },
    );
    await changePassword(tx, scope, "another", testVisitor);
  });
  return await outcome;
}

async function liveSessions(userId: string): Promise<string[]> {
  const rows = await database.db.select().from(sessions).where(eq(sessions.userId, userId));
  const live = await Promise.all(rows.map(({ id }) => findLiveSession(database.db, id)));
  return live.flatMap((session) => (session ? [session.sessionId] : []));
}

test("a sign-in with the old password that is under way leaves no session behind the change", async () => {
  const scope = await openTestAccount(database.db, "old@example.com");
  const given = { email: scope.email, password: testPassword };
  const outcome = await signInMeanwhile(scope, () =>
    signInWithPassword(database.db, given, testVisitor),
  );
  expect(outcome).toMatchObject({ code: "UNAUTHENTICATED" });
  expect(await liveSessions(scope.userId)).toEqual([scope.sessionId]);
});

test("a sign-in that waits for its code ends with the password that began it", async () => {
  const { db } = database;
  const scope = await openTestAccount(db, "half@example.com");
  const { secret } = await beginEnrolment(db, scope, scope, testSecret);
  const code = generateSync({ strategy: "totp", secret });
  await confirmEnrolment(db, scope, code, testSecret, testVisitor);
  await db.update(secondFactors).set({ lastStep: null });
  const given = { email: scope.email, password: testPassword };
  const asked = await signInWithPassword(db, given, testVisitor);
  if (asked.kind !== "challenge") throw new Error("no code was asked for");
  await db.transaction((tx) => changePassword(tx, scope, "another", testVisitor));
  const answer = { token: asked.token, code, authSecret: testSecret };
  await expect(signInWithCode(db, answer, testVisitor)).rejects.toMatchObject({
    code: "INVALID_TOKEN",
  });
  expect(await liveSessions(scope.userId)).toEqual([scope.sessionId]);
});

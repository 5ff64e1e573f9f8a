import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLog } from "@/db/schema/audit";
import { sessions, throttles, users, workspaces } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import {
  createUser,
  endOtherSessions,
  endSession,
  signOutSession,
  startSession,
  touchSession,
} from "@/lib/auth/mutations";
import { hashPassword } from "@/lib/auth/password";
import { findLiveSession, listSessions } from "@/lib/auth/queries";
import { signInWithPassword } from "@/lib/auth/sign-in";
import { accountSubject } from "@/lib/auth/throttle";
import type { Scope } from "@/lib/scope";
import { openOwnWorkspace } from "@/lib/workspaces/memberships";
import { createWorkspace } from "@/lib/workspaces/mutations";

const goodPassword = "plumbers waltz slowly";
const visitor = { address: "127.0.0.1", shared: true, userAgent: "test" };
let database: TestDatabase;
let passwordHash: string;

beforeAll(async () => {
  database = await createTestDatabase();
  passwordHash = await hashPassword(goodPassword);
});
afterAll(() => database.drop());

/** A user with a workspace of their own. */
async function openAccount(email: string): Promise<Omit<Scope, "sessionId">> {
  const userId = await createUser(database.db, { name: "Ada", email, passwordHash });
  const workspaceId = await createWorkspace(database.db, { name: "Ada’s", ownerId: userId });
  return { userId, workspaceId, role: "owner" };
}

async function signedIn(email: string): Promise<Scope> {
  const account = await openAccount(email);
  const sessionId = await startSession(database.db, account, visitor);
  return { ...account, sessionId };
}

async function refusalOf(email: string, password: string): Promise<unknown> {
  return await signInWithPassword(database.db, { email, password }, visitor).then(
    () => "signed in",
    (error: unknown) => error,
  );
}

async function sessionFor(given: { email: string; password: string }) {
  const outcome = await signInWithPassword(database.db, given, visitor);
  if (outcome.kind !== "session") throw new Error("a code is due");
  return outcome;
}

test("the right password opens a new session of the account, each time another", async () => {
  const { userId, workspaceId } = await openAccount("ada@example.com");
  const given = { email: "ada@example.com", password: goodPassword };
  const first = await sessionFor(given);
  const second = await sessionFor(given);
  expect(second.sessionId).not.toBe(first.sessionId);
  expect(await findLiveSession(database.db, first.sessionId)).toMatchObject({
    user: { id: userId, email: "ada@example.com" },
    membership: { workspace: { id: workspaceId, isSuspended: false }, role: "owner" },
  });
});

test("a wrong password and an unknown address are answered alike, and both leave an audit row", async () => {
  const { userId, workspaceId } = await openAccount("known@example.com");
  const wrong = await refusalOf("known@example.com", "not the right one");
  const unknown = await refusalOf("nobody@example.com", goodPassword);
  expect(wrong).toMatchObject({ code: "UNAUTHENTICATED", message: "Email or password is wrong." });
  expect({ ...(unknown as object) }).toEqual({ ...(wrong as object) });
  const rows = await database.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.action, "session.sign_in_failed"));
  expect(rows.map((row) => row.targetId).sort()).toEqual([null, userId].sort());
  expect(rows.map((row) => row.workspaceId)).toContain(workspaceId);
  expect(JSON.stringify(rows)).not.toContain("nobody@example.com");
});

test("the sixth failure has to wait, and after the wait the right password still opens", async () => {
  await openAccount("sixth@example.com");
  for (let i = 0; i < 5; i++) {
    expect(await refusalOf("sixth@example.com", "wrong")).toMatchObject({
      code: "UNAUTHENTICATED",
    });
  }
  const refused = await refusalOf("sixth@example.com", goodPassword);
  expect(refused).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 1 });
  const subject = accountSubject("sixth@example.com");
  await database.db
    .update(throttles)
    .set({ lastFailedAt: sql`now() - interval '1 second'` })
    .where(eq(throttles.subject, subject));
  expect(await refusalOf("sixth@example.com", goodPassword)).toBe("signed in");
  const left = await database.db.select().from(throttles).where(eq(throttles.subject, subject));
  expect(left).toEqual([]);
});

test("of 30 guesses at once only the five free ones reach the password", async () => {
  await openAccount("race@example.com");
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => refusalOf("race@example.com", "guess")),
  );
  const tried = answers.filter((answer) => (answer as { code: string }).code === "UNAUTHENTICATED");
  expect(tried).toHaveLength(5);
});

test("two sign-ups with one address at once make one account", async () => {
  const email = "twice@example.com";
  const tries = await Promise.allSettled(
    Array.from({ length: 6 }, () =>
      database.db.transaction((tx) => createUser(tx, { name: "Ada", email, passwordHash })),
    ),
  );
  expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  for (const one of tries) {
    if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "CONFLICT" });
  }
  const rows = await database.db.select().from(users).where(eq(users.email, email));
  expect(rows).toHaveLength(1);
});

test("a session is over when it is ended, past its 30 days, or a day without use", async () => {
  const scope = await signedIn("over@example.com");
  const row = eq(sessions.id, scope.sessionId);
  expect(await findLiveSession(database.db, scope.sessionId)).not.toBeNull();

  const idle = sql`now() - interval '24 hours 1 second'`;
  await database.db.update(sessions).set({ lastSeenAt: idle }).where(row);
  expect(await findLiveSession(database.db, scope.sessionId)).toBeNull();

  await database.db
    .update(sessions)
    .set({ lastSeenAt: sql`now()`, expiresAt: sql`now() - interval '1 second'` })
    .where(row);
  expect(await findLiveSession(database.db, scope.sessionId)).toBeNull();

  await database.db.update(sessions).set({ expiresAt: sql`now() + interval '1 day'` }).where(row);
  await signOutSession(database.db, scope, visitor);
  expect(await findLiveSession(database.db, scope.sessionId)).toBeNull();
  expect(await findLiveSession(database.db, "ses_unknown")).toBeNull();
});

test("a session starts with an absolute end 30 days away", async () => {
  const scope = await signedIn("absolute@example.com");
  const [row] = await database.db
    .select({ days: sql<string>`extract(epoch from expires_at - created_at) / 86400` })
    .from(sessions)
    .where(eq(sessions.id, scope.sessionId));
  expect(Number(row?.days)).toBe(30);
});

test("use is noted once a minute, and never revives a session that was ended", async () => {
  const scope = await signedIn("touch@example.com");
  const row = eq(sessions.id, scope.sessionId);
  const old = sql`now() - interval '5 minutes'`;
  await database.db.update(sessions).set({ lastSeenAt: old }).where(row);
  expect((await findLiveSession(database.db, scope.sessionId))?.isSeenLongAgo).toBe(true);
  await touchSession(database.db, scope);
  expect((await findLiveSession(database.db, scope.sessionId))?.isSeenLongAgo).toBe(false);

  await signOutSession(database.db, scope, visitor);
  await database.db.update(sessions).set({ lastSeenAt: old }).where(row);
  await touchSession(database.db, scope);
  const [after] = await database.db
    .select({ isOld: sql<boolean>`last_seen_at < now() - interval '4 minutes'` })
    .from(sessions)
    .where(row);
  expect(after?.isOld).toBe(true);
});

test("a suspended workspace's member has a session that says so", async () => {
  const scope = await signedIn("suspended@example.com");
  await database.db
    .update(workspaces)
    .set({ suspendedAt: sql`now()` })
    .where(eq(workspaces.id, scope.workspaceId));
  const session = await findLiveSession(database.db, scope.sessionId);
  expect(session?.membership?.workspace.isSuspended).toBe(true);
});

test("somebody else's session is neither listed nor ended, and looks like none", async () => {
  const mine = await signedIn("mine@example.com");
  const theirs = await signedIn("theirs@example.com");
  const listed = await listSessions(database.db, mine);
  expect(listed.map((session) => session.id)).toEqual([mine.sessionId]);
  for (const sessionId of [theirs.sessionId, "ses_00000000000000000000000000"]) {
    await expect(endSession(database.db, mine, { sessionId }, visitor)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "This session has already ended.",
    });
  }
  expect(await findLiveSession(database.db, theirs.sessionId)).not.toBeNull();
});

test("signing out the others leaves this one, and each end has its audit row", async () => {
  const scope = await signedIn("others@example.com");
  const other = await startSession(database.db, scope, visitor);
  await startSession(database.db, scope, visitor);
  const listed = await listSessions(database.db, scope);
  expect(listed[0]).toMatchObject({ id: scope.sessionId, isCurrent: true });
  expect(listed).toHaveLength(3);

  await endSession(database.db, scope, { sessionId: other }, visitor);
  expect(await endOtherSessions(database.db, scope, visitor)).toBe(1);
  expect(await endOtherSessions(database.db, scope, visitor)).toBe(0);
  expect(await findLiveSession(database.db, scope.sessionId)).not.toBeNull();
  const rows = await database.db
    .select({ action: auditLog.action })
    .from(auditLog)
    .where(and(eq(auditLog.workspaceId, scope.workspaceId), eq(auditLog.action, "session.ended")));
  expect(rows).toHaveLength(2);
});

test("signing out twice is one act", async () => {
  const scope = await signedIn("leave@example.com");
  await signOutSession(database.db, scope, visitor);
  await signOutSession(database.db, scope, visitor);
  const rows = await database.db
    .select({ action: auditLog.action })
    .from(auditLog)
    .where(
      and(eq(auditLog.workspaceId, scope.workspaceId), eq(auditLog.action, "session.signed_out")),
    );
  expect(rows).toHaveLength(1);
});

test("the workspace that is wished for counts while its user is a member, else the first one does", async () => {
  const mine = await signedIn("wishes@example.com");
  const theirs = await signedIn("wished-of@example.com");
  const second = await openOwnWorkspace(database.db, mine, { name: "Second" }, visitor);
  const placeOf = async (wish: string | null) =>
    (await findLiveSession(database.db, mine.sessionId, wish))?.membership?.workspace.id;
  expect(await placeOf(null)).toBe(mine.workspaceId);
  expect(await placeOf(second)).toBe(second);
  for (const wish of [theirs.workspaceId, "ws_none", ""]) {
    expect(await placeOf(wish)).toBe(mine.workspaceId);
  }
  await database.sql`delete from members where workspace_id = ${mine.workspaceId}`;
  expect(await placeOf(mine.workspaceId)).toBe(second);
  await database.sql`delete from members where workspace_id = ${second}`;
  expect(await findLiveSession(database.db, mine.sessionId, second)).toMatchObject({
    user: { id: mine.userId },
    membership: null,
  });
});

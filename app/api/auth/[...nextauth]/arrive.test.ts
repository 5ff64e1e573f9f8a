import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Arrival, arrive } from "@/app/api/auth/[...nextauth]/arrive";
import { mails } from "@/db/schema/mail";
import { connectedAccounts, sessions, users, workspaces } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { disconnectAccount, type ProviderIdentity } from "@/lib/auth/connected";
import type { ProviderIntent } from "@/lib/auth/intent";
import { requireRecentSignIn } from "@/lib/auth/recent";
import { actsOn, openTestAccount, testVisitor } from "@/lib/auth/testing/account";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  process.env.DATABASE_URL ??= "postgres://unused@localhost/unused";
  process.env.AUTH_SECRET ??= "a secret for tests that is long enough";
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let subjects = 0;
function identity(email: string | null, isEmailVerified = true): ProviderIdentity {
  subjects += 1;
  return { provider: "oidc", subject: `sub-${subjects}`, email, isEmailVerified, name: "Grace" };
}

const toKeys: ProviderIntent = { act: "sign_in", to: "/keys" };

async function come(
  who: ProviderIdentity,
  intent: ProviderIntent | null = toKeys,
  scope: Scope | null = null,
): Promise<Arrival> {
  const welcomeNanos = 5_000_000_000n;
  return await arrive(who, { db: database.db, intent, scope, visitor: testVisitor, welcomeNanos });
}

const refused = (problem: string) => ({
  kind: "show",
  page: `/sign-in?problem=${problem}&callbackUrl=%2Fkeys`,
});

test("somebody new gets an account with a workspace and credit, and the same one the next time", async () => {
  const grace = identity("grace@example.com");
  const first = await come(grace);
  const second = await come(grace);
  if (first.kind !== "enter" || second.kind !== "enter") throw new Error("not let in");
  expect(first).toMatchObject({ outcome: { kind: "session" }, to: "/keys" });
  expect(second.outcome.userId).toBe(first.outcome.userId);
  const [user] = await database.db.select().from(users).where(eq(users.email, "grace@example.com"));
  expect(user).toMatchObject({ name: "Grace", passwordHash: null });
  expect(user?.emailVerifiedAt).not.toBeNull();
});

test("J28 an address that has an account is never enough, confirmed or not", async () => {
  const { userId } = await openTestAccount(database.db, "ada@example.com", { isVerified: true });
  expect(await come(identity("ada@example.com", true))).toEqual(refused("exists"));
  expect(await come(identity("ada@example.com", false))).toEqual(refused("unverified"));
  expect(
    await database.db.select().from(connectedAccounts).where(eq(connectedAccounts.userId, userId)),
  ).toEqual([]);
});

test("J28 an address that the provider hasn't confirmed opens no account, and none opens none", async () => {
  const before = await database.db.select().from(workspaces);
  expect(await come(identity("unsure@example.com", false))).toEqual(refused("unverified"));
  expect(await come(identity(null))).toEqual(refused("unverified"));
  expect(await database.db.select().from(workspaces)).toHaveLength(before.length);
});

test("an account is connected by the session that set out, and is a way in from then on", async () => {
  const scope = await openTestAccount(database.db, "link@example.com");
  const who = identity("other-name@example.com");
  const intent: ProviderIntent = { act: "link", sessionId: scope.sessionId };
  expect(await come(who, intent, scope)).toMatchObject({
    kind: "show",
    page: expect.stringContaining("connect=done"),
  });
  expect(await come(who)).toMatchObject({ outcome: { userId: scope.userId } });
  expect(await actsOn(database.db, scope.userId)).toContain("connected_account.linked");
  const told = await database.db.select().from(mails).where(eq(mails.userId, scope.userId));
  expect(told.map(({ kind }) => kind)).toContain("account_connected");
});

test("neither another session, nor none, nor a forgotten purpose connects anything", async () => {
  const scope = await openTestAccount(database.db, "mine@example.com");
  const other = await openTestAccount(database.db, "theirs@example.com");
  const intent: ProviderIntent = { act: "link", sessionId: other.sessionId };
  for (const [given, session] of [
    [intent, scope],
    [intent, null],
    [null, scope],
  ] as const) {
    expect(await come(identity("x@example.com"), given, session)).toMatchObject({ kind: "show" });
  }
  const links = await database.db
    .select()
    .from(connectedAccounts)
    .where(eq(connectedAccounts.email, "x@example.com"));
  expect(links).toEqual([]);
});

test("an account elsewhere opens one account here", async () => {
  const who = identity("one@example.com");
  await come(who);
  const scope = await openTestAccount(database.db, "second@example.com");
  const intent: ProviderIntent = { act: "link", sessionId: scope.sessionId };
  expect(await come(who, intent, scope)).toMatchObject({
    page: expect.stringContaining("connect=taken"),
  });
});

test("a trip proves who is there only for the account that is connected", async () => {
  const scope = await openTestAccount(database.db, "prove@example.com");
  const who = identity("prove-elsewhere@example.com");
  await come(who, { act: "link", sessionId: scope.sessionId }, scope);
  await database.db
    .update(sessions)
    .set({ provedAt: sql`now() - interval '1 hour'` })
    .where(eq(sessions.id, scope.sessionId));
  const intent: ProviderIntent = { act: "prove", sessionId: scope.sessionId };
  expect(await come(identity("stranger@example.com"), intent, scope)).toMatchObject({
    page: "/confirmed?failed=1",
  });
  await expect(requireRecentSignIn(database.db, scope)).rejects.toMatchObject({
    code: "RECENT_SIGN_IN_REQUIRED",
  });
  expect(await come(who, intent, scope)).toMatchObject({ page: "/confirmed" });
  await requireRecentSignIn(database.db, scope);
});

test("the last way in stays", async () => {
  const arrival = await come(identity("only@example.com"));
  if (arrival.kind !== "enter" || arrival.outcome.kind !== "session") throw new Error("not in");
  const { userId, sessionId } = arrival.outcome;
  const scope: Scope = { userId, sessionId, workspaceId: "ws_x", role: "owner" };
  const drop = () => disconnectAccount(database.db, scope, "oidc", ["oidc"], testVisitor);
  await expect(drop()).rejects.toMatchObject({ code: "LIMIT_REACHED" });
  await database.db.update(users).set({ passwordHash: "a hash" }).where(eq(users.id, userId));
  await drop();
  await expect(drop()).rejects.toMatchObject({ code: "NOT_FOUND" });
});

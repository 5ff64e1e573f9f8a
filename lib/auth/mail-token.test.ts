import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connectedAccounts, mailTokens, throttles, users } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { resetPassword, signInWithLink } from "@/lib/auth/credentials";
import {
  isAskingBrowser,
  issueMailToken,
  type MailPurpose,
  readMailToken,
  spendMailToken,
} from "@/lib/auth/mail-token";
import { startSession } from "@/lib/auth/mutations";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { findLiveSession } from "@/lib/auth/queries";
import { actsOn, openTestAccount, testVisitor } from "@/lib/auth/testing/account";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
// Each test's guesses are its own.
beforeEach(async () => {
  await database.db.delete(throttles);
});

async function resetTokenFor(email: string) {
  const account = await openTestAccount(database.db, email);
  const { userId } = account;
  const text = await issueMailToken(database.db, { purpose: "reset", userId, email });
  return { account, text };
}

async function read(text: string, purpose: MailPurpose = "reset") {
  return await readMailToken(database.db, purpose, text, testVisitor);
}

const invalid = {
  code: "INVALID_TOKEN",
  message: "This link is no longer valid. Ask for a new one.",
};
const wrongSecret = "A".repeat(43);

test("J11 a token works once, and of twenty at once one", async () => {
  const { text } = await resetTokenFor("once@example.com");
  const token = await read(text);
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () => spendMailToken(database.db, "reset", token)),
  );
  expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  await expect(read(text)).rejects.toMatchObject(invalid);
});

test("J11 a token is void after fifteen minutes, by the database's clock", async () => {
  const { text } = await resetTokenFor("late@example.com");
  const [row] = await database.db
    .select({
      minutes: sql<string>`extract(epoch from ${mailTokens.expiresAt} - ${mailTokens.createdAt}) / 60`,
    })
    .from(mailTokens)
    .where(eq(mailTokens.email, "late@example.com"));
  expect(Number(row?.minutes)).toBe(15);
  await database.db
    .update(mailTokens)
    .set({ expiresAt: sql`now()` })
    .where(eq(mailTokens.email, "late@example.com"));
  await expect(read(text)).rejects.toMatchObject(invalid);
});

test("J11 five wrong secrets make a token void, and four don't", async () => {
  const { text } = await resetTokenFor("guessed@example.com");
  const guess = `${text.split(".")[0]}.${wrongSecret}`;
  for (let i = 0; i < 4; i++) await expect(read(guess)).rejects.toMatchObject(invalid);
  expect((await read(text)).email).toBe("guessed@example.com");
  await expect(read(guess)).rejects.toMatchObject(invalid);
  await expect(read(text)).rejects.toMatchObject(invalid);
});

test("J11 another's secret, another purpose, a cut text and none are answered alike", async () => {
  const mine = await resetTokenFor("mine@example.com");
  const theirs = await resetTokenFor("theirs@example.com");
  const mixed = `${mine.text.split(".")[0]}.${theirs.text.split(".")[1]}`;
  for (const text of [mixed, mine.text.slice(0, -1), `${mine.text}x`, "", "tok_.", "%00"]) {
    await expect(read(text)).rejects.toMatchObject(invalid);
  }
  await expect(read(mine.text, "sign_in")).rejects.toMatchObject(invalid);
});

test("J11 whoever tries many tokens from one address has to wait", async () => {
  const wrong = `tok_${"0".repeat(26)}.${wrongSecret}`;
  for (let i = 0; i < 20; i++) await expect(read(wrong)).rejects.toMatchObject(invalid);
  await expect(read(wrong)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});

test("the database holds no token in clear", async () => {
  const { text } = await resetTokenFor("hashed@example.com");
  const [, secret = ""] = text.split(".");
  const rows = await database.db.execute<{ row: string }>(
    sql`select to_jsonb(t)::text || encode(secret_hash, 'escape') as row from ${mailTokens} t`,
  );
  expect(Buffer.from(secret, "base64url")).toHaveLength(32);
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test("a token to an address that the account gave up opens nothing", async () => {
  const { account, text } = await resetTokenFor("before@example.com");
  await database.db
    .update(users)
    .set({ email: "after@example.com" })
    .where(eq(users.id, account.userId));
  await expect(read(text)).rejects.toMatchObject(invalid);
});

test("a reset sets the password, ends every session, voids what was mailed, and confirms the address", async () => {
  const { account, text } = await resetTokenFor("reset@example.com");
  const { userId } = account;
  const other = await startSession(database.db, account, testVisitor);
  const link = await issueMailToken(database.db, {
    purpose: "sign_in",
    userId,
    email: account.email,
  });
  // Connected while nobody had shown that the address is theirs.
  await database.db.insert(connectedAccounts).values({ provider: "oidc", subject: "x", userId });

  const passwordHash = await hashPassword("a wholly different thing");
  const token = await read(text);
  await database.db.transaction((tx) =>
    resetPassword(tx, token, account, passwordHash, testVisitor),
  );
  const [user] = await database.db.select().from(users).where(eq(users.id, userId));
  expect(await verifyPassword("a wholly different thing", user?.passwordHash ?? null)).toBe(true);
  expect(user?.emailVerifiedAt).not.toBeNull();
  for (const sessionId of [account.sessionId, other]) {
    expect(await findLiveSession(database.db, sessionId)).toBeNull();
  }
  await expect(read(link, "sign_in")).rejects.toMatchObject(invalid);
  expect(
    await database.db.select().from(connectedAccounts).where(eq(connectedAccounts.userId, userId)),
  ).toEqual([]);
  expect(await actsOn(database.db, userId)).toContain("user.password_reset");
});

test("a connection made after the address was confirmed survives a reset", async () => {
  const account = await openTestAccount(database.db, "sure@example.com", { isVerified: true });
  const { userId, email } = account;
  await database.db.insert(connectedAccounts).values({ provider: "oidc", subject: "y", userId });
  const token = await read(await issueMailToken(database.db, { purpose: "reset", userId, email }));
  await database.db.transaction((tx) => resetPassword(tx, token, account, "hash", testVisitor));
  expect(
    await database.db.select().from(connectedAccounts).where(eq(connectedAccounts.userId, userId)),
  ).toHaveLength(1);
});

test("a sign-in link opens one session", async () => {
  const account = await openTestAccount(database.db, "link@example.com");
  const { userId, email } = account;
  const text = await issueMailToken(database.db, { purpose: "sign_in", userId, email });
  const token = await read(text, "sign_in");
  const enter = () =>
    database.db.transaction((tx) => signInWithLink(tx, token, account, testVisitor));
  const outcome = await enter();
  expect(outcome).toMatchObject({ kind: "session", userId });
  await expect(enter()).rejects.toMatchObject(invalid);
});

test("a token knows the browser that asked for it, and takes no other", async () => {
  const text = await issueMailToken(database.db, {
    purpose: "sign_up",
    userId: null,
    email: "new@example.com",
    browser: "this browser",
  });
  const token = await read(text, "sign_up");
  expect(isAskingBrowser(token, "this browser")).toBe(true);
  expect(isAskingBrowser(token, "another")).toBe(false);
  expect(isAskingBrowser(token, null)).toBe(false);
});

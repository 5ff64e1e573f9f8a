import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requestSignInLink } from "@/app/(auth)/sign-in/email/request-link";
import { mailTokens } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { openTestAccount, testVisitor } from "@/lib/auth/testing/account";

let database: TestDatabase;
beforeAll(async () => {
  process.env.DATABASE_URL ??= "postgres://unused@localhost/unused";
  process.env.AUTH_SECRET ??= "a secret for tests that is long enough";
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function purposesAfterAsking(email: string): Promise<string[]> {
  await requestSignInLink(database.db, { email, callbackUrl: "/keys" }, testVisitor);
  const rows = await database.db.select().from(mailTokens).where(eq(mailTokens.email, email));
  return rows.map(({ purpose }) => purpose);
}

test("a confirmed address is mailed a link that signs in, and an unknown one nothing", async () => {
  await openTestAccount(database.db, "sure@example.com", { isVerified: true });
  expect(await purposesAfterAsking("sure@example.com")).toEqual(["sign_in"]);
  expect(await purposesAfterAsking("nobody@example.com")).toEqual([]);
});

test("whoever reads an address that nobody confirmed gets no account that a stranger has the password of", async () => {
  await openTestAccount(database.db, "unsure@example.com");
  expect(await purposesAfterAsking("unsure@example.com")).toEqual(["reset"]);
});

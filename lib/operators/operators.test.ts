import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operators } from "@/db/schema/operators";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { findLiveSession } from "@/lib/auth/queries";
import { actsOn, openTestAccount } from "@/lib/auth/testing/account";
import { addOperator, listOperators, removeOperator } from "@/lib/operators/operators";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("who is made an operator is one in the sessions they have, until they are taken out", async () => {
  const { db } = database;
  const ada = await openTestAccount(db, "ada@example.com", { isVerified: true });
  expect((await findLiveSession(db, ada.sessionId))?.isOperator).toBe(false);
  await addOperator(db, " ADA@example.com ");
  expect((await findLiveSession(db, ada.sessionId))?.isOperator).toBe(true);
  expect(await listOperators(db)).toMatchObject([{ email: "ada@example.com", addedBy: null }]);
  await removeOperator(db, "ada@example.com");
  expect((await findLiveSession(db, ada.sessionId))?.isOperator).toBe(false);
  expect(await listOperators(db)).toEqual([]);
  expect(await actsOn(db, ada.userId)).toEqual(["operator.added", "operator.removed"]);
});

test("nobody becomes an operator by an address that is unknown or unconfirmed, and nobody twice", async () => {
  const { db } = database;
  const eve = await openTestAccount(db, "eve@example.com");
  const bob = await openTestAccount(db, "bob@example.com", { isVerified: true });
  await expect(addOperator(db, "nobody@example.com")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(addOperator(db, eve.email)).rejects.toThrow("isn’t confirmed");
  await expect(removeOperator(db, bob.email)).rejects.toThrow("is no operator");
  await addOperator(db, bob.email);
  await expect(addOperator(db, bob.email)).rejects.toThrow("is an operator already");
  expect(await actsOn(db, eve.userId)).toEqual([]);
  expect(await actsOn(db, bob.userId)).toEqual(["operator.added"]);
  expect(await db.select().from(operators).where(eq(operators.userId, eve.userId))).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createKey } from "@/lib/keys/create-key";
import { findKeys } from "@/lib/keys/find-keys";
import { keyForm, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function makeKey(scope: Scope, name: string) {
  const { id, secret } = await createKey(database.db, scope, keyForm({ name }), origin);
  return { id, secret, last4: secret.slice(-4) };
}

test("P14 the command menu finds the workspace's own keys, by name or last four, and no others", async () => {
  const scope = await openWorkspace(database.db);
  const other = await openWorkspace(database.db);
  const own = await makeKey(scope, "Checkout 100%");
  await makeKey(scope, "Search");
  const foreign = await makeKey(other, "Checkout of others");

  const named = await findKeys(database.db, scope, "checkout");
  expect(named.map(({ id }) => id)).toEqual([own.id]);
  expect(named[0]?.masked).toMatch(/^gate_live_…[0-9A-Za-z]{4}$/);
  expect(named[0]?.masked.endsWith(own.last4)).toBe(true);

  expect((await findKeys(database.db, scope, own.last4)).map(({ id }) => id)).toContain(own.id);
  // A whole key that was pasted finds it as well; another workspace's finds nothing.
  expect((await findKeys(database.db, scope, own.secret)).map(({ id }) => id)).toEqual([own.id]);
  expect(await findKeys(database.db, scope, foreign.secret)).toEqual([]);
  expect((await findKeys(database.db, scope, "%")).map(({ id }) => id)).toEqual([own.id]);
  expect(await findKeys(database.db, scope, "")).toHaveLength(2);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { getKeyDetail } from "@/lib/keys/detail";
import { revokeKey, undoRevoke } from "@/lib/keys/revoke-key";
import { liveKeysMax } from "@/lib/keys/schema";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import { hourMs } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const conflict = expect.objectContaining({ code: "CONFLICT" });

async function openRevoked(reason?: "exposed" | "account_deleted") {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope);
  const before = await getKeyDetail(database.db, scope, id);
  await revokeKey(database.db, scope, { id }, origin, reason ? { reason } : {});
  const undo = () => undoRevoke(database.db, scope, { id }, origin);
  const read = () => getKeyDetail(database.db, scope, id);
  return { scope, id, before, undo, read };
}

test("D6 a revoke can be undone for an hour, and gives the key back as it was", async () => {
  const key = await openRevoked();
  const revoked = await key.read();
  expect(revoked?.revokedReason).toBe("request");
  expect(revoked?.revokedBy).toBe("Ada");
  const untilMs = (revoked?.undoUntil?.getTime() ?? 0) - (revoked?.revokedAt?.getTime() ?? 0);
  expect(untilMs).toBe(hourMs);
  await key.undo();
  expect(await key.read()).toEqual({
    ...key.before,
    updatedAt: expect.any(Date),
    now: expect.any(Date),
  });
  await expect(key.undo()).rejects.toEqual(conflict);
});

test("after an hour a revoke stands", async () => {
  const key = await openRevoked();
  await database.sql`
    update api_keys set revoked_at = now() - interval '60 minutes' where id = ${key.id}`;
  await expect(key.undo()).rejects.toEqual(conflict);
  expect(await key.read()).toMatchObject({ undoUntil: null });
});

test.each(["exposed", "account_deleted"] as const)(
  "a revoke because of %s can't be undone",
  async (reason) => {
    const key = await openRevoked(reason);
    await expect(key.undo()).rejects.toEqual(conflict);
    expect(await key.read()).toMatchObject({ undoUntil: null, revokedReason: reason });
  },
);

test("I34 undoing a revoke keeps the limit of live keys", async () => {
  const key = await openRevoked();
  await Promise.all(Array.from({ length: liveKeysMax }, () => makeKey(database.db, key.scope)));
  await expect(key.undo()).rejects.toMatchObject({ code: "LIMIT_REACHED" });
  expect((await key.read())?.revokedAt).not.toBeNull();
});

test("nobody undoes the revoke of a key that they couldn't make", async () => {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope, { scopes: ["admin"] });
  const developer = { ...scope, role: "developer" as const };
  await revokeKey(database.db, developer, { id }, origin);
  await expect(undoRevoke(database.db, developer, { id }, origin)).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

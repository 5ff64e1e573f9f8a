import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { listActsOn } from "@/lib/audit/queries";
import { recordAudit } from "@/lib/audit/record";
import { newId } from "@/lib/id";
import { makeKey, openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const on = (id: string, before?: string) => ({ type: "api_key", id, before });

/** All in one transaction, so that they share their instant to the microsecond. */
async function recordTogether(scope: Scope, id: string, count: number): Promise<void> {
  await database.db.transaction(async (tx) => {
    for (let i = 0; i < count; i++) {
      await recordAudit(tx, {
        ...{ workspaceId: scope.workspaceId, userId: scope.userId, targetType: "api_key" },
        ...{ targetId: id, action: "api_key.renamed" },
      });
    }
  });
}

test("pages hold each act once, also where acts share their instant", async () => {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope);
  await recordTogether(scope, id, 24);
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = await listActsOn(database.db, scope, on(id, before));
    seen.push(...page.acts.map((act) => act.id));
    before = page.olderThan ?? undefined;
  } while (before);
  expect(seen).toHaveLength(25);
  expect(new Set(seen).size).toBe(25);
  const first = await listActsOn(database.db, scope, on(id));
  expect((await listActsOn(database.db, scope, on(id, "nonsense"))).acts).toEqual(first.acts);
});

test("an act names the person, the key or the system that did it", async () => {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope);
  const other = await makeKey(database.db, scope, { name: "Terraform" });
  const common = { workspaceId: scope.workspaceId, targetType: "api_key", targetId: id };
  await recordAudit(database.db, {
    ...common,
    ...{ userId: scope.userId, actorKeyId: other, action: "api_key.updated" },
  });
  await recordAudit(database.db, { ...common, userId: null, action: "api_key.rotation_due" });
  const { acts } = await listActsOn(database.db, scope, on(id));
  expect(acts.map(({ action, actor }) => [action, actor.type, actor.name])).toEqual([
    ["api_key.rotation_due", "system", null],
    ["api_key.updated", "api_key", "Terraform"],
    ["api_key.created", "user", "Ada"],
  ]);
});

test("P14 another workspace's trail is as empty as that of a key that never was", async () => {
  const owner = await openWorkspace(database.db);
  const stranger = await openWorkspace(database.db);
  const id = await makeKey(database.db, owner);
  const mark = (await listActsOn(database.db, owner, on(id))).acts[0]?.id;
  for (const target of [on(id), on(newId("apiKey")), on(id, mark)]) {
    expect(await listActsOn(database.db, stranger, target)).toEqual({ acts: [], olderThan: null });
  }
});

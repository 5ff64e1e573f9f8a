import { afterAll, beforeAll, expect, test } from "vitest";
import { deleteOwnWorkspace } from "@/app/(dashboard)/settings/workspace/delete-workspace";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import { emit, makeEndpoint } from "@/lib/webhooks/testing/endpoint";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a workspace that is deleted takes its keys and webhooks along, and no other's", async () => {
  const [scope, other] = [await openWorkspace(database.db), await openWorkspace(database.db)];
  for (const one of [scope, other]) {
    await makeKey(database.db, one);
    await makeEndpoint(database.db, one);
    await emit(database.db, one);
  }
  await deleteOwnWorkspace(database.db, scope, "Acme", origin);
  const left = await database.sql`
    select 'key' as what, workspace_id from api_keys where revoked_at is null
    union all
    select 'endpoint', workspace_id from webhook_endpoints
    where deleted_at is null or secret is not null
    union all
    select 'delivery', workspace_id from webhook_deliveries where state = 'pending'
    order by what`;
  expect(left.map(({ what, workspace_id }) => [what, workspace_id])).toEqual([
    ["delivery", other.workspaceId],
    ["endpoint", other.workspaceId],
    ["key", other.workspaceId],
  ]);
  expect(await emit(database.db, scope)).toBe(0);
});

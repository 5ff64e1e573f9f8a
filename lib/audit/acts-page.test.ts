import { drizzle } from "drizzle-orm/postgres-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Db } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { listAuditLog } from "@/lib/audit/log";
import { readAuditLogQuery } from "@/lib/audit/log-query";
import { listActsOn } from "@/lib/audit/queries";
import { makeKey, openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let scope: Scope;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  scope = await openWorkspace(database.db);
  key = await makeKey(database.db, scope);
  const { workspaceId, userId } = scope;
  await database.sql`
    insert into audit_log (id, at, workspace_id, actor_type, actor_id, action, target_type, target_id)
    select 'aud_' || lpad(i::text, 26, '0'), now() - make_interval(mins => i), ${workspaceId},
      case when i % 800 = 0 then 'system' when i % 400 = 0 then 'api_key' else 'user' end,
      case when i % 800 = 0 then null when i % 400 = 0 then ${key} else ${userId} end,
      case when i % 1200 = 0 then 'workspace.renamed' else 'api_key.updated' end,
      'api_key', case when i % 3 = 0 then ${key} else 'key_' || i % 2000 end
    from generate_series(1, 24000) i`;
  await database.sql`vacuum analyze audit_log`;
});
afterAll(() => database.drop());

const Plans = z.array(
  z.object({
    Plan: z.object({ "Shared Hit Blocks": z.number(), "Shared Read Blocks": z.number() }),
  }),
);

/** How many pages of memory the statements of `read` touch. */
async function countBuffers(read: (db: Db) => Promise<unknown>): Promise<number> {
  const statements: { text: string; params: unknown[] }[] = [];
  const logger = {
    logQuery: (text: string, params: unknown[]) => statements.push({ text, params }),
  };
  await read(drizzle(database.sql, { logger }));
  expect(statements).toHaveLength(1);
  const [{ text, params } = { text: "", params: [] }] = statements;
  const [row] = await database.sql.unsafe(
    `explain (analyze, buffers, format json) ${text}`,
    z.array(z.string().or(z.number())).parse(params),
  );
  const [{ Plan: top } = { Plan: null }] = Plans.parse(row?.["QUERY PLAN"]);
  return (top?.["Shared Hit Blocks"] ?? 0) + (top?.["Shared Read Blocks"] ?? 0);
}

/** Each act of a page on a page of its own, with its names, and the top levels of some indexes. */
const buffersMax = 200;

test.each([
  ["everything", ""],
  ["one person's", "actor=USER"],
  ["one key's", "actor=KEY"],
  ["those of keys", "actor=keys"],
  ["the system's", "actor=system"],
  ["those of somebody who did none", "actor=usr_01h455vb4pex5vsknk084sn02q"],
  ["a rare kind", "group=workspace"],
  ["a kind that there is none of", "group=billing"],
  ["a rare kind of the system's", "group=workspace&actor=system"],
  ["what was often done to a thing", "target=KEY"],
  ["what was seldom done to a thing", "target=key_17"],
  ["what was done to a thing that isn't", "target=key_none"],
  ["a day's", "range=24h"],
])("a page of a long log reads a bounded part of it: %s", async (_, text) => {
  const address = text.replace("USER", scope.userId).replace("KEY", key);
  const query = readAuditLogQuery(new URLSearchParams(address));
  const before = `aud_${"12000".padStart(26, "0")}`;
  for (const asked of [query, { ...query, before }]) {
    expect(await countBuffers((db) => listAuditLog(db, scope, asked))).toBeLessThan(buffersMax);
  }
});

test("a page of one's own acts, and of one thing's, reads a bounded part of a long log", async () => {
  const member: Scope = { ...scope, role: "viewer" };
  const everything = readAuditLogQuery(new URLSearchParams());
  expect(await countBuffers((db) => listAuditLog(db, member, everything))).toBeLessThan(buffersMax);
  const target = { type: "api_key", id: key };
  expect(await countBuffers((db) => listActsOn(db, scope, target))).toBeLessThan(buffersMax);
});

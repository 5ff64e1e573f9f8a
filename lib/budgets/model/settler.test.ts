import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "@/db/client";
import { Pool } from "@/db/pool";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { endOf } from "@/lib/budgets/model/ended-request";
import { Settler } from "@/lib/budgets/settlement";
import { newId } from "@/lib/id";

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool(() => connect(database.url, 1, 10_000));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it("P6 settles what comes in the moment in which it has just settled all", async () => {
  const settler = new Settler(pool, newId("instance"));
  const asked = { workspaceId: newId("workspace"), keyId: newId("apiKey"), stream: false };
  const end = () => endOf({ ...asked, requestId: newId("request") }, 0n, "ok");
  // However many turns the caller takes before it comes again.
  for (let turns = 0; turns < 6; turns++) {
    await settler.settle({ ...end(), held: false });
    for (let turn = 0; turn < turns; turn++) await undefined;
    void settler.settle({ ...end(), held: false });
    await settler.drain();
    const rows = await database.sql`
      select from request_log where workspace_id = ${asked.workspaceId}`;
    expect({ turns, logged: rows.length }).toEqual({ turns, logged: (turns + 1) * 2 });
  }
});

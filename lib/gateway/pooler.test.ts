import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, connectPooled } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { verifyLedger } from "@/lib/billing/verification";
import { type RunningGateway, startGateway } from "@/lib/gateway/server";
import {
  createTenant,
  createTestKey,
  readBooks,
  type Tenant,
  type TestKey,
  testSettings,
} from "@/lib/gateway/testing/gateway";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "@/lib/gateway/testing/pgbouncer";

/** Fewer than one gateway opens, so that they are really shared. */
const poolSize = 6;

/*
 * Two gateways behind a real PgBouncer that pools by the transaction.
 */
describe.runIf(hasPgBouncer)("through PgBouncer, by the transaction", () => {
  let database: TestDatabase;
  let bouncer: PgBouncer;
  let gateways: RunningGateway[] = [];
  let tenant: Tenant;
  let key: TestKey;

  beforeAll(async () => {
    database = await createTestDatabase();
    bouncer = await startPgBouncer(database.url, poolSize);
    gateways = await Promise.all(
      [0, 0].map((port) =>
        startGateway({
          ...{ databaseUrl: database.url, poolUrl: bouncer.url, port },
          settings: testSettings,
        }),
      ),
    );
    tenant = await createTenant(database.sql, { balanceUsd: "50" });
    key = await createTestKey(database.sql, tenant, { scopes: ["read", "write", "admin"] });
  });

  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop(1_000)));
    await bouncer.stop();
    await database.drop();
  });

  const send = (path: string, body: unknown, i = 0): Promise<Response> =>
    fetch(`http://127.0.0.1:${gateways[i % 2]?.port}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const chat = (stream: boolean) => ({
    ...{ model: "gpt-4", stream, max_tokens: 20 },
    messages: [{ role: "user", content: "Hello" }],
  });

  it("hundreds of calls and streams over few connections are all admitted and billed once", async () => {
    const answers: number[] = [];
    for (let turn = 0; turn < 15; turn++) {
      // More at a time than there are connections, as many as a small machine answers in time.
      const some = Array.from({ length: 20 }, async (_, i) => {
        // As clients do: told to come again, they come again. What was told so must not be billed.
        for (let attempt = 1; ; attempt++) {
          const answer = await send("/v1/chat/completions", chat(i === 0), i);
          await answer.text();
          if (answer.status !== 503 || attempt === 10) return answer.status;
        }
      });
      answers.push(...(await Promise.all(some)));
    }
    expect(new Set(answers)).toEqual(new Set([200]));
    // A gateway that is asked quickly holds money ahead, and gives it back once it is quiet.
    await expect
      .poll(async () => (await readBooks(database.sql, tenant.workspaceId)).heldNanos, {
        timeout: 30_000,
      })
      .toBe(0n);
    const books = await readBooks(database.sql, tenant.workspaceId);
    expect(books).toMatchObject({ rows: 300, holds: 0 });
    expect(books.usedNanos).toBe(books.loggedNanos);
    expect(books.usedNanos).toBe(books.rolledUpNanos);
    const [row] = await database.sql`
      select count(*)::int as connections from pg_stat_activity
      where datname = current_database() and query not like '%pg_stat_activity%'`;
    // Its own, two leases and feeds, and the test's.
    expect(row?.connections).toBeLessThan(poolSize + 2 * 3 + 15);
  });

  it("REST verbs, which are transactions, work; a revoked key is known at once by all", async () => {
    const made = await send("/v1/keys", { name: "Made", environment: "live", scopes: ["read"] });
    expect(made.status).toBe(201);
    const again = await send("/v1/resources", { name: "a", type: "agent", config: {} }, 1);
    expect(again.status).toBeLessThan(500);
    await database.sql`update api_keys set revoked_at = now() where id = ${key.id}`;
    for (const i of [0, 1]) {
      await expect
        .poll(async () => (await send("/v1/chat/completions", chat(false), i)).status)
        .toBe(401);
    }
  });

  it("the books are in order afterwards", async () => {
    const client = connect(database.url, 1, 30_000);
    const { breaches } = await verifyLedger(client);
    await client.end();
    // The tenant's balance is the test's gift, which no journal has.
    expect(
      breaches.filter(({ claim }) => !claim.startsWith("what a balance was credited")),
    ).toEqual([]);
  });

  it("what doesn't go through it: LISTEN, locks and settings of a session, prepared statements", async () => {
    const pooled = connectPooled(bouncer.url, 4);
    const direct = connect(bouncer.url, 1, 1_000);
    // A setting of one transaction's connection is another's, or nobody's.
    const seen = new Set<string>();
    await pooled.unsafe("set application_name = 'left behind'");
    await Promise.all(
      Array.from({ length: 40 }, () =>
        pooled.begin(async (tx) => {
          const [row] = await tx`select pg_backend_pid()::text as pid, pg_sleep(0.01)`;
          seen.add(String(row?.pid));
        }),
      ),
    );
    expect(seen.size).toBeGreaterThan(1);
    // Settings in the start of a session are refused, which is why `connectPooled` sends none.
    await expect(direct`select 1`).rejects.toThrow(/unsupported startup parameter/);
    await Promise.all([pooled.end(), direct.end({ timeout: 1 })]);
  });
});

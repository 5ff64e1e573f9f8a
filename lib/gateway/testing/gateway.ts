import type postgres from "postgres";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import type { GatewaySettings } from "@/lib/gateway/call";
import { type RunningGateway, startGateway } from "@/lib/gateway/server";
import { newId } from "@/lib/id";
import { mintSecret } from "@/lib/keys/secret";
import { usdToNanos } from "@/lib/money";
import { credentialKeyOf, deriveKey } from "@/lib/sealed";
import { strictSettings } from "@/lib/webhooks/testing/endpoint";

export const testSettings: GatewaySettings = {
  balanceStatus: 402,
  testKeys: "sandbox",
  topUpUrl: "http://localhost:3000/billing",
  requiresMaxTokens: false,
  trustedProxies: new Set(),
  forwardToken: null,
  apiBaseUrl: "http://localhost:3000/v1",
  cursorKey: deriveKey("a secret for tests that is long enough", "list cursors"),
  answerKey: deriveKey("a secret for tests that is long enough", "kept answers"),
  credentialKey: credentialKeyOf("a secret for tests that is long enough"),
  webhooks: strictSettings,
};

export interface Tenant {
  workspaceId: string;
  userId: string;
}

/** A user with a workspace of their own and `balanceUsd` on it, as a sign-up would leave them. */
export async function createTenant(
  sql: postgres.Sql,
  options: { balanceUsd?: string; planId?: string; requestsPerHour?: number } = {},
): Promise<Tenant> {
  const userId = newId("user");
  const workspaceId = newId("workspace");
  const limit = usdToNanos(options.balanceUsd ?? "5").toString();
  await sql`insert into users (id, name, email) values (${userId}, 'T', ${`${userId}@t.example`})`;
  await sql`
    insert into workspaces (id, name, plan_id, requests_per_hour)
    values (${workspaceId}, 'T', ${options.planId ?? "standard"}, ${options.requestsPerHour ?? null})`;
  await sql`
    insert into members (workspace_id, user_id, role) values (${workspaceId}, ${userId}, 'owner')`;
  await sql`
    insert into budgets (id, workspace_id, kind, unit, interval, "limit") values
      (${newId("budget")}, ${workspaceId}, 'balance', 'nanos', 'total', ${limit}),
      (${newId("budget")}, ${workspaceId}, 'rate', 'requests', 'hour', 0)`;
  return { workspaceId, userId };
}

export interface TestKey {
  id: string;
  secret: string;
}

export async function createTestKey(
  sql: postgres.Sql,
  tenant: Tenant,
  options: {
    environment?: "live" | "test";
    scopes?: string[];
    expiresAt?: Date;
    /** The company's, where it isn't the one of this process. */
    prefix?: string;
  } = {},
): Promise<TestKey> {
  const environment = options.environment ?? "live";
  const minted = mintSecret(environment, options.prefix);
  const id = newId("apiKey");
  await sql`
    insert into api_keys (id, workspace_id, name, environment, scopes, expires_at, created_by)
    values (${id}, ${tenant.workspaceId}, 'T', ${environment}, ${options.scopes ?? ["read"]},
      ${options.expiresAt ?? null}, ${tenant.userId})`;
  await sql`
    insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state)
    values (${newId("secret")}, ${id}, ${tenant.workspaceId}, ${minted.hash}, ${minted.prefix},
      ${minted.last4}, 'active')`;
  return { id, secret: minted.secret };
}

export interface TestDoor {
  database: TestDatabase;
  sql: postgres.Sql;
  /** One origin for each gateway process-in-miniature on the same database. */
  origins: string[];
  origin: string;
  gateways: RunningGateway[];
  close(): Promise<void>;
}

/** Real gateways on a database of the test file's own. */
export async function openTestDoor(
  options: { gateways?: number; settings?: Partial<GatewaySettings> } = {},
): Promise<TestDoor> {
  const database = await createTestDatabase();
  const gateways = await Promise.all(
    Array.from({ length: options.gateways ?? 1 }, () =>
      startGateway({
        databaseUrl: database.url,
        port: 0,
        settings: { ...testSettings, ...options.settings },
      }),
    ),
  );
  const origins = gateways.map((gateway) => `http://127.0.0.1:${gateway.port}`);
  return {
    database,
    sql: database.sql,
    origins,
    origin: origins[0] ?? "",
    gateways,
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.stop(1_000)));
      await database.drop();
    },
  };
}

/** The money of a workspace as the database has it, in nano-dollars. */
export async function readBooks(sql: postgres.Sql, workspaceId: string) {
  const [row] = await sql`
    select
      (select count(*)::int from request_log where workspace_id = ${workspaceId}) as rows,
      (select coalesce(sum(cost_nanos), 0)::text from request_log
        where workspace_id = ${workspaceId}) as logged,
      (select coalesce(sum(cost_nanos), 0)::text from usage_hourly
        where workspace_id = ${workspaceId}) as rolled_up,
      (select count(*)::int from holds where workspace_id = ${workspaceId}) as holds,
      b.used::text, b.held::text, b."limit"::text
    from budgets b where b.workspace_id = ${workspaceId} and b.kind = 'balance'`;
  if (!row) throw new Error("no such workspace");
  return {
    rows: Number(row.rows),
    loggedNanos: BigInt(row.logged),
    rolledUpNanos: BigInt(row.rolled_up),
    usedNanos: BigInt(row.used),
    heldNanos: BigInt(row.held),
    limitNanos: BigInt(row.limit),
    holds: Number(row.holds),
  };
}

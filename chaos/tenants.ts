import type postgres from "postgres";
import { newId } from "@/lib/id";
import { mintSecret } from "@/lib/keys/secret";
import { usdToNanos } from "@/lib/money";

export interface Key {
  id: string;
  /** The one that opens the door now; a rotation brings another. */
  secret: string;
  /** Those that opened it before. */
  pastSecrets: string[];
  /** Nano-dollars that it may spend in its life; null for no limit. */
  capNanos: bigint | null;
}

export interface Tenant {
  name: "busy" | "poor" | "hourly" | "counted";
  workspaceId: string;
  userId: string;
  admin: Key;
  /** Keys that are used for requests and nothing else. */
  keys: Key[];
  /** Requests in an hour, and in total; null for no limit. */
  hourlyMax: number | null;
  totalMax: number | null;
}

/** The workspaces of one episode, each with something that can run out. */
export interface Tenants {
  busy: Tenant;
  poor: Tenant;
  hourly: Tenant;
  counted: Tenant;
  /** Of the busy one: revoked, disabled and rotated while they are used. */
  troubled: Key[];
  /** Of the busy one: it has a lifetime cap. */
  capped: Key;
  /** Of the busy one: ends in half an hour, and ended half an hour ago. */
  expiring: Key;
  expired: Key;
  /** Of the busy one: its own hourly rate is lowered while it is used. */
  throttled: Key;
  /** Of the busy one: for scenes that revoke keys with open streams, one each time. */
  streaming: Key[];
  all: Tenant[];
}

interface KeyOptions {
  scopes?: string[];
  capNanos?: bigint;
  expiresInMinutes?: number;
}

async function makeKey(
  sql: postgres.Sql,
  workspaceId: string,
  userId: string,
  { scopes = ["read"], capNanos, expiresInMinutes }: KeyOptions = {},
): Promise<Key> {
  const minted = mintSecret("live");
  const id = newId("apiKey");
  const minutes = expiresInMinutes ?? null;
  await sql`
    insert into api_keys
      (id, workspace_id, name, environment, scopes, created_by, cap_total_nanos, expires_at)
    values (${id}, ${workspaceId}, 'Chaos', 'live', ${scopes}, ${userId},
      ${capNanos?.toString() ?? null}, now() + ${minutes}::int * interval '1 minute')`;
  await sql`
    insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state)
    values (${newId("secret")}, ${id}, ${workspaceId}, ${minted.hash}, ${minted.prefix},
      ${minted.last4}, 'active')`;
  return { id, secret: minted.secret, pastSecrets: [], capNanos: capNanos ?? null };
}

async function makeTenant(
  sql: postgres.Sql,
  name: Tenant["name"],
  limits: { hourlyMax?: number; totalMax?: number } = {},
): Promise<Tenant> {
  const userId = newId("user");
  const workspaceId = newId("workspace");
  const { hourlyMax = null, totalMax = null } = limits;
  await sql`
    insert into users (id, name, email) values (${userId}, 'Chaos', ${`${userId}@chaos.example`})`;
  await sql`
    insert into workspaces (id, name, plan_id, requests_per_hour, requests_total)
    values (${workspaceId}, ${name}, 'enterprise', ${hourlyMax}, ${totalMax})`;
  await sql`
    insert into members (workspace_id, user_id, role) values (${workspaceId}, ${userId}, 'owner')`;
  await sql`
    insert into budgets (id, workspace_id, kind, unit, interval, "limit") values
      (${newId("budget")}, ${workspaceId}, 'balance', 'nanos', 'total', 0),
      (${newId("budget")}, ${workspaceId}, 'rate', 'requests', 'hour', 0)`;
  const admin = await makeKey(sql, workspaceId, userId, { scopes: ["read", "write", "admin"] });
  const keys = [await makeKey(sql, workspaceId, userId), await makeKey(sql, workspaceId, userId)];
  return { name, workspaceId, userId, admin, keys, hourlyMax, totalMax };
}

/** Makes the workspaces of an episode, without money so far. */
export async function makeTenants(sql: postgres.Sql): Promise<Tenants> {
  const busy = await makeTenant(sql, "busy");
  const poor = await makeTenant(sql, "poor");
  const hourly = await makeTenant(sql, "hourly", { hourlyMax: 300 });
  const counted = await makeTenant(sql, "counted", { totalMax: 300 });
  const more = (options?: KeyOptions) => makeKey(sql, busy.workspaceId, busy.userId, options);
  const troubled = [await more(), await more(), await more()];
  const capped = await more({ capNanos: usdToNanos("0.02") });
  const expiring = await more({ expiresInMinutes: 30 });
  const expired = await more({ expiresInMinutes: -30 });
  const throttled = await more();
  const streaming = [await more(), await more(), await more()];
  busy.keys.push(...troubled, capped, expiring, throttled);
  const all = [busy, poor, hourly, counted];
  return {
    busy,
    poor,
    hourly,
    counted,
    troubled,
    capped,
    expiring,
    expired,
    throttled,
    streaming,
    all,
  };
}

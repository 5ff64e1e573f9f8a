import type postgres from "postgres";
import { z } from "zod";

/** What a hold says about its request, enough to log it if this process dies. */
export interface HoldRequest {
  requestId: string;
  secretId: string;
  model: string;
  method: string;
  path: string;
  stream: boolean;
  address: string;
  userAgent: string;
  inputNanosPerMtok: bigint;
  outputNanosPerMtok: bigint;
  /** The most the request may cost; zero holds nothing but is settled all the same. */
  amountNanos: bigint;
}

export type QuotaInterval = "day" | "month" | "total";
export type CapInterval = "day" | "week" | "month" | "total";

/** The limits of a key and its workspace; null sets none. */
export interface Limits {
  /** Requests in the workspace's sliding hour. */
  rate: number | null;
  /** Requests in the key's own. */
  keyRate: number | null;
  /** Streams that the workspace may have open at once. */
  streams: number;
  /** Requests of the workspace in a UTC day, month, and ever. */
  quotas: Record<QuotaInterval, number | null>;
  /** Nano-dollars that the key may spend in a UTC day, week, month, and ever. */
  caps: Record<CapInterval, bigint | null>;
}

/** How a sliding hour stands after this request. */
export interface RateState {
  /** Null where nothing limits it. */
  limit: number | null;
  used: number;
  /** When the oldest counted requests leave the window, by the database's clock. */
  freeAt: Date;
}

/** A quota or cap that has no room: requests, or nano-dollars. */
export interface Blocked {
  interval: CapInterval;
  limit: bigint;
  used: bigint;
  held: bigint;
  /** When the window ends; null for a total. */
  resetsAt: Date | null;
}

interface Counted {
  rate: RateState;
  /** Null where the key has no rate of its own. */
  keyRate: RateState | null;
  /** When the request was admitted or refused: the moment that decides its windows. */
  at: Date;
  /** Refused although instances have parts of the workspace's budgets aside, which may yet come back. */
  isLeased: boolean;
}

export type Admission =
  | ({ verdict: "ok" } & Counted)
  | ({ verdict: "rate" | "key_rate" | "concurrency" } & Counted)
  | ({ verdict: "quota" | "cap"; blocked: Blocked } & Counted)
  | ({ verdict: "balance"; availableNanos: bigint } & Counted)
  | { verdict: "no_lease" };

const Row = z.object({
  verdict: z.enum(["ok", "no_lease", "rate", "key_rate", "concurrency", "quota", "cap", "balance"]),
  rate_used: z.coerce.number(),
  rate_free_at: z.date().nullable(),
  key_rate_used: z.coerce.number(),
  key_rate_free_at: z.date().nullable(),
  available_nanos: z.coerce.bigint().nullable(),
  admitted_at: z.date(),
  is_leased: z.boolean().nullable(),
});

const BlockedRow = z.object({
  blocked_interval: z.enum(["day", "week", "month", "total"]),
  blocked_limit: z.coerce.bigint(),
  blocked_used: z.coerce.bigint(),
  blocked_held: z.coerce.bigint(),
  blocked_until: z.date().nullable(),
});

interface LimitRecord {
  kind: "rate" | "quota" | "cap";
  interval: string;
  limit: string;
}

/** The limits that have rows of their own to count in, null where there are none. */
export function limitRecords(
  limits: Limits,
  isAdmitted: boolean,
  amountNanos: bigint,
): LimitRecord[] | null {
  const records: LimitRecord[] = [];
  const add = (kind: LimitRecord["kind"], interval: string, limit: number | bigint | null) => {
    if (limit !== null) records.push({ kind, interval, limit: limit.toString() });
  };
  add("rate", "hour", limits.keyRate);
  if (isAdmitted) {
    for (const [interval, limit] of Object.entries(limits.quotas)) add("quota", interval, limit);
  }
  // What costs nothing needs no room in a cap.
  if (amountNanos > 0n) {
    for (const [interval, limit] of Object.entries(limits.caps)) add("cap", interval, limit);
  }
  return records.length > 0 ? records : null;
}

function toHoldRecord(hold: HoldRequest) {
  return {
    request_id: hold.requestId,
    secret_id: hold.secretId,
    model: hold.model,
    method: hold.method,
    path: hold.path,
    stream: hold.stream,
    address: hold.address,
    user_agent: hold.userAgent,
    input_nanos_per_mtok: hold.inputNanosPerMtok.toString(),
    output_nanos_per_mtok: hold.outputNanosPerMtok.toString(),
  };
}

/**
 * Counts a request against its hours and, where it is `admitted`, its quotas; with `hold`, sets its
 * price aside in the balance and the key's caps. One SQL call, all or nothing
 * (`db/functions/05_acquire.sql`). A request that was refused already counts against the hours only.
 * `now` replaces the database's clock, for tests of windows.
 */
export async function acquire(
  sql: postgres.Sql,
  input: {
    instanceId: string;
    workspaceId: string;
    keyId: string;
    limits: Limits;
    isAdmitted: boolean;
    hold: HoldRequest | null;
    /** For a request that asks again: it counts against the hours no second time. */
    isCounted?: boolean;
    now?: Date;
  },
): Promise<Admission> {
  const { hold, limits } = input;
  const records = limitRecords(limits, input.isAdmitted, hold?.amountNanos ?? 0n);
  const rows = await sql`
    select * from acquire(
      ${input.instanceId}, ${input.workspaceId}, ${input.keyId}, ${limits.rate},
      ${hold ? hold.amountNanos.toString() : null}::bigint,
      ${hold ? JSON.stringify(toHoldRecord(hold)) : null}::text::jsonb,
      ${records ? JSON.stringify(records) : null}::text::jsonb,
      ${hold?.stream ? limits.streams : null}, ${input.isCounted !== true}, ${input.now ?? null}
    )`;
  return toAdmission(rows[0], limits);
}

function toAdmission(raw: unknown, limits: Limits): Admission {
  const row = Row.parse(raw);
  const { verdict } = row;
  if (verdict === "no_lease") return { verdict };
  const at = row.admitted_at;
  const counted: Counted = {
    at,
    isLeased: row.is_leased ?? false,
    rate: { limit: limits.rate, used: row.rate_used, freeAt: row.rate_free_at ?? at },
    keyRate:
      limits.keyRate === null || row.key_rate_free_at === null
        ? null
        : { limit: limits.keyRate, used: row.key_rate_used, freeAt: row.key_rate_free_at },
  };
  switch (verdict) {
    case "balance":
      return { verdict, availableNanos: row.available_nanos ?? 0n, ...counted };
    case "quota":
    case "cap":
      return { verdict, blocked: toBlocked(raw), ...counted };
    default:
      return { verdict, ...counted };
  }
}

function toBlocked(raw: unknown): Blocked {
  const row = BlockedRow.parse(raw);
  return {
    interval: row.blocked_interval,
    limit: row.blocked_limit,
    used: row.blocked_used,
    held: row.blocked_held,
    resetsAt: row.blocked_until,
  };
}

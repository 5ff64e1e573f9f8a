import type postgres from "postgres";
import { z } from "zod";

/** What a hold says about its request, enough to log it if this process dies. */
export interface HoldRequest {
  requestId: string;
  keyId: string;
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

/** How the workspace's sliding hour stands after this request. */
export interface RateState {
  /** Null where the plan sets no limit. */
  limit: number | null;
  used: number;
  /** When the oldest counted requests leave the window, by the database's clock. */
  freeAt: Date;
}

export type Admission =
  | { verdict: "ok"; rate: RateState; availableNanos: bigint; now: Date }
  | { verdict: "rate"; rate: RateState; now: Date }
  | { verdict: "balance"; rate: RateState; availableNanos: bigint; now: Date }
  | { verdict: "no_lease" };

const Row = z.object({
  verdict: z.enum(["ok", "rate", "balance", "no_lease"]),
  rate_limit: z.coerce.number().nullable(),
  rate_used: z.coerce.number(),
  rate_free_at: z.date().nullable(),
  available_nanos: z.coerce.bigint().nullable(),
  admitted_at: z.date(),
});

/**
 * Counts a request against its workspace's hour and, with `hold`, sets its price aside: one SQL call,
 * all or nothing (`db/functions/05_acquire.sql`). Without `hold` it only counts, for requests that
 * are refused or free.
 */
export async function acquire(
  sql: postgres.Sql,
  input: {
    instanceId: string;
    workspaceId: string;
    rateLimit: number | null;
    hold: HoldRequest | null;
  },
): Promise<Admission> {
  const { hold } = input;
  const record = hold && {
    request_id: hold.requestId,
    key_id: hold.keyId,
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
  const rows = await sql`
    select * from acquire(
      ${input.instanceId}, ${input.workspaceId}, ${input.rateLimit},
      ${hold ? hold.amountNanos.toString() : null}::bigint, ${record ? sql.json(record) : null}
    )`;
  const row = Row.parse(rows[0]);
  const now = row.admitted_at;
  const rate = { limit: row.rate_limit, used: row.rate_used, freeAt: row.rate_free_at ?? now };
  switch (row.verdict) {
    case "no_lease":
      return { verdict: "no_lease" };
    case "rate":
      return { verdict: "rate", rate, now };
    default:
      return { verdict: row.verdict, rate, availableNanos: row.available_nanos ?? 0n, now };
  }
}

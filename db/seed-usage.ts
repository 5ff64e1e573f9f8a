import { type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import type { InventedRequest } from "@/db/seed-traffic";
import { newId } from "@/lib/id";
import type { Price } from "@/lib/models/price";

const batchMax = 2_500;

/** Upper ends of the roll-up's latency buckets in milliseconds; a last one takes what is slower. */
const latencyBoundsMs = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

function toRow(request: InventedRequest, price: Price | undefined): Record<string, unknown> {
  const { habit } = request;
  return {
    id: newId("request", request.at.getTime()),
    at: request.at.toISOString(),
    key_id: habit.keyId,
    secret_id: habit.secretId,
    method: habit.path === "/v1/models" ? "GET" : "POST",
    path: habit.path,
    model: request.model,
    stream: request.stream,
    status: request.status,
    outcome: request.outcome,
    error_code: request.errorCode,
    input_tokens: request.inputTokens,
    output_tokens: request.outputTokens,
    cost_nanos: request.costNanos.toString(),
    input_nanos_per_mtok: price?.inputNanosPerMtok.toString() ?? null,
    output_nanos_per_mtok: price?.outputNanosPerMtok.toString() ?? null,
    latency_ms: request.latencyMs,
    first_byte_ms: request.firstByteMs,
    address: habit.address,
    user_agent: habit.userAgent,
  };
}

const free: Price = { inputNanosPerMtok: 0n, outputNanosPerMtok: 0n };

/** What a request that was refused for its form had wrong. */
const wrongField = {
  errors: [{ path: "temperature", code: "too_big", message: "must be between 0 and 2" }],
};

/** Writes requests into the log, whose partitions must be there, a few thousand a statement. */
export async function insertRequests(
  tx: Db,
  workspaceId: string,
  requests: readonly InventedRequest[],
  prices: ReadonlyMap<string, Price>,
): Promise<void> {
  for (let first = 0; first < requests.length; first += batchMax) {
    const rows = requests
      .slice(first, first + batchMax)
      .map((request) => toRow(request, request.habit.isFree ? free : prices.get(request.model)));
    await tx.execute(sql`
      insert into request_log (
        id, at, workspace_id, key_id, secret_id, method, path, model, stream, status, outcome,
        error_code, details, input_tokens, output_tokens, cost_nanos, held_nanos,
        input_nanos_per_mtok, output_nanos_per_mtok, latency_ms, first_byte_ms, address, user_agent,
        instance_id
      ) select
        r.id, at, ${workspaceId}, key_id, secret_id, method, path, model, stream, status, outcome,
        error_code,
        case error_code
          when 'context' then jsonb_build_object(
            'tokens', m.context_tokens + 211 * latency_ms, 'max', m.context_tokens)
          when 'param' then ${JSON.stringify(wrongField)}::text::jsonb
        end,
        input_tokens, output_tokens, cost_nanos, cost_nanos, input_nanos_per_mtok,
        output_nanos_per_mtok, latency_ms, first_byte_ms, address, user_agent, 'demo'
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        id text, at timestamptz, key_id text, secret_id text, method text, path text, model text,
        stream boolean, status integer, outcome text, error_code text, input_tokens integer,
        output_tokens integer, cost_nanos bigint, input_nanos_per_mtok bigint,
        output_nanos_per_mtok bigint, latency_ms integer, first_byte_ms integer, address text,
        user_agent text
      ) left join models m on m.id = r.model`);
  }
}

function latencyCounts(): SQL {
  const counts = [...latencyBoundsMs, null].map((bound, index) => {
    const above = latencyBoundsMs[index - 1] ?? -1;
    return bound === null
      ? sql`count(*) filter (where latency_ms > ${above})`
      : sql`count(*) filter (where latency_ms > ${above} and latency_ms <= ${bound})`;
  });
  return sql`array[${sql.join(counts, sql`, `)}]::integer[]`;
}

/** Sums the log into the roll-ups as settling would have: by the hour in which a request ended. */
export async function rollUpRequests(tx: Db, workspaceId: string): Promise<void> {
  await tx.execute(sql`
    insert into usage_hourly (
      workspace_id, hour, key_id, model, endpoint, status_class, requests, input_tokens,
      output_tokens, cost_nanos, latency_buckets
    ) select
      workspace_id, date_trunc('hour', at + make_interval(secs => latency_ms / 1000.0), 'UTC'),
      key_id, model, path, status / 100, count(*), sum(input_tokens), sum(output_tokens),
      sum(cost_nanos), ${latencyCounts()}
    from request_log where workspace_id = ${workspaceId}
    group by 1, 2, 3, 4, 5, 6`);
}

/** Charges the balance with what the roll-ups say, and counts the last hour against the rate. */
export async function chargeBudgets(tx: Db, workspaceId: string): Promise<void> {
  await tx.execute(sql`
    update budgets set used = (
      select coalesce(sum(cost_nanos), 0) from usage_hourly where workspace_id = ${workspaceId}
    ) where workspace_id = ${workspaceId} and kind = 'balance' and key_id is null`);
  await tx.execute(sql`
    with minutes as (
      select array_agg(coalesce(n, 0) order by position)::integer[] as slots
      from generate_series(0, 60) as position
      left join (
        select (extract(epoch from
            date_trunc('minute', now(), 'UTC') - date_trunc('minute', at, 'UTC')) / 60
          )::integer as position, count(*) as n
        from request_log
        where workspace_id = ${workspaceId} and at > now() - interval '62 minutes'
        group by 1
      ) counted using (position)
    )
    update budgets set slots = m.slots, slots_at = date_trunc('minute', now(), 'UTC'),
      used = sum_slots(m.slots)
    from minutes m
    where workspace_id = ${workspaceId} and kind = 'rate' and key_id is null`);
}

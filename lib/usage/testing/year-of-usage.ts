import type postgres from "postgres";

export interface YearOfUsage {
  workspaceId: string;
  days: number;
  keys: number;
  models: number;
}

/**
 * Fills the roll-ups of a workspace up to the running hour as busy keys would: a quarter of the keys
 * makes most of the traffic, a key uses up to three models, a few requests in a hundred fail. 500 keys
 * and 366 days are about 2.5 million rows of ten million requests; it takes some ten seconds. Keys are
 * named `key_` and their number in hexadecimal, padded to 26 digits.
 */
export async function fillUsage(
  sql: postgres.Sql,
  { workspaceId, days, keys, models }: YearOfUsage,
) {
  // Draws are hashes of what they are for: random() would be asked once for many rows.
  await sql`
    insert into usage_hourly
    select ${workspaceId}, h, 'key_' || lpad(to_hex(k), 26, '0'),
      'model-' || (k * 7 + m * 3) % ${models}::int,
      (array['/v1/chat/completions', '/v1/messages'])[1 + k % 2], class,
      n, n * 900, n * 130, n * 612345 + k,
      array[0, 0, n / 10, n / 10, n / 5, n / 5, n / 5, n - n / 10 * 2 - n / 5 * 3, 0, 0, 0, 0]
    from generate_series(
      date_trunc('hour', now()) - make_interval(days => ${days}::int),
      date_trunc('hour', now()), interval '1 hour'
    ) h
    cross join generate_series(1, ${keys}::int) k
    cross join generate_series(0, 2) m
    cross join (values (2, 1.0), (4, 0.03), (5, 0.01)) s (class, share)
    cross join lateral (
      select hashint8(extract(epoch from h)::bigint * 1000003 + k * 3 + m) & 1023 as used,
        hashint8(extract(epoch from h)::bigint * 999983 + k * 31 + m * 7 + class) & 1023 as drawn
    ) draws
    cross join lateral (
      select 1 + drawn * (case
        when k * 25 < ${keys}::int then 40 when k * 10 <= 3 * ${keys}::int then 4 else 3
      end) / 1024 as n
    ) counted
    where used < 1024 * (case
        when k * 10 <= 3 * ${keys}::int then 0.8 when k * 10 <= 6 * ${keys}::int then 0.3 else 0.1
      end) / (m * 2 + 1)
      and drawn < 1024 * share
    order by h`;
  await sql`vacuum analyze usage_hourly`;
}

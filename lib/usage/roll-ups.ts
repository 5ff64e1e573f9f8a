import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { addMs, dayMs, hourMs, startOfDay } from "@/lib/time";
import type { PlannedSpan } from "@/lib/usage/buckets";
import { latencyBucketsCount } from "@/lib/usage/latency";
import {
  formatDay,
  type UsageFilter,
  type UsageGroup,
  type UsageQuery,
  usageFilters,
} from "@/lib/usage/schema";
import type { Sums } from "@/lib/usage/shape";

/*
 * The statements over usage: sums of each bucket, by group. A bucket is cut into the parts of the UTC
 * days that it consists of. A part is taken from `usage_daily` where its day is summed there, as the
 * difference of two running sums, else from the roll-ups themselves; one statement sees both and which of
 * the two counts at the same instant, so what it adds up to is exact whatever is written meanwhile. Each
 * part is read by itself along a primary key (lateral), which never sorts or spills.
 */

/** The roll-up's column that figures are split by; fixed text, never a caller's. */
const groupColumns: Record<UsageGroup, SQL> = {
  none: sql`''`,
  key: sql`u.key_id`,
  model: sql`u.model`,
  endpoint: sql`u.endpoint`,
  status: sql`u.status_class::text`,
};

/** Names of the five sums, the same in `usage_hourly`, `usage_daily` and the statements' answers. */
const counted = ["cost_nanos", "requests", "input_tokens", "output_tokens", "errors"] as const;
const latencyPlaces = Array.from({ length: latencyBucketsCount }, (_, index) => index + 1);

/** The histogram is left out where it isn't asked for: it costs as much as all others. */
function list(
  withLatency: boolean,
  count: (name: string) => string,
  latency: (n: number) => string,
) {
  return sql.raw(
    [...counted.map(count), ...(withLatency ? latencyPlaces.map(latency) : [])].join(", "),
  );
}

const errors = "coalesce(sum(u.requests) filter (where u.status_class >= 4), 0) as errors";

/** Sums of the roll-ups of a part. */
function hourlySums(withLatency: boolean): SQL {
  return list(
    withLatency,
    (name) => (name === "errors" ? errors : `sum(u.${name}) as ${name}`),
    (n) => `coalesce(sum(u.latency_buckets[${n}]), 0) as l${n}`,
  );
}

/** The same of a summed day: before the part's end, less what was before its start. */
function dailySums(withLatency: boolean): SQL {
  return list(
    withLatency,
    (name) => `sum(u.${name}[p.till] - coalesce(u.${name}[p.since], 0)) as ${name}`,
    (n) =>
      `sum(u.latency_buckets[p.till][${n}] - coalesce(u.latency_buckets[p.since][${n}], 0)) as l${n}`,
  );
}

/** Sums of such sums, where groups come together; the histogram as one array, empty where there is none. */
export function sumsOfSums(withLatency: boolean): SQL {
  const latencies = withLatency ? latencyPlaces.map((n) => `sum(c.l${n})`).join(", ") : "";
  const sums = counted.map((name) => `sum(c.${name}) as ${name}`).join(", ");
  return sql.raw(`${sums}, array[${latencies}]::text[] as latency_counts`);
}

export const SumsRow = z.object({
  cost_nanos: z.coerce.bigint(),
  requests: z.coerce.bigint(),
  input_tokens: z.coerce.bigint(),
  output_tokens: z.coerce.bigint(),
  errors: z.coerce.bigint(),
  latency_counts: z.array(z.coerce.number()),
});

export function toSums(row: z.infer<typeof SumsRow>): Sums {
  return {
    costNanos: row.cost_nanos,
    requests: row.requests,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    errors: row.errors,
    latencyCounts: row.latency_counts,
  };
}

/** Which of the workspace's roll-ups count at all, or of its summed days. */
function rowsOf(workspaceId: string, query: UsageFilters): SQL {
  const { key, model, endpoint, status } = query;
  return sql.join(
    [
      sql`u.workspace_id = ${workspaceId}`,
      ...(key === undefined ? [] : [sql`u.key_id = ${key}`]),
      ...(model === undefined ? [] : [sql`u.model = ${model}`]),
      ...(endpoint === undefined ? [] : [sql`u.endpoint = ${endpoint}`]),
      ...(status === undefined ? [] : [sql`u.status_class = ${Number(status)}`]),
    ],
    sql` and `,
  );
}

type UsageFilters = Pick<UsageQuery, UsageFilter>;

/** Which of a summed day's rows tell what is asked: the fewest that know all that is told apart. */
function dailyBy(query: UsageFilters, group: UsageGroup): UsageGroup | "all" {
  const asked = new Set<UsageGroup>(usageFilters.filter((name) => query[name] !== undefined));
  if (group !== "none") asked.add(group);
  const [only = "none"] = asked;
  return asked.size > 1 ? "all" : only;
}

interface DayPart {
  place: number;
  /** `2026-11-21`, in UTC. */
  day: string;
  /** Hours of the day, from 0 to 24: the first that counts, and the first that doesn't any more. */
  since: number;
  till: number;
}

/** Spans of whole UTC hours cut at UTC's midnights, each part with the place of its span. */
export function dayParts(spans: ReadonlyArray<PlannedSpan | null>): DayPart[] {
  return spans.flatMap((span, place) => {
    const parts: DayPart[] = [];
    if (!span) return parts;
    for (let at = span.start; at < span.end; ) {
      const midnight = startOfDay(at);
      const next = addMs(midnight, dayMs);
      const end = next < span.end ? next : span.end;
      const hours = (till: Date) => (till.getTime() - midnight.getTime()) / hourMs;
      parts.push({ place, day: formatDay(midnight), since: hours(at), till: hours(end) });
      at = end;
    }
    return parts;
  });
}

export interface Cut {
  workspaceId: string;
  query: UsageFilters;
  group: UsageGroup;
  spans: ReadonlyArray<PlannedSpan | null>;
  withLatency: boolean;
}

/**
 * The rows `bucket, group_id` and sums of what was used in each of some spans of whole UTC hours; the
 * bucket is the span's place. A group may have two rows a bucket, which `sumsOfSums` brings together.
 */
export function cutStatement({ workspaceId, query, group, spans, withLatency }: Cut): SQL {
  const parts = dayParts(spans);
  const array = (values: readonly (string | number)[]) => `{${values.join(",")}}`;
  const rows = rowsOf(workspaceId, query);
  return sql`
    with part as materialized (
      select p.*, exists (
        select from usage_days s
        where s.workspace_id = ${workspaceId} and s.day = p.day and s.state = 'summed'
      ) as is_summed
      from unnest(
        ${array(parts.map(({ place }) => place))}::integer[],
        ${array(parts.map(({ day }) => day))}::date[],
        ${array(parts.map(({ since }) => since))}::integer[],
        ${array(parts.map(({ till }) => till))}::integer[]
      ) as p (place, day, since, till)
    )
    select p.place as bucket, s.*
    from part p cross join lateral (
      select ${groupColumns[group]} as group_id, ${dailySums(withLatency)}
      from usage_daily u
      where p.is_summed and ${rows} and u."by" = ${dailyBy(query, group)} and u.day = p.day
      group by 1
    ) as s
    -- Groups that had something on that day, but not in this part of it.
    where (s.requests, s.cost_nanos, s.input_tokens, s.output_tokens) <> (0, 0, 0, 0)
    union all
    select p.place as bucket, s.*
    from part p cross join lateral (
      select ${groupColumns[group]} as group_id, ${hourlySums(withLatency)}
      from usage_hourly u
      where not p.is_summed and ${rows}
        and u.hour >= (p.day + make_interval(hours => p.since)) at time zone 'UTC'
        and u.hour < (p.day + make_interval(hours => p.till)) at time zone 'UTC'
      group by 1
    ) as s`;
}

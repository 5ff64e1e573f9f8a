import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { credentialContext, unseal } from "@/lib/sealed";

/** What is known of a credential; it never leaves the server whole. */
export type CredentialState =
  | { state: "none" }
  /** Its last characters, where it is long enough to spare them; else empty. */
  | { state: "set"; end: string }
  /** Encrypted under another `AUTH_SECRET`. */
  | { state: "unreadable" };

export interface UpstreamAnswers {
  attempts: number;
  /** Attempts that got no answer, a redirect, or one of 401, 403, 404, 429 or 500 and above. */
  failures: number;
  /** Attempts by the status of their answers, 0 where none came; the most frequent first. */
  statuses: { status: number; attempts: number }[];
}

export interface UpstreamHealth extends UpstreamAnswers {
  /** Time to the answer's head, as a histogram with the bounds of `lib/usage/latency.ts`. */
  latencyCounts: number[];
  /** The minute of the latest attempt. */
  lastAt: Date | null;
}

export interface UpstreamEntry {
  id: string;
  name: string;
  kind: "simulated" | "openai" | "anthropic";
  baseUrl: string | null;
  allowPrivate: boolean;
  isConfigured: boolean;
  credential: CredentialState;
  /** Names of the models that it answers for, first or as a fallback. */
  models: string[];
  /** Of the last fifteen minutes; null without any attempt. */
  health: UpstreamHealth | null;
}

/** Statuses for which the provider, or what it was shown, is to blame; 0 where no answer came. */
const blamed = [0, 401, 403, 404, 429];

/** Whether an attempt counts as a failure: no answer, a redirect, what is blamed, and 500 and above. */
export function isFailedAttempt(status: number): boolean {
  return blamed.includes(status) || status >= 500 || (status >= 300 && status < 400);
}

/** The same of a row `a`. */
const isFailure = sql.raw(
  `(a.status in (${blamed.join(", ")}) or a.status >= 500 or a.status between 300 and 399)`,
);

const Row = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(["simulated", "openai", "anthropic"]),
  base_url: z.string().nullable(),
  allow_private: z.boolean(),
  is_configured: z.boolean(),
  credential: z.string().nullable(),
  models: z.array(z.string()).nullable(),
  attempts: z.coerce.number(),
  failures: z.coerce.number(),
  statuses: z.array(z.object({ status: z.number(), attempts: z.number() })).nullable(),
  latencies: z.array(z.coerce.number()).nullable(),
  last_at: z.coerce.date().nullable(),
});

/** Characters that are shown of a credential, and how long it has to be for that. */
const shownEnd = 4;
const spareLength = 16;

function stateOf(key: Uint8Array, id: string, sealed: string | null): CredentialState {
  if (sealed === null) return { state: "none" };
  const opened = unseal(key, Buffer.from(sealed, "base64"), credentialContext(id));
  if (!opened) return { state: "unreadable" };
  const text = opened.toString("utf8");
  return { state: "set", end: text.length >= spareLength ? text.slice(-shownEnd) : "" };
}

/** Every upstream, or the one of this id, with how it fared within fifteen minutes. `key`: 32 bytes. */
export async function listUpstreams(
  db: Db,
  key: Uint8Array,
  id: string | null = null,
): Promise<UpstreamEntry[]> {
  const rows = await db.execute(sql`
    with recent as (
      select * from upstream_minutes where minute > now() - interval '15 minutes'
    ), answered as (
      select upstream_id, status, sum(attempts)::int as attempts from recent group by 1, 2
    )
    select u.id, u.name, u.kind, u.base_url, u.allow_private, u.is_configured,
      encode(u.credential, 'base64') as credential,
      (
        select jsonb_agg(named.model order by named.model) from (
          select m.id as model from models m where m.upstream_id = u.id
          union
          select f.model_id from model_fallbacks f where f.upstream_id = u.id
        ) named
      ) as models,
      (select coalesce(sum(attempts), 0) from answered a where a.upstream_id = u.id) as attempts,
      (
        select coalesce(sum(attempts), 0) from answered a
        where a.upstream_id = u.id
          and ${isFailure}
      ) as failures,
      (
        select jsonb_agg(jsonb_build_object('status', status, 'attempts', attempts)
          order by attempts desc, status)
        from answered a where a.upstream_id = u.id
      ) as statuses,
      (
        select array_agg(total order by at) from (
          select at, sum(count) as total from recent r, unnest(r.latency_buckets)
            with ordinality as bucket(count, at)
          where r.upstream_id = u.id group by at
        ) sums
      ) as latencies,
      (select max(minute) from recent r where r.upstream_id = u.id) as last_at
    from upstreams u
    where ${id}::text is null or u.id = ${id}
    order by u.kind = 'simulated', u.name, u.id`);
  return rows.map((each) => {
    const row = Row.parse(each);
    return {
      ...{ id: row.id, name: row.name, kind: row.kind, baseUrl: row.base_url },
      ...{ allowPrivate: row.allow_private, isConfigured: row.is_configured },
      credential: stateOf(key, row.id, row.credential),
      models: row.models ?? [],
      health:
        row.attempts === 0
          ? null
          : {
              ...{ attempts: row.attempts, failures: row.failures, lastAt: row.last_at },
              statuses: row.statuses ?? [],
              latencyCounts: row.latencies ?? [],
            },
    };
  });
}

/** One upstream; null where there is none of this id. */
export async function findUpstream(
  db: Db,
  key: Uint8Array,
  id: string,
): Promise<UpstreamEntry | null> {
  const [upstream] = await listUpstreams(db, key, id);
  return upstream ?? null;
}

export interface AskedUpstream extends UpstreamAnswers {
  id: string;
  name: string;
}

const AskedRow = Row.pick({ id: true, name: true, attempts: true, failures: true, statuses: true });

/**
 * How the upstreams that were asked within an hour answered, those with the most failures first. A request that
 * fell back counts where it was tried and where it was answered; the built-in one isn't counted.
 */
export async function listAskedUpstreams(db: Db): Promise<AskedUpstream[]> {
  const rows = await db.execute(sql`
    with a as (
      select upstream_id, status, sum(attempts)::int as attempts from upstream_minutes
      where minute > now() - interval '1 hour' group by 1, 2
    )
    select u.id, u.name, sum(a.attempts) as attempts,
      coalesce(sum(a.attempts) filter (where ${isFailure}), 0) as failures,
      jsonb_agg(jsonb_build_object('status', a.status, 'attempts', a.attempts)
        order by a.attempts desc, a.status) as statuses
    from a join upstreams u on u.id = a.upstream_id
    group by u.id, u.name order by failures desc, attempts desc, u.name`);
  return rows.map((each) => {
    const { statuses, ...row } = AskedRow.parse(each);
    return { ...row, statuses: statuses ?? [] };
  });
}

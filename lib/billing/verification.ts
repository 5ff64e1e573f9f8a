import type postgres from "postgres";
import { z } from "zod";
import { type Check, creditChecks } from "@/lib/billing/verification-credits";

/**
 * What must be true of the books at every instant (BAR P2, P3, P5, P7, P8). Each query reads only; all run
 * on one snapshot, so that requests under way can't look like faults.
 */
const checks: Check[] = [
  {
    claim: "all ledger entries together are zero",
    breaches: `
      select 'ledger' as subject, sum(amount_nanos)::text as found from ledger_entries
      having sum(amount_nanos) <> 0`,
  },
  {
    claim: "each transaction has two entries or more, which are zero together",
    breaches: `
      select t.id as subject, count(e.transaction_id) || ' entries, ' || coalesce(sum(e.amount_nanos), 0)
        as found
      from ledger_transactions t left join ledger_entries e on e.transaction_id = t.id
      group by t.id having coalesce(sum(e.amount_nanos), 0) <> 0 or count(e.transaction_id) < 2`,
  },
  {
    claim: "each entry belongs to the workspace of its transaction",
    breaches: `
      select e.transaction_id as subject, e.workspace_id as found
      from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
      where e.workspace_id <> t.workspace_id`,
  },
  {
    claim: "what a balance was credited is what the journal credited its wallet",
    breaches: `
      select b.workspace_id as subject, b."limit" || ' credited, journal ' || coalesce(w.credits, 0) as found
      from budgets b left join (
        select e.workspace_id, sum(e.amount_nanos) as credits
        from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
        where e.account = 'wallet' and t.kind <> 'usage' group by e.workspace_id
      ) w on w.workspace_id = b.workspace_id
      where b.kind = 'balance' and b."limit" <> coalesce(w.credits, 0)`,
  },
  {
    claim: "what a balance was charged is what its usage cost",
    breaches: `
      select b.workspace_id as subject, b.used || ' charged, usage ' || coalesce(u.cost, 0) as found
      from budgets b left join (
        select workspace_id, sum(cost_nanos) as cost from usage_hourly group by workspace_id
      ) u on u.workspace_id = b.workspace_id
      where b.kind = 'balance' and b.used <> coalesce(u.cost, 0)`,
  },
  {
    claim: "no balance is below zero, what is held included",
    breaches: `
      select workspace_id as subject, "limit" || ' - ' || used || ' - ' || held as found
      from budgets where kind = 'balance' and used + held > "limit"`,
  },
  {
    claim: "what is held is what open requests hold and gateways have aside",
    breaches: `
      select b.id as subject, b.held || ' held, requests and slices ' || coalesce(h.amount, 0) as found
      from budgets b left join (
        select place, sum(amount) as amount from (
        select 'balance ' || workspace_id as place, sum(amount_nanos) as amount
        from holds group by workspace_id
        union all
        select 'cap ' || cap_id, sum(amount_nanos)
        from holds, unnest(cap_ids) as cap_id group by cap_id
        union all
        select case s.kind when 'balance' then 'balance ' || s.workspace_id else 'cap ' || s.id end, l.amount
        from slices l join budgets s on s.id = l.budget_id
        ) parts group by place
      ) h on h.place = case b.kind when 'balance' then 'balance ' || b.workspace_id
        else 'cap ' || b.id end
      where b.kind in ('balance', 'cap', 'quota') and b.held <> coalesce(h.amount, 0)`,
  },
  {
    claim: "no request is settled twice, nor settled and still open",
    breaches: `
      select id as subject, count(*) || ' settlements' as found
      from (select id from request_log union all select request_id from holds) r
      group by id having count(*) > 1`,
  },
  {
    claim:
      "each day's requests cost what the roll-ups of that workspace say, where all are still logged",
    breaches: `
      select l.workspace_id as subject, l.cost || ' logged, usage ' || coalesce(u.cost, 0) as found
      from (
        select workspace_id, sum(cost_nanos) as cost, min(at) as since from request_log
        group by workspace_id
      ) l
      left join (
        select workspace_id, sum(cost_nanos) as cost, min(hour) as since from usage_hourly
        group by workspace_id
      ) u on u.workspace_id = l.workspace_id
      where l.cost <> coalesce(u.cost, 0)
        and date_trunc('hour', l.since, 'UTC') <= coalesce(u.since, 'infinity')`,
  },
  {
    claim: "each day that is summed costs what its hours cost",
    breaches: `
      select s.workspace_id || ' ' || s.day as subject,
        coalesce(d.cost_nanos[24], 0) || ' summed, hours ' || coalesce(u.cost, 0) as found
      from usage_days s
      left join usage_daily d
        on d.workspace_id = s.workspace_id and d."by" = 'none' and d.day = s.day
      left join (
        select workspace_id, (hour at time zone 'UTC')::date as day, sum(cost_nanos) as cost
        from usage_hourly group by 1, 2
      ) u on u.workspace_id = s.workspace_id and u.day = s.day
      where s.state = 'summed' and coalesce(d.cost_nanos[24], 0) <> coalesce(u.cost, 0)`,
  },
  {
    claim: "the journal has posted each hour's usage at most once",
    breaches: `
      select p.workspace_id || ' ' || to_char(p.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24"Z"') as subject,
        p.posted_nanos || ' posted, usage ' || coalesce(u.cost, 0) as found
      from usage_postings p left join (
        select workspace_id, hour, sum(cost_nanos) as cost from usage_hourly group by workspace_id, hour
      ) u on u.workspace_id = p.workspace_id and u.hour = p.hour
      where p.posted_nanos > coalesce(u.cost, 0)`,
  },
  {
    claim: "what is noted as posted is what the journal moved to revenue",
    breaches: `
      select coalesce(p.workspace_id, r.workspace_id) as subject,
        coalesce(p.posted, 0) || ' noted, journal ' || coalesce(r.revenue, 0) as found
      from (select workspace_id, sum(posted_nanos) as posted from usage_postings group by workspace_id) p
      full join (
        select workspace_id, sum(amount_nanos) as revenue from ledger_entries
        where account = 'revenue' group by workspace_id
      ) r on r.workspace_id = p.workspace_id
      where coalesce(p.posted, 0) <> coalesce(r.revenue, 0)`,
  },
  {
    claim: "each top-up that succeeded is credited once with its amount, and no other is",
    breaches: `
      select coalesce(t.id, c.top_up_id) as subject,
        coalesce(t.status, 'no top-up') || ' of ' || coalesce(t.amount_cents, 0) || ' cents, credited '
          || coalesce(c.amount, 0) as found
      from top_ups t
      full join (
        select substr(t.reference, length('top_up:') + 1) as top_up_id, sum(e.amount_nanos) as amount
        from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
        where t.kind = 'top_up' and e.account = 'wallet' group by t.reference
      ) c on c.top_up_id = t.id
      where coalesce(c.amount, 0)
        <> case when t.status = 'succeeded' then t.amount_cents::bigint * 10000000 else 0 end`,
  },
];

export interface Breach {
  claim: string;
  subject: string;
  found: string;
}

export interface Verification {
  checks: number;
  entries: number;
  breaches: Breach[];
}

const allChecks: readonly Check[] = [...checks, ...creditChecks];

const BreachRow = z.object({ subject: z.string(), found: z.string() });

const shownMax = 20;

/**
 * Verifies the books of a live database, read-only and on one snapshot. At most twenty breaches of each
 * claim are told.
 */
export async function verifyLedger(sql: postgres.Sql): Promise<Verification> {
  return await sql.begin("isolation level repeatable read read only", verifyIn);
}

/** The same inside a transaction that is open already. */
export async function verifyIn(tx: postgres.TransactionSql): Promise<Verification> {
  return await verifyWith(async (query) => [...(await tx.unsafe(query))]);
}

/** The same through any client: `run` answers a query's rows, all on one snapshot. */
export async function verifyWith(
  run: (query: string) => Promise<unknown[]>,
): Promise<Verification> {
  const breaches: Breach[] = [];
  for (const check of allChecks) {
    const rows = await run(`select * from (${check.breaches}) as b limit ${shownMax}`);
    for (const row of rows) breaches.push({ claim: check.claim, ...BreachRow.parse(row) });
  }
  const [row] = await run("select count(*)::int as entries from ledger_entries");
  const { entries } = z.object({ entries: z.number() }).parse(row);
  return { checks: allChecks.length, entries, breaches };
}

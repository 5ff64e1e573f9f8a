import type postgres from "postgres";
import { z } from "zod";

/** A mistake that somebody could make, to show that a property notices it. */
export interface Bug {
  name: string;
  plant(sql: postgres.Sql): Promise<unknown>;
}

/** Writes a function anew with something in it replaced. Throws where that isn't in it. */
async function rewrite(sql: postgres.Sql, name: string, from: RegExp, to: string): Promise<void> {
  const rows = await sql`
    select pg_get_functiondef(p.oid) as definition from pg_proc p
    where p.proname = ${name} and p.pronamespace = 'public'::regnamespace`;
  const [{ definition }] = z.tuple([z.object({ definition: z.string() })]).parse(rows);
  const rewritten = definition.replace(from, to);
  if (rewritten === definition) throw new Error(`${name}() has no ${from} in it`);
  await sql.unsafe(rewritten);
}

/** Changes what is written to a row of `budgets`, behind the functions' backs. */
function tamper(sql: postgres.Sql, when: string, then: string): Promise<unknown> {
  return sql.unsafe(`
    create function public.tamper() returns trigger language plpgsql as $$
    begin
      if ${when} then
        ${then};
      end if;
      return new;
    end $$;
    create trigger tamper before update on public.budgets
      for each row execute function public.tamper()`);
}

export const sixtySlots: Bug = {
  name: "an hour of sixty slots, which leaves out the minute that is only partly over",
  plant: (sql) => rewrite(sql, "sum_slots", /unnest\(p_slots\)/, "unnest(p_slots[1:60])"),
};

export const alignedHour: Bug = {
  name: "an hour that starts on the hour",
  plant: (sql) =>
    rewrite(
      sql,
      "slide_slots",
      /minutes >= 61/,
      "date_trunc('hour', p_at, 'UTC') < date_trunc('hour', p_now, 'UTC')",
    ),
};

export const hourGoesBack: Bug = {
  name: "an hour that is emptied when the clock is put back",
  plant: (sql) =>
    rewrite(
      sql,
      "slide_slots",
      /minutes >= 61/,
      "minutes >= 61 or p_now < p_at - interval '1 min'",
    ),
};

export const readThenSubtract: Bug = {
  name: "reading without a lock, then writing what was read less the price",
  plant: async (sql) => {
    await rewrite(sql, "acquire", /\bfor update\b/g, "");
    await rewrite(sql, "acquire", /b\.held \+ p_amount/g, "v_balance.held + p_amount");
  },
};

export const usedIsReset: Bug = {
  name: "a changed limit that starts its window anew",
  plant: (sql) =>
    tamper(
      sql,
      `old.kind in ('quota', 'cap') and new."limit" <> old."limit"`,
      "new.used := new.used - old.used",
    ),
};

export const remainderIsKept: Bug = {
  name: "settling that gives back what was charged, and not what was set aside",
  plant: (sql) =>
    tamper(
      sql,
      "new.kind in ('balance', 'cap') and new.held < old.held",
      "new.held := greatest(old.held - (new.used - old.used), 0)",
    ),
};

export const month30Days: Bug = {
  name: "months of thirty days",
  plant: (sql) =>
    rewrite(
      sql,
      "window_start",
      /case\s+when/i,
      `case
        when p_interval = 'month'
          then 'epoch'::timestamptz + interval '30 days'
            * floor(extract(epoch from p_at) / 2592000)
        when`,
    ),
};

export const localMidnight: Bug = {
  name: "days that start when they do somewhere else",
  plant: (sql) => rewrite(sql, "window_start", /'UTC'/, "'America/New_York'"),
};

export const recoveredTooDear: Bug = {
  name: "recovery that charges more than was delivered",
  plant: (sql) => rewrite(sql, "end_holds", /'cost_nanos', ceil\(/, "'cost_nanos', ceil(1 + "),
};

export const oneTooFew: Bug = {
  name: "an hour that keeps one request back",
  plant: (sql) =>
    rewrite(sql, "acquire", /rate_used >= p_rate_limit/, "rate_used + 1 >= p_rate_limit"),
};

export const uncountedPermits: Bug = {
  name: "permits of an hour that are granted and not counted",
  plant: (sql) =>
    rewrite(sql, "grant_slices", /v_row\.slots\[1\] \+ v_grant/, "v_row.slots[1] + v_grant / 2"),
};

export const unspentIsKept: Bug = {
  name: "slices whose unspent part never goes back",
  plant: (sql) => rewrite(sql, "move_slices", /b\.held - m\.spent - m\.back/, "b.held - m.spent"),
};

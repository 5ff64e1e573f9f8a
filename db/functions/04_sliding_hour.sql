-- The sliding hour keeps 61 one-minute slots, newest first: the minute that runs and the sixty
-- before it. They cover every 60 minutes that end now, aligned or not, so their sum never lets a
-- window hold more than the limit (BAR P12); what it costs is at most 1/61 of the rate.

-- The slots as they stand at `p_now`, given how they stood at minute `p_at`.
create or replace function slide_slots(p_slots integer[], p_at timestamptz, p_now timestamptz)
returns integer[] language sql immutable as $$
  select case
    when p_slots is null or p_at is null or minutes >= 61 then array_fill(0, array[61])
    when minutes <= 0 then p_slots
    else array_fill(0, array[minutes]) || p_slots[1:61 - minutes]
  end
  from (
    select (extract(epoch from date_trunc('minute', p_now, 'UTC') - p_at) / 60)::integer as minutes
  ) as moved
$$;

create or replace function sum_slots(p_slots integer[]) returns bigint language sql immutable as $$
  select coalesce(sum(n), 0) from unnest(p_slots) as n
$$;

-- When there is room below `p_limit`: the moment when enough of the oldest minutes have left the window.
-- Where there is room now, when the oldest counted minute leaves.
drop function if exists slots_free_at(integer[], timestamptz);
create or replace function slots_free_at(p_slots integer[], p_at timestamptz, p_limit bigint)
returns timestamptz language sql immutable as $$
  select p_at + make_interval(mins => 62 - coalesce(
    -- The newest minutes up to this one fill the limit by themselves: it has to go.
    min(position) filter (where counted >= p_limit), max(position), 1)::integer)
  from (
    select position, sum(n) over (order by position) as counted
    from unnest(p_slots) with ordinality as slot(n, position) where n > 0
  ) as newest_first
$$;

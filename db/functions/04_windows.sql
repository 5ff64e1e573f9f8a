-- Days, weeks (from Monday), months and totals as limits count them: each starts at 00:00 UTC, a total
-- at the epoch.
create or replace function window_start(p_interval text, p_at timestamptz)
returns timestamptz language sql immutable as $$
  select case
    when p_interval in ('day', 'week', 'month') then date_trunc(p_interval, p_at, 'UTC')
    else 'epoch'::timestamptz
  end
$$;

-- When that window ends and the next begins with nothing used; null for a total.
create or replace function window_end(p_interval text, p_at timestamptz)
returns timestamptz language sql immutable as $$
  select case
    when p_interval in ('day', 'week', 'month') then (
      date_trunc(p_interval, p_at at time zone 'UTC') + ('1 ' || p_interval)::interval
    ) at time zone 'UTC'
  end
$$;

-- How many requests a workspace was admitted with in a window that nobody has counted so far: what a
-- quota starts from when it is set.
drop function if exists requests_so_far(text, text, timestamptz, bigint);
create or replace function requests_so_far(p_workspace text, p_interval text, p_at timestamptz)
returns bigint language sql stable as $$
  select case when p_interval = 'total' then (
    -- Longer than the log is kept, so by the roll-ups, which tell refusals by their status.
    select coalesce(sum(u.requests), 0)::bigint from usage_hourly u
    where u.workspace_id = p_workspace and u.status_class <> 4
  ) else (
    select count(*) from request_log l
    where l.workspace_id = p_workspace and l.at >= window_start(p_interval, p_at)
      and l.at < window_end(p_interval, p_at) and l.outcome <> 'refused'
  ) end + (
    select count(*) from holds h
    where h.workspace_id = p_workspace and h.started_at >= window_start(p_interval, p_at)
      and h.started_at < coalesce(window_end(p_interval, p_at), 'infinity')
  )
$$;

-- What a key was charged in a window: what a cap starts from when it is set. What is open then is charged
-- beside it.
create or replace function nanos_so_far(
  p_workspace text, p_key text, p_interval text, p_at timestamptz
) returns bigint language sql stable as $$
  select coalesce(case when p_interval = 'total' then (
    select sum(u.cost_nanos) from usage_hourly u
    where u.workspace_id = p_workspace and u.key_id = p_key
  ) else (
    select sum(l.cost_nanos) from request_log l
    where l.key_id = p_key and l.at >= window_start(p_interval, p_at)
      and l.at < window_end(p_interval, p_at)
  ) end, 0)::bigint
$$;

-- A key's last hour in slots, newest first: what its own rate starts from when it is set.
create or replace function slots_so_far(p_key text, p_at timestamptz)
returns integer[] language sql stable as $$
  select array_agg(coalesce(counted.n, 0)::integer order by minute)
  from generate_series(0, 60) as minute
  left join (
    -- What a clock that was put back calls later counts in the running minute.
    select greatest(extract(epoch from
        date_trunc('minute', p_at, 'UTC') - date_trunc('minute', seen.at, 'UTC'))::integer / 60, 0) as age,
      count(*) as n
    from (
      select l.at from request_log l
      where l.key_id = p_key
        and l.at >= date_trunc('minute', p_at, 'UTC') - interval '60 minutes'
        -- Neither a key that opened nothing nor a full hour was counted.
        and l.status <> 401 and l.error_code is distinct from 'rate'
      union all
      select h.started_at from holds h
      where h.key_id = p_key
        and h.started_at >= date_trunc('minute', p_at, 'UTC') - interval '60 minutes'
    ) as seen
    group by age
  ) as counted on counted.age = minute
$$;

-- Counts what came before a limit was set, or set again, into the row that counts it. What has been counted
-- stays counted.
create or replace function refresh_limits(p_ids text[], p_at timestamptz)
returns void language plpgsql as $$
declare
  v_row budgets%rowtype;
begin
  for v_row in
    select * from budgets b where b.id = any (p_ids) and b.stale order by b.id for update
  loop
    if v_row.kind = 'rate' then
      v_row.slots := array(
        select greatest(a, b) from unnest(
          slide_slots(v_row.slots, v_row.slots_at, p_at), slots_so_far(v_row.key_id, p_at)
        ) with ordinality as slot(a, b, position) order by position
      );
      v_row.slots_at := greatest(v_row.slots_at, date_trunc('minute', p_at, 'UTC'));
      v_row.used := sum_slots(v_row.slots);
    elsif v_row.kind = 'quota' then
      v_row.used := greatest(
        v_row.used, requests_so_far(v_row.workspace_id, v_row."interval", p_at));
    else
      v_row.used := greatest(
        v_row.used, nanos_so_far(v_row.workspace_id, v_row.key_id, v_row."interval", p_at));
    end if;
    update budgets b set stale = false, used = v_row.used, slots = v_row.slots,
      slots_at = v_row.slots_at
    where b.id = v_row.id;
  end loop;
end $$;

-- A limit that is set where there was none has rows at most from an earlier time.
create or replace function mark_limits_stale() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'api_keys' then
    update budgets b set stale = true
    where b.workspace_id = new.workspace_id and b.key_id = new.id and b.kind in ('rate', 'cap');
  elsif tg_table_name = 'workspaces' then
    update budgets b set stale = true
    where b.workspace_id = new.id and b.key_id is null and b.kind = 'quota';
  else
    update budgets b set stale = true from workspaces w
    where w.plan_id = new.id and b.workspace_id = w.id and b.key_id is null and b.kind = 'quota';
  end if;
  return null;
end $$;

create or replace trigger api_keys_limits_set
  after update of requests_per_hour, cap_day_nanos, cap_week_nanos, cap_month_nanos, cap_total_nanos
  on api_keys for each row
  when (
    (old.requests_per_hour is null and new.requests_per_hour is not null)
    or (old.cap_day_nanos is null and new.cap_day_nanos is not null)
    or (old.cap_week_nanos is null and new.cap_week_nanos is not null)
    or (old.cap_month_nanos is null and new.cap_month_nanos is not null)
    or (old.cap_total_nanos is null and new.cap_total_nanos is not null)
  )
  execute function mark_limits_stale();

create or replace trigger workspaces_limits_set
  after update of plan_id, requests_per_day, requests_per_month, requests_total
  on workspaces for each row
  when (
    old.plan_id <> new.plan_id
    or (old.requests_per_day is null and new.requests_per_day is not null)
    or (old.requests_per_month is null and new.requests_per_month is not null)
    or (old.requests_total is null and new.requests_total is not null)
  )
  execute function mark_limits_stale();

create or replace trigger plans_limits_set
  after update of requests_per_day, requests_per_month, requests_total
  on plans for each row execute function mark_limits_stale();

-- The rows of budgets that count these limits at `p_at`, and the limits in the same order. Rows that
-- are missing, because a window or a limit is new, are made.
--
-- p_limits: [{kind: quota|cap|rate, interval, limit}]; quotas (requests) are the workspace's, caps
-- (nano-dollars) and the rate (requests, interval hour) the key's.
create or replace function ensure_limits(
  p_workspace text, p_key text, p_limits jsonb, p_at timestamptz,
  out ids text[], out limits bigint[]
) language plpgsql as $$
declare
  v_wanted integer := jsonb_array_length(p_limits);
  v_is_stale boolean;
begin
  for i in 1..3 loop
    select array_agg(found.id), array_agg(found."limit"), bool_or(found.stale)
    into ids, limits, v_is_stale
    from (
      select b.id, l."limit", b.stale
      from jsonb_to_recordset(p_limits) as l (kind text, "interval" text, "limit" bigint)
      join budgets b on b.workspace_id = p_workspace and b.key_id is null
        and b.kind = 'quota' and b.unit = 'requests' and b."interval" = l."interval"
        and b.window_start = window_start(l."interval", p_at)
      where l.kind = 'quota'
      union all
      select b.id, l."limit", b.stale
      from jsonb_to_recordset(p_limits) as l (kind text, "interval" text, "limit" bigint)
      join budgets b on b.workspace_id = p_workspace and b.key_id = p_key
        and b.kind = l.kind and b.unit = case l.kind when 'cap' then 'nanos' else 'requests' end
        and b."interval" = l."interval" and b.window_start = window_start(l."interval", p_at)
      where l.kind <> 'quota'
    ) as found;
    if coalesce(array_length(ids, 1), 0) = v_wanted then
      if v_is_stale then
        perform refresh_limits(ids, p_at);
      end if;
      return;
    end if;
    -- Always in the same order, so that two who make the same rows wait in no ring.
    insert into budgets as b (
      id, workspace_id, key_id, kind, unit, "interval", window_start, "limit", used, slots, slots_at
    )
    select make_id('bud'), p_workspace, case when l.kind <> 'quota' then p_key end, l.kind,
      case l.kind when 'cap' then 'nanos' else 'requests' end, l."interval",
      window_start(l."interval", p_at), l."limit",
      case l.kind
        when 'quota' then requests_so_far(p_workspace, l."interval", p_at)
        when 'cap' then nanos_so_far(p_workspace, p_key, l."interval", p_at)
        else 0
      end,
      case l.kind when 'rate' then slots_so_far(p_key, p_at) end,
      case l.kind when 'rate' then date_trunc('minute', p_at, 'UTC') end
    from jsonb_to_recordset(p_limits) as l (kind text, "interval" text, "limit" bigint)
    where not exists (
      select from budgets b
      where b.workspace_id = p_workspace
        and b.key_id is not distinct from case when l.kind <> 'quota' then p_key end
        and b.kind = l.kind and b.unit = case l.kind when 'cap' then 'nanos' else 'requests' end
        and b."interval" = l."interval" and b.window_start = window_start(l."interval", p_at)
    )
    order by l.kind, l."interval"
    on conflict (workspace_id, key_id, kind, unit, "interval", window_start) do nothing;
  end loop;
  raise exception 'limits of workspace % can''t be counted: %', p_workspace, p_limits;
end $$;

-- Of two limits that refuse, the one to name: a quota before a cap, then the one that lasts longer.
create or replace function limit_outranks(p_a budgets, p_b budgets)
returns boolean language sql immutable as $$
  select case
    when p_a.kind <> p_b.kind then p_a.kind = 'quota'
    else array_position(array['total', 'month', 'week', 'day'], p_a."interval")
      < array_position(array['total', 'month', 'week', 'day'], p_b."interval")
  end
$$;

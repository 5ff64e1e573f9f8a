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
-- quota starts from when it is first set. Counting stops at the limit.
create or replace function requests_so_far(
  p_workspace text, p_interval text, p_at timestamptz, p_limit bigint
) returns bigint language sql stable as $$
  select case when p_interval = 'total' then (
    -- Longer than the log is kept, so by the roll-ups, which tell refusals by their status.
    select coalesce(sum(u.requests), 0)::bigint from usage_hourly u
    where u.workspace_id = p_workspace and u.status_class <> 4
  ) else (
    select count(*) from (
      select from request_log l
      where l.workspace_id = p_workspace and l.at >= window_start(p_interval, p_at)
        and l.outcome <> 'refused'
      limit p_limit
    ) as counted
  ) end + (
    select count(*) from holds h
    where h.workspace_id = p_workspace and h.started_at >= window_start(p_interval, p_at)
  )
$$;

-- A key's last hour in slots, newest first: what its own rate starts from when it is first set.
create or replace function slots_so_far(p_key text, p_at timestamptz)
returns integer[] language sql stable as $$
  select array_agg(coalesce(counted.n, 0)::integer order by minute)
  from generate_series(0, 60) as minute
  left join (
    select extract(epoch from
        date_trunc('minute', p_at, 'UTC') - date_trunc('minute', l.at, 'UTC'))::integer / 60 as age,
      count(*) as n
    from request_log l
    where l.key_id = p_key
      and l.at >= date_trunc('minute', p_at, 'UTC') - interval '60 minutes'
      -- Neither a key that opened nothing nor a full hour was counted.
      and l.status <> 401 and l.error_code is distinct from 'rate'
    group by age
  ) as counted on counted.age = minute
$$;

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
begin
  for i in 1..3 loop
    select array_agg(found.id), array_agg(found."limit") into ids, limits
    from (
      select b.id, l."limit"
      from jsonb_to_recordset(p_limits) as l (kind text, "interval" text, "limit" bigint)
      join budgets b on b.workspace_id = p_workspace and b.key_id is null
        and b.kind = 'quota' and b.unit = 'requests' and b."interval" = l."interval"
        and b.window_start = window_start(l."interval", p_at)
      where l.kind = 'quota'
      union all
      select b.id, l."limit"
      from jsonb_to_recordset(p_limits) as l (kind text, "interval" text, "limit" bigint)
      join budgets b on b.workspace_id = p_workspace and b.key_id = p_key
        and b.kind = l.kind and b.unit = case l.kind when 'cap' then 'nanos' else 'requests' end
        and b."interval" = l."interval" and b.window_start = window_start(l."interval", p_at)
      where l.kind <> 'quota'
    ) as found;
    if coalesce(array_length(ids, 1), 0) = v_wanted then
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
        when 'quota' then requests_so_far(p_workspace, l."interval", p_at, l."limit")
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

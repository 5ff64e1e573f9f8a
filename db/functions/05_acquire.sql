create or replace function has_slices(p_workspace text) returns boolean language sql stable as $$
  select exists (
    select from budgets b join slices s on s.budget_id = b.id
    where b.workspace_id = p_workspace and s.amount > 0
  )
$$;

-- Admits one request: counts it against the hours and quotas that apply and sets its price aside in
-- the balance and in the key's caps. One call, one transaction, all or nothing. Rows are locked in id
-- order, and the clock is read after the locks are held.
--
-- p_amount is in nano-dollars; null admits without touching money (a refused or free request), and
-- then no hold is made. p_hold describes the request. p_limits are the limits beyond the workspace's
-- hour and balance, as `ensure_limits` has them; null where there are none, which is the common case.
-- p_streams_max: streams that the workspace may have open, this one included; null for other requests.
-- p_counts: false for a request that has been counted against the hours already and asks again.
-- p_now replaces the clock in tests.
--
-- verdict: 'ok', 'no_lease' (the instance must not admit), 'rate', 'key_rate', 'concurrency', 'quota',
-- 'cap', 'balance'. Whatever refuses behind the rates, the request has counted against them.
-- blocked_*: the quota or cap that refuses, of several the one that lasts longest.
-- is_leased: whether instances have parts of the workspace's budgets aside, which may yet come back.
drop function if exists acquire(text, text, text, bigint, bigint, jsonb, jsonb, integer, timestamptz);
drop function if exists
  acquire(text, text, text, bigint, bigint, jsonb, jsonb, integer, boolean, timestamptz);
create function acquire(
  p_instance text,
  p_workspace text,
  p_key text,
  p_rate_limit bigint,
  p_amount bigint,
  p_hold jsonb,
  p_limits jsonb,
  p_streams_max integer,
  p_counts boolean default true,
  p_now timestamptz default null
) returns table (
  verdict text,
  rate_used bigint,
  rate_free_at timestamptz,
  key_rate_used bigint,
  key_rate_free_at timestamptz,
  available_nanos bigint,
  blocked_interval text,
  blocked_limit bigint,
  blocked_used bigint,
  blocked_held bigint,
  blocked_until timestamptz,
  admitted_at timestamptz,
  is_leased boolean
) language plpgsql as $$
declare
  v_at timestamptz := coalesce(p_now, clock_timestamp());
  v_ids text[] := '{}';
  v_limits bigint[];
  v_limit bigint;
  v_rows refcursor;
  v_row budgets%rowtype;
  v_rate budgets%rowtype;
  v_key_rate budgets%rowtype;
  v_key_rate_limit bigint;
  v_balance budgets%rowtype;
  v_blocked budgets%rowtype;
  v_blocked_limit bigint;
  v_quota_ids text[] := '{}';
  v_cap_ids text[] := '{}';
begin
  admitted_at := v_at;
  perform from instances where id = p_instance and lease_until > clock_timestamp();
  if not found then
    verdict := 'no_lease';
    return next;
    return;
  end if;

  if p_limits is not null then
    select e.ids, e.limits into v_ids, v_limits
    from ensure_limits(p_workspace, p_key, p_limits, v_at) as e;
  end if;

  -- Two queries, because the common case must not pay for the other.
  if p_limits is null then
    open v_rows for
      select * from budgets b
      where b.workspace_id = p_workspace and b.key_id is null and b.kind in ('rate', 'balance')
        and (b.kind = 'rate' or p_amount is not null)
      order by b.id for update;
  else
    open v_rows for
      select * from budgets b
      where (
        b.workspace_id = p_workspace and b.key_id is null and b.kind in ('rate', 'balance')
        and (b.kind = 'rate' or p_amount is not null)
      ) or b.id = any (v_ids)
      order by b.id for update;
  end if;
  loop
    fetch v_rows into v_row;
    exit when not found;
    if v_row.kind = 'balance' then
      v_balance := v_row;
    elsif v_row.kind = 'rate' and v_row.key_id is null then
      v_rate := v_row;
    else
      v_limit := v_limits[array_position(v_ids, v_row.id)];
      if v_row.kind = 'rate' then
        v_key_rate := v_row;
        v_key_rate_limit := v_limit;
      else
        if v_row.kind = 'quota' then
          v_quota_ids := v_quota_ids || v_row.id;
        else
          v_cap_ids := v_cap_ids || v_row.id;
        end if;
        if v_row.used + v_row.held + (case v_row.kind when 'cap' then p_amount else 1 end) > v_limit
          and (v_blocked.id is null or limit_outranks(v_row, v_blocked))
        then
          v_blocked := v_row;
          v_blocked_limit := v_limit;
        end if;
      end if;
    end if;
  end loop;
  close v_rows;
  if v_rate.id is null or (p_amount is not null and v_balance.id is null) then
    raise exception 'workspace % has no budgets', p_workspace;
  end if;

  admitted_at := coalesce(p_now, clock_timestamp());
  -- Who came before midnight is counted before midnight, however long the locks took.
  if date_trunc('day', admitted_at, 'UTC') <> date_trunc('day', v_at, 'UTC') then
    admitted_at := v_at;
  end if;

  v_rate.slots := slide_slots(v_rate.slots, v_rate.slots_at, admitted_at);
  -- A clock that was set back must not move the window with it.
  v_rate.slots_at := greatest(v_rate.slots_at, date_trunc('minute', admitted_at, 'UTC'));
  rate_used := sum_slots(v_rate.slots);
  if p_counts and p_rate_limit is not null and rate_used >= p_rate_limit then
    verdict := 'rate';
    is_leased := has_slices(p_workspace);
    rate_free_at := slots_free_at(v_rate.slots, v_rate.slots_at, p_rate_limit);
    return next;
    return;
  end if;
  if v_key_rate.id is not null then
    v_key_rate.slots := slide_slots(v_key_rate.slots, v_key_rate.slots_at, admitted_at);
    v_key_rate.slots_at := greatest(v_key_rate.slots_at, date_trunc('minute', admitted_at, 'UTC'));
    key_rate_used := sum_slots(v_key_rate.slots);
    if p_counts and key_rate_used >= v_key_rate_limit then
      verdict := 'key_rate';
      is_leased := has_slices(p_workspace);
      rate_free_at := slots_free_at(v_rate.slots, v_rate.slots_at, p_rate_limit);
      key_rate_free_at := slots_free_at(v_key_rate.slots, v_key_rate.slots_at, v_key_rate_limit);
      return next;
      return;
    end if;
    v_key_rate.slots[1] := v_key_rate.slots[1] + p_counts::integer;
    key_rate_used := key_rate_used + p_counts::integer;
    key_rate_free_at := slots_free_at(v_key_rate.slots, v_key_rate.slots_at, v_key_rate_limit);
    update budgets b set slots = v_key_rate.slots, slots_at = v_key_rate.slots_at,
      used = key_rate_used, "limit" = v_key_rate_limit
    where b.id = v_key_rate.id;
  end if;
  v_rate.slots[1] := v_rate.slots[1] + p_counts::integer;
  rate_used := rate_used + p_counts::integer;
  rate_free_at := slots_free_at(v_rate.slots, v_rate.slots_at, p_rate_limit);
  update budgets b set slots = v_rate.slots, slots_at = v_rate.slots_at, used = rate_used,
    "limit" = coalesce(p_rate_limit, 0)
  where b.id = v_rate.id;

  -- The locks above let one request of a workspace count at a time.
  if p_streams_max is not null and p_streams_max <= (
    select count(*) from holds h where h.workspace_id = p_workspace and h.stream
  ) then
    verdict := 'concurrency';
    return next;
    return;
  end if;

  available_nanos := v_balance."limit" - v_balance.used - v_balance.held;
  if v_blocked.id is not null then
    verdict := v_blocked.kind;
    is_leased := has_slices(p_workspace);
    blocked_interval := v_blocked."interval";
    blocked_limit := v_blocked_limit;
    blocked_used := v_blocked.used;
    blocked_held := v_blocked.held;
    blocked_until := window_end(v_blocked."interval", v_at);
    return next;
    return;
  end if;
  if p_amount > 0 and available_nanos < p_amount then
    verdict := 'balance';
    is_leased := has_slices(p_workspace);
    return next;
    return;
  end if;

  if p_limits is not null then
    update budgets b set
      used = b.used + case b.kind when 'quota' then 1 else 0 end,
      held = b.held + case b.kind when 'cap' then p_amount else 0 end,
      "limit" = v_limits[array_position(v_ids, b.id)]
    where b.id = any (v_quota_ids || v_cap_ids);
  end if;
  if p_amount is not null then
    update budgets b set held = b.held + p_amount where b.id = v_balance.id and p_amount > 0;
    insert into holds (
      request_id, instance_id, workspace_id, key_id, secret_id, amount_nanos, cap_ids,
      input_nanos_per_mtok, output_nanos_per_mtok, model, method, path, stream,
      address, user_agent, started_at
    ) select
      h.request_id, p_instance, p_workspace, p_key, h.secret_id, p_amount, v_cap_ids,
      h.input_nanos_per_mtok, h.output_nanos_per_mtok, h.model, h.method, h.path, h.stream,
      h.address, h.user_agent, admitted_at
    from jsonb_to_record(p_hold) as h (
      request_id text, secret_id text, input_nanos_per_mtok bigint, output_nanos_per_mtok bigint,
      model text, method text, path text, stream boolean, address text, user_agent text
    );
    available_nanos := available_nanos - p_amount;
  end if;
  verdict := 'ok';
  return next;
end $$;

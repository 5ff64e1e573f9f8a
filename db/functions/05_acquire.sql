-- Admits one request: counts it against the workspace's hour and sets its price aside. One call,
-- one transaction. Rows are locked in id order, and the clock is read after the locks are held.
--
-- p_amount is in nano-dollars; null admits without touching the balance (a refused or free request
-- that only counts against the rate), and then no hold is made. p_hold describes the request.
--
-- verdict: 'ok', 'no_lease' (the instance must not admit), 'rate', 'balance'.
create or replace function acquire(
  p_instance text,
  p_workspace text,
  p_rate_limit bigint,
  p_amount bigint,
  p_hold jsonb
) returns table (
  verdict text,
  rate_limit bigint,
  rate_used bigint,
  rate_free_at timestamptz,
  available_nanos bigint,
  admitted_at timestamptz
) language plpgsql as $$
declare
  v_rate budgets%rowtype;
  v_balance budgets%rowtype;
  v_row budgets%rowtype;
  v_now timestamptz;
begin
  perform from instances where id = p_instance and lease_until > clock_timestamp();
  if not found then
    return query select 'no_lease', p_rate_limit, 0::bigint, null::timestamptz, 0::bigint, clock_timestamp();
    return;
  end if;

  for v_row in
    select * from budgets b
    where b.workspace_id = p_workspace and b.key_id is null
      and (b.kind = 'rate' or (b.kind = 'balance' and p_amount is not null))
    order by b.id for update
  loop
    if v_row.kind = 'rate' then v_rate := v_row; else v_balance := v_row; end if;
  end loop;
  if v_rate.id is null or (p_amount is not null and v_balance.id is null) then
    raise exception 'workspace % has no budgets', p_workspace;
  end if;
  v_now := clock_timestamp();

  v_rate.slots := slide_slots(v_rate.slots, v_rate.slots_at, v_now);
  -- A clock that was set back must not move the window with it.
  v_rate.slots_at := greatest(v_rate.slots_at, date_trunc('minute', v_now, 'UTC'));
  v_rate.used := sum_slots(v_rate.slots);

  if p_rate_limit is not null and v_rate.used >= p_rate_limit then
    return query select 'rate', p_rate_limit, v_rate.used,
      slots_free_at(v_rate.slots, v_rate.slots_at, p_rate_limit), 0::bigint, v_now;
    return;
  end if;

  v_rate.slots[1] := v_rate.slots[1] + 1;
  update budgets b set
    slots = v_rate.slots, slots_at = v_rate.slots_at, used = v_rate.used + 1,
    "limit" = coalesce(p_rate_limit, 0)
  where b.id = v_rate.id;

  if p_amount is not null then
    if p_amount > 0 and v_balance."limit" - v_balance.used - v_balance.held < p_amount then
      return query select 'balance', p_rate_limit, v_rate.used + 1,
        slots_free_at(v_rate.slots, v_rate.slots_at, p_rate_limit),
        v_balance."limit" - v_balance.used - v_balance.held, v_now;
      return;
    end if;
    update budgets b set held = b.held + p_amount where b.id = v_balance.id and p_amount > 0;
    insert into holds (
      request_id, instance_id, workspace_id, key_id, secret_id, amount_nanos,
      input_nanos_per_mtok, output_nanos_per_mtok, model, method, path, stream,
      address, user_agent, started_at
    ) select
      h.request_id, p_instance, p_workspace, h.key_id, h.secret_id, p_amount,
      h.input_nanos_per_mtok, h.output_nanos_per_mtok, h.model, h.method, h.path, h.stream,
      h.address, h.user_agent, v_now
    from jsonb_to_record(p_hold) as h (
      request_id text, key_id text, secret_id text, input_nanos_per_mtok bigint,
      output_nanos_per_mtok bigint, model text, method text, path text, stream boolean,
      address text, user_agent text
    );
  end if;

  return query select 'ok', p_rate_limit, v_rate.used + 1,
    slots_free_at(v_rate.slots, v_rate.slots_at, p_rate_limit),
    v_balance."limit" - v_balance.used - v_balance.held - coalesce(p_amount, 0), v_now;
end $$;

-- A slice is a part of a budget that one instance may spend without asking: it is counted in the
-- budget's `held` (an hour: in its slots) from the moment it is granted, so used + held never passes the
-- limit, whoever spends it. What the instance spends moves on to `used` when it settles; what it
-- doesn't need goes back; when its lease runs out the rest is taken away.

-- Takes an instance's slices away. What it admitted from them and hasn't settled is lost to it.
create or replace function release_slices(p_instance text) returns integer language plpgsql as $$
declare
  v_released integer;
begin
  -- Waits for a grant or a settlement that is under way, and keeps others out.
  perform from slice_owners o where o.instance_id = p_instance for update;
  update slice_owners set epoch = epoch + 1 where instance_id = p_instance;
  perform from budgets b
  where b.id in (select s.budget_id from slices s where s.instance_id = p_instance and s.amount > 0)
  order by b.id for no key update;
  -- An hour's slots keep what was counted in them: some of it was used, and nobody knows how much.
  update budgets b set held = b.held - s.amount
  from slices s
  where s.instance_id = p_instance and s.budget_id = b.id and b.kind <> 'rate' and s.amount > 0;
  delete from slices s where s.instance_id = p_instance;
  get diagnostics v_released = row_count;
  return v_released;
end $$;

-- Takes or renews an instance's lease. Where its slices were taken away meanwhile a higher epoch tells so; as
-- long as nobody did they are its own, even after an outage. p_acknowledged is the version of the facts that the instance has taken notice of.
create or replace function renew_lease(
  p_instance text, p_host text, p_pid integer, p_seconds double precision, p_acknowledged bigint
) returns table (now timestamptz, version bigint, epoch integer) language plpgsql as $$
#variable_conflict use_column
begin
  -- By the clock, so that one which was forgotten meanwhile doesn't come back to an epoch of its past.
  insert into slice_owners (instance_id, epoch)
  values (p_instance, extract(epoch from clock_timestamp())::integer) on conflict do nothing;
  perform from instances i where i.id = p_instance for update;
  if not found then
    -- It has nothing in memory yet, so there is nothing that it could have missed.
    insert into instances (id, kind, host, pid, lease_until, acknowledged)
    select p_instance, 'gateway', p_host, p_pid,
      clock_timestamp() + make_interval(secs => p_seconds), f.version
    from fact_version f;
  else
    update instances i set
      lease_until = clock_timestamp() + make_interval(secs => p_seconds),
      acknowledged = greatest(i.acknowledged, p_acknowledged)
    where i.id = p_instance;
  end if;
  return query
  select clock_timestamp(), f.version, o.epoch
  from fact_version f, slice_owners o where o.instance_id = p_instance;
end $$;

-- Takes the slices of instances whose lease has run out. Answers how many instances had some.
create or replace function release_dead_slices() returns integer language plpgsql as $$
declare
  v_instance text;
  v_lease_until timestamptz;
  v_released integer := 0;
begin
  for v_instance in
    select o.instance_id from slice_owners o
    where exists (select from slices s where s.instance_id = o.instance_id)
      and not exists (
        select from instances i
        where i.id = o.instance_id and i.lease_until > clock_timestamp()
      )
    order by o.instance_id
  loop
    -- Its row decides between this and its own renewal.
    select i.lease_until into v_lease_until from instances i where i.id = v_instance for update;
    if not found or v_lease_until <= clock_timestamp() then
      perform release_slices(v_instance);
      v_released := v_released + 1;
    end if;
  end loop;
  delete from slice_owners o where not exists (
    select from instances i
    where i.id = o.instance_id and i.lease_until > clock_timestamp() - interval '1 day'
  );
  return v_released;
end $$;

-- Grants slices for requests of one key that cost up to p_amount each: of every budget that applies
-- enough for p_requests of them, but no more than a thirty-second of what is free. Where a budget is too
-- nearly spent for that to be several requests nothing is granted at all: then each request asks for
-- itself (`acquire`). p_have: what is left of earlier grants, by budget. No rows: no grant.
--
-- valid_ms: how long it may be spent, counted from before the call: the permits of an hour to the end of
-- their minute, those of a day to midnight (ends_at); null without an end. minute: the slot that they
-- count in.
drop function if exists grant_slices(
  text, integer, text, text, bigint, jsonb, bigint, integer, jsonb, timestamptz
);
create function grant_slices(
  p_instance text,
  p_epoch integer,
  p_workspace text,
  p_key text,
  p_rate_limit bigint,
  p_limits jsonb,
  p_amount bigint,
  p_requests integer,
  p_have jsonb,
  p_now timestamptz default null
) returns table (
  budget_id text, kind text, "interval" text, is_keys boolean, granted bigint, "limit" bigint,
  used bigint, free_at timestamptz, valid_ms double precision, ends_at timestamptz,
  minute timestamptz
) language plpgsql as $$
#variable_conflict use_column
declare
  v_at timestamptz := coalesce(p_now, clock_timestamp());
  v_ids text[] := '{}';
  v_limits bigint[] := '{}';
  v_row budgets%rowtype;
  v_rows budgets[] := '{}';
  v_grants bigint[] := '{}';
  v_limit bigint;
  v_need bigint;
  v_have bigint;
  v_room bigint;
  v_grant bigint;
begin
  perform from slice_owners o where o.instance_id = p_instance and o.epoch = p_epoch for key share;
  if not found then
    return;
  end if;
  perform from instances i where i.id = p_instance and i.lease_until > clock_timestamp();
  if not found then
    return;
  end if;
  if p_limits is not null then
    select e.ids, e.limits into v_ids, v_limits
    from ensure_limits(p_workspace, p_key, p_limits, v_at) as e;
  end if;
  for v_row in
    select * from budgets b
    where (
      b.workspace_id = p_workspace and b.key_id is null and b.kind in ('rate', 'balance')
      and (b.kind = 'rate' or p_amount > 0)
    ) or b.id = any (v_ids)
    order by b.id for no key update
  loop
    v_limit := case
      when v_row.kind = 'balance' then v_row."limit"
      when v_row.kind = 'rate' and v_row.key_id is null then p_rate_limit
      else v_limits[array_position(v_ids, v_row.id)]
    end;
    v_need := case when v_row.unit = 'nanos' then p_amount else 1 end;
    if v_row.kind = 'rate' then
      v_at := coalesce(p_now, clock_timestamp());
      v_row.slots := slide_slots(v_row.slots, v_row.slots_at, v_at);
      v_row.slots_at := greatest(v_row.slots_at, date_trunc('minute', v_at, 'UTC'));
      v_row.used := sum_slots(v_row.slots);
    end if;
    v_have := coalesce((p_have ->> v_row.id)::bigint, 0);
    v_room := v_limit - v_row.used - v_row.held;
    v_grant := greatest(v_need * p_requests - v_have, 0);
    if v_limit is not null then
      v_grant := least(v_grant, greatest(v_room / 32, 0));
      if v_have + v_grant < v_need * 4 then
        return;
      end if;
    end if;
    v_row."limit" := v_limit;
    v_rows := v_rows || v_row;
    v_grants := v_grants || v_grant;
  end loop;

  for i in 1 .. coalesce(array_length(v_rows, 1), 0) loop
    v_row := v_rows[i];
    v_grant := v_grants[i];
    if v_row.kind = 'rate' then
      v_row.slots[1] := v_row.slots[1] + v_grant;
      v_row.used := v_row.used + v_grant;
      update budgets b set slots = v_row.slots, slots_at = v_row.slots_at, used = v_row.used,
        "limit" = coalesce(v_row."limit", 0)
      where b.id = v_row.id;
    elsif v_grant > 0 then
      update budgets b set held = b.held + v_grant, "limit" = v_row."limit" where b.id = v_row.id;
    end if;
    insert into slices as s (instance_id, budget_id, amount) values (p_instance, v_row.id, v_grant)
    on conflict (instance_id, budget_id) do update set amount = s.amount + excluded.amount;
    budget_id := v_row.id;
    kind := v_row.kind;
    "interval" := v_row."interval";
    is_keys := v_row.key_id is not null;
    granted := v_grant;
    "limit" := v_row."limit";
    used := v_row.used;
    free_at := case when v_row.kind = 'rate'
      then slots_free_at(v_row.slots, v_row.slots_at, v_row."limit") end;
    minute := case when v_row.kind = 'rate' then v_row.slots_at end;
    ends_at := case
      when v_row.kind = 'rate' then date_trunc('minute', v_at, 'UTC') + interval '1 minute'
      else window_end(v_row."interval", v_at)
    end;
    valid_ms := extract(epoch from ends_at - v_at) * 1000;
    return next;
  end loop;
end $$;

-- Moves what was spent of an instance's slices on to `used`, and gives back what isn't needed. The caller
-- has locked the budgets.
-- p_moves: [{id, spent, back, minute}]; minute: the slot that permits of an hour go back to.
drop function if exists move_slices(text, jsonb);
create function move_slices(p_instance text, p_moves jsonb)
returns void language plpgsql as $$
declare
  v_back record;
begin
  -- One at a time: permits of several minutes may go back to one hour.
  if jsonb_path_exists(p_moves, '$[*] ? (@.minute != null)') then
    for v_back in
      select r.id, r.back, 1 + (extract(epoch from b.slots_at - r.minute) / 60)::integer as slot
      from jsonb_to_recordset(p_moves) as r (id text, back bigint, minute timestamptz)
      join budgets b on b.id = r.id and b.kind = 'rate'
      where r.back > 0 and r.minute > b.slots_at - interval '61 minutes'
    loop
      update budgets b set
        slots[v_back.slot] = b.slots[v_back.slot] - v_back.back, used = b.used - v_back.back
      where b.id = v_back.id;
    end loop;
  end if;

  with moves as (
    select m.id, sum(m.spent)::bigint as spent, sum(m.back)::bigint as back
    from jsonb_to_recordset(p_moves) as m (id text, spent bigint, back bigint) group by m.id
  ),
  sliced as (
    update slices s set amount = s.amount - m.spent - m.back
    from moves m where s.instance_id = p_instance and s.budget_id = m.id
  )
  update budgets b set used = b.used + m.spent, held = b.held - m.spent - m.back
  from moves m where b.id = m.id and b.kind <> 'rate';
end $$;

-- Whether this batch of an instance may still be taken in: 'new', 'repeated' (it was, and its answer got
-- lost), 'lapsed' (its slices were taken away meanwhile). Batches of an instance queue here.
create or replace function begin_batch(p_instance text, p_epoch integer, p_batch bigint)
returns text language plpgsql as $$
declare
  v_owner slice_owners%rowtype;
begin
  update slice_owners o set batch = p_batch
  where o.instance_id = p_instance and o.epoch = p_epoch and o.batch < p_batch;
  if found then
    return 'new';
  end if;
  select * into v_owner from slice_owners o where o.instance_id = p_instance for no key update;
  if not found or p_batch > v_owner.batch then
    return 'lapsed';
  end if;
  return 'repeated';
end $$;

-- Ends requests that were admitted from slices: log rows, roll-ups, budgets, last use, in one
-- transaction, once. `state` as `begin_batch` has it; lapsed changes nothing.
create or replace function settle_leased(
  p_instance text, p_epoch integer, p_batch bigint, p_rows jsonb, p_moves jsonb
) returns table (state text, workspace_id text, balance_nanos bigint) language plpgsql as $$
#variable_conflict use_column
declare
  v_state text := begin_batch(p_instance, p_epoch, p_batch);
  v_workspaces text[] :=
    array(select distinct r ->> 'workspace_id' from jsonb_array_elements(p_rows) as r);
begin
  if v_state = 'new' then
    -- First of all the budgets, in id order; the balances among them serialise all that touches a workspace.
    perform from budgets b
    where b.id = any (array(select m ->> 'id' from jsonb_array_elements(p_moves) as m) || array(
      select w.id from budgets w
      where w.kind = 'balance' and w.key_id is null and w.workspace_id = any (v_workspaces)
    ))
    order by b.id for no key update;
    with input as (
      select * from jsonb_to_recordset(p_rows) as r (
        id text, workspace_id text, key_id text, secret_id text, method text, path text,
        model text, stream boolean, status integer, outcome text, error_code text, details jsonb,
        input_tokens integer, output_tokens integer, cost_nanos bigint, held_nanos bigint,
        input_nanos_per_mtok bigint, output_nanos_per_mtok bigint, latency_ms integer,
        first_byte_ms integer, address text, user_agent text, late boolean, estimated boolean,
        at timestamptz
      )
    ),
    logged as (
      insert into request_log (
        id, at, workspace_id, key_id, secret_id, method, path, model, stream, status, outcome,
        error_code, details, input_tokens, output_tokens, cost_nanos, held_nanos,
        input_nanos_per_mtok, output_nanos_per_mtok, latency_ms, first_byte_ms, address, user_agent,
        instance_id, late, estimated
      ) select
        i.id, i.at, i.workspace_id, i.key_id, i.secret_id, i.method, i.path, i.model, i.stream,
        i.status, i.outcome, i.error_code, i.details, i.input_tokens, i.output_tokens, i.cost_nanos,
        i.held_nanos, i.input_nanos_per_mtok, i.output_nanos_per_mtok, i.latency_ms,
        i.first_byte_ms, i.address, i.user_agent, p_instance, i.late, i.estimated
      from input i
    ),
    touched as (
      update api_key_secrets s set
        last_used_at = greatest(s.last_used_at, e.at), last_used_address = e.address,
        last_used_agent = e.user_agent
      from (
        select distinct on (i.secret_id) i.secret_id, i.at, i.address, i.user_agent
        from input i order by i.secret_id, i.at desc
      ) e
      where s.id = e.secret_id
    )
    insert into usage_hourly as u (
      workspace_id, hour, key_id, model, endpoint, status_class, requests, input_tokens,
      output_tokens, cost_nanos, latency_buckets
    ) select
      i.workspace_id, date_trunc('hour', now(), 'UTC'), i.key_id, i.model, i.path, i.status / 100,
      count(*), sum(i.input_tokens), sum(i.output_tokens), sum(i.cost_nanos),
      count_latencies(array_agg(i.latency_ms))
    from input i
    group by i.workspace_id, i.key_id, i.model, i.path, i.status / 100
    order by i.workspace_id, i.key_id, i.model, i.path, i.status / 100
    on conflict (workspace_id, hour, key_id, model, endpoint, status_class) do update set
      requests = u.requests + excluded.requests,
      input_tokens = u.input_tokens + excluded.input_tokens,
      output_tokens = u.output_tokens + excluded.output_tokens,
      cost_nanos = u.cost_nanos + excluded.cost_nanos,
      latency_buckets = add_buckets(u.latency_buckets, excluded.latency_buckets);
    perform move_slices(p_instance, p_moves);
  end if;
  if v_state = 'lapsed' then
    return query select v_state, null::text, null::bigint;
  end if;
  return query select v_state, b.workspace_id, b."limit" - b.used from budgets b
  where b.kind = 'balance' and b.key_id is null and b.workspace_id = any (v_workspaces);
end $$;

-- Makes holds of requests that take long, so that what they have delivered can be noted, and outlives this
-- process. The money stays held; permits of quotas are spent.
create or replace function hold_from_slices(
  p_instance text, p_epoch integer, p_batch bigint, p_holds jsonb, p_moves jsonb
) returns text language plpgsql as $$
declare
  v_state text := begin_batch(p_instance, p_epoch, p_batch);
begin
  if v_state <> 'new' then
    return v_state;
  end if;
  insert into holds (
    request_id, instance_id, workspace_id, key_id, secret_id, amount_nanos, cap_ids,
    input_nanos_per_mtok, output_nanos_per_mtok, model, method, path, stream,
    address, user_agent, started_at
  ) select
    h.request_id, p_instance, h.workspace_id, h.key_id, h.secret_id, h.amount_nanos,
    array(select jsonb_array_elements_text(h.cap_ids)),
    h.input_nanos_per_mtok, h.output_nanos_per_mtok, h.model, h.method, h.path, h.stream,
    h.address, h.user_agent, h.started_at
  from jsonb_to_recordset(p_holds) as h (
    request_id text, workspace_id text, key_id text, secret_id text, amount_nanos bigint,
    cap_ids jsonb, input_nanos_per_mtok bigint, output_nanos_per_mtok bigint, model text,
    method text, path text, stream boolean, address text, user_agent text, started_at timestamptz
  );
  perform from budgets b
  where b.id in (select m ->> 'id' from jsonb_array_elements(p_moves) as m)
  order by b.id for no key update;
  with moves as (
    select m.id, sum(m.spent)::bigint as spent
    from jsonb_to_recordset(p_moves) as m (id text, spent bigint) group by m.id
  ),
  counted as (
    update budgets b set used = b.used + m.spent, held = b.held - m.spent
    from moves m where b.id = m.id and b.kind = 'quota'
  )
  update slices s set amount = s.amount - m.spent
  from moves m where s.instance_id = p_instance and s.budget_id = m.id;
  return v_state;
end $$;

-- Ends an instance: what it has goes back at once.
create or replace function end_instance(p_instance text) returns void language plpgsql as $$
begin
  perform from instances i where i.id = p_instance for update;
  perform release_slices(p_instance);
  delete from slice_owners o where o.instance_id = p_instance;
  delete from instances i where i.id = p_instance;
end $$;

-- The hot path's tables are found by their keys. Plans are kept from when tables were empty, and a scan of an
-- empty table is a plan that stays when it is full.
do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = current_schema()::regnamespace and p.proname in (
      'acquire', 'ensure_limits', 'grant_slices', 'hold_from_slices', 'move_slices', 'note_progress',
      'release_slices', 'settle', 'settle_leased'
    )
  loop
    execute format('alter function %s set enable_seqscan = off', v_function);
    execute format('alter function %s set enable_hashjoin = off', v_function);
    execute format('alter function %s set enable_mergejoin = off', v_function);
  end loop;
end $$;

-- Two histograms of usage_hourly in one. Spelt out, so that it is inlined where it is used.
create or replace function add_buckets(p_a integer[], p_b integer[])
returns integer[] language sql immutable as $$
  select array[
    p_a[1] + p_b[1], p_a[2] + p_b[2], p_a[3] + p_b[3], p_a[4] + p_b[4], p_a[5] + p_b[5],
    p_a[6] + p_b[6], p_a[7] + p_b[7], p_a[8] + p_b[8], p_a[9] + p_b[9], p_a[10] + p_b[10],
    p_a[11] + p_b[11], p_a[12] + p_b[12]
  ]
$$;

-- How many of these latencies are at most 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000 ms, and
-- slower: a histogram of usage_hourly. A loop: a query would take longer to start than the loop to run.
create or replace function count_latencies(p_ms integer[])
returns integer[] language plpgsql immutable as $$
declare
  v_counts integer[] := array_fill(0, array[12]);
  v_ms integer;
  v_at integer;
begin
  foreach v_ms in array p_ms loop
    -- Thresholds are what is just too slow for a bucket.
    v_at := 1 + width_bucket(
      v_ms, array[11, 26, 51, 101, 251, 501, 1001, 2501, 5001, 10001, 30001]
    );
    v_counts[v_at] := v_counts[v_at] + 1;
  end loop;
  return v_counts;
end $$;

-- Ends requests, any number at once: log rows, roll-ups, budgets, last use, in one transaction.
--
-- A request with `held` true is settled by deleting its hold, so it is settled once, whoever comes
-- first; it is charged its cost, at most what was held. One without a hold is only logged.
--
-- state: 'settled' (now, or by an earlier call whose answer got lost), 'lost' (somebody else ended
-- it: after a lease ran out the answer must not be released as complete).
create or replace function settle(p_instance text, p_rows jsonb)
returns table (request_id text, state text, cost_nanos bigint, balance_nanos bigint)
language plpgsql as $$
declare
  v_cap_ids text[];
begin
  -- What a hold was made with never changes, so it can be read before anything is locked.
  select coalesce(array_agg(distinct cap_id), '{}') into v_cap_ids
  from holds h, unnest(h.cap_ids) as cap_id
  where h.request_id in (select r ->> 'id' from jsonb_array_elements(p_rows) as r);

  -- The balance rows serialise all that touches a workspace; in id order, so nobody waits in a ring.
  perform from budgets b
  where b.id = any (v_cap_ids) or (
    b.kind = 'balance' and b.key_id is null
    and b.workspace_id in (select r ->> 'workspace_id' from jsonb_array_elements(p_rows) as r)
  )
  order by b.id for update;

  return query
  with input as (
    select * from jsonb_to_recordset(p_rows) as r (
      id text, held boolean, workspace_id text, key_id text, secret_id text, method text, path text,
      model text, stream boolean, status integer, outcome text, error_code text, details jsonb,
      input_tokens integer, output_tokens integer, cost_nanos bigint, latency_ms integer,
      first_byte_ms integer, address text, user_agent text, late boolean, estimated boolean,
      at timestamptz
    )
  ),
  taken as (
    delete from holds h using input i
    where i.held and h.request_id = i.id
    returning h.request_id as id, h.amount_nanos, h.input_nanos_per_mtok, h.output_nanos_per_mtok,
      h.started_at, h.cap_ids
  ),
  ended as (
    select i.*, t.amount_nanos, t.input_nanos_per_mtok, t.output_nanos_per_mtok, t.cap_ids,
      least(greatest(i.cost_nanos, 0), coalesce(t.amount_nanos, 0)) as charged,
      coalesce(t.started_at, i.at, now() - make_interval(secs => i.latency_ms / 1000.0))
        as started_at
    from input i left join taken t on t.id = i.id
    where t.id is not null or (not i.held and not exists (
      select from request_log l where l.id = i.id and l.at > now() - interval '1 day'
    ))
  ),
  logged as (
    insert into request_log (
      id, at, workspace_id, key_id, secret_id, method, path, model, stream, status, outcome,
      error_code, details, input_tokens, output_tokens, cost_nanos, held_nanos,
      input_nanos_per_mtok, output_nanos_per_mtok, latency_ms, first_byte_ms, address, user_agent,
      instance_id, late, estimated
    ) select
      e.id, e.started_at, e.workspace_id, e.key_id, e.secret_id, e.method, e.path, e.model, e.stream,
      e.status, e.outcome, e.error_code, e.details, e.input_tokens, e.output_tokens, e.charged,
      coalesce(e.amount_nanos, 0), e.input_nanos_per_mtok, e.output_nanos_per_mtok, e.latency_ms,
      e.first_byte_ms, e.address, e.user_agent, p_instance, e.late, e.estimated
    from ended e
  ),
  rolled_up as (
    insert into usage_hourly as u (
      workspace_id, hour, key_id, model, endpoint, status_class, requests, input_tokens,
      output_tokens, cost_nanos, latency_buckets
    ) select
      e.workspace_id, date_trunc('hour', now(), 'UTC'), e.key_id, e.model, e.path, e.status / 100,
      count(*), sum(e.input_tokens), sum(e.output_tokens), sum(e.charged),
      count_latencies(array_agg(e.latency_ms))
    from ended e
    group by e.workspace_id, e.key_id, e.model, e.path, e.status / 100
    order by e.workspace_id, e.key_id, e.model, e.path, e.status / 100
    on conflict (workspace_id, hour, key_id, model, endpoint, status_class) do update set
      requests = u.requests + excluded.requests,
      input_tokens = u.input_tokens + excluded.input_tokens,
      output_tokens = u.output_tokens + excluded.output_tokens,
      cost_nanos = u.cost_nanos + excluded.cost_nanos,
      latency_buckets = add_buckets(u.latency_buckets, excluded.latency_buckets)
  ),
  charged as (
    update budgets b set used = b.used + s.cost, held = b.held - s.amount
    from (
      select e.workspace_id, sum(e.charged)::bigint as cost, sum(e.amount_nanos)::bigint as amount
      from ended e where e.amount_nanos is not null group by e.workspace_id
    ) s
    where b.workspace_id = s.workspace_id and b.kind = 'balance' and b.key_id is null
      and s.amount > 0
    returning b.workspace_id, b."limit" - b.used as balance
  ),
  -- The caps of the moment of admission, even where their window has turned meanwhile.
  capped as (
    update budgets b set used = b.used + s.cost, held = b.held - s.amount
    from (
      select cap_id, sum(e.charged)::bigint as cost, sum(e.amount_nanos)::bigint as amount
      from ended e, unnest(e.cap_ids) as cap_id group by cap_id
    ) s
    where b.id = s.cap_id
  ),
  touched as (
    update api_key_secrets s set
      last_used_at = greatest(s.last_used_at, e.started_at), last_used_address = e.address,
      last_used_agent = e.user_agent
    from (
      select distinct on (e.secret_id) e.secret_id, e.started_at, e.address, e.user_agent
      from ended e where e.secret_id is not null order by e.secret_id, e.started_at desc
    ) e
    where s.id = e.secret_id
  )
  select i.id,
    case
      when e.id is not null then 'settled'
      when l.id is not null and l.instance_id = p_instance and l.outcome = i.outcome then 'settled'
      else 'lost'
    end,
    coalesce(e.charged, l.cost_nanos, 0),
    coalesce(c.balance, b."limit" - b.used)
  from input i
  left join ended e on e.id = i.id
  left join request_log l
    on e.id is null and l.id = i.id and l.at > now() - interval '1 day'
  left join charged c on c.workspace_id = i.workspace_id
  left join budgets b
    on b.workspace_id = i.workspace_id and b.kind = 'balance' and b.key_id is null;
end $$;

-- Notes how far open streams have come, and tells which of them must end, and why (BAR P1): 'lost' (its
-- hold is gone: somebody else ended the request), 'revoked', 'expired', 'suspended'; null may go on.
drop function if exists note_progress(jsonb);
create function note_progress(p_rows jsonb)
returns table (request_id text, ended_by text) language sql as $$
  with input as (
    select * from jsonb_to_recordset(p_rows)
      as r (id text, input_tokens integer, output_tokens integer)
  ),
  noted as (
    update holds h set
      input_tokens = i.input_tokens, output_tokens = i.output_tokens, progressed_at = now()
    from input i where h.request_id = i.id
    returning h.request_id, h.key_id, h.secret_id, h.workspace_id
  )
  select i.id, case
    when n.request_id is null then 'lost'
    when k.revoked_at is not null or k.disabled_at is not null or w.deleted_at is not null
      or s.state = 'retired' or s.retires_at <= now() then 'revoked'
    when least(k.expires_at, k.rotation_deadline_at) <= now() then 'expired'
    when w.suspended_at is not null then 'suspended'
  end
  from input i
  left join noted n on n.request_id = i.id
  left join api_keys k on k.id = n.key_id
  left join api_key_secrets s on s.id = n.secret_id
  left join workspaces w on w.id = n.workspace_id
$$;

-- Ends holds by what their progress says: nothing is charged where no byte was delivered.
-- Answers how many were ended.
create or replace function end_holds(p_request_ids text[]) returns integer language plpgsql as $$
declare
  v_rows jsonb;
  v_instance text;
  v_ended integer := 0;
begin
  for v_instance, v_rows in
    select h.instance_id, jsonb_agg(jsonb_build_object(
      'id', h.request_id, 'held', true, 'workspace_id', h.workspace_id, 'key_id', h.key_id,
      'secret_id', h.secret_id, 'method', h.method, 'path', h.path, 'model', h.model,
      'stream', h.stream, 'status', case when h.output_tokens > 0 then 200 else 499 end,
      'outcome', case when h.output_tokens > 0 then 'recovered' else 'cancelled' end,
      'input_tokens', h.input_tokens, 'output_tokens', h.output_tokens,
      'cost_nanos', ceil(
        (h.input_tokens::numeric * h.input_nanos_per_mtok
          + h.output_tokens::numeric * h.output_nanos_per_mtok) / 1000000),
      'latency_ms', (extract(epoch from
        coalesce(h.progressed_at, h.started_at) - h.started_at) * 1000)::integer,
      'address', h.address, 'user_agent', h.user_agent, 'late', false, 'estimated', true
    ))
    from holds h
    where h.request_id = any(p_request_ids)
    group by h.instance_id
    order by h.instance_id
  loop
    v_ended := v_ended + (
      select count(*) from settle(v_instance, v_rows) as s where s.state = 'settled'
    );
  end loop;
  return v_ended;
end $$;

-- Ends what instances without a live lease left behind. Answers how many requests it ended.
drop function if exists recover_holds();
create function recover_holds() returns integer language plpgsql as $$
begin
  perform release_dead_slices();
  return end_holds(array(
    select h.request_id from holds h
    where not exists (
      select from instances i
      where i.id = h.instance_id and i.lease_until > clock_timestamp()
    )
    limit 500
  ));
end $$;

-- An id as the application makes them: the prefix, 48 bits of milliseconds and 80 random bits in
-- Crockford's base32, so that ids of one kind sort by the time they were made.
create or replace function make_id(p_prefix text) returns text language sql volatile as $$
  select p_prefix || '_' || string_agg(
    substr('0123456789abcdefghjkmnpqrstvwxyz', (case
      when place < 10 then (ms >> ((9 - place) * 5)) & 31
      -- Five bits of each byte are as random as the byte; two UUIDs hold enough that are random.
      else get_byte(random_bytes, place - 10) & 31
    end)::integer + 1, 1), '' order by place)
  from
    (select
      (extract(epoch from clock_timestamp()) * 1000)::bigint as ms,
      -- Of a UUID's bytes the first six and the last seven are random throughout.
      substr(uuid_send(gen_random_uuid()), 1, 6) || substr(uuid_send(gen_random_uuid()), 10, 7)
        || substr(uuid_send(gen_random_uuid()), 1, 6) as random_bytes) as parts,
    generate_series(0, 25) as place
$$;

-- The first use of a secret that a rotation made: it becomes the key's active one, and the overlap of
-- the old one starts, never past the key's own end. Rows are locked key first, as every verb does.
--
-- True where this call activated it. False where there was nothing to activate: another request has
-- done it already, or the secret is void (cancelled, lapsed) or the key is (revoked, disabled, ended);
-- whoever gets false reads the key's facts again and judges by them.
create or replace function activate_secret(p_secret_id text) returns boolean language plpgsql as $$
declare
  v_key api_keys%rowtype;
  v_new api_key_secrets%rowtype;
  v_old_last4 text;
  v_now timestamptz;
  v_retires_at timestamptz;
begin
  select k.* into v_key
  from api_keys k join api_key_secrets s on s.key_id = k.id
  where s.id = p_secret_id
  for no key update of k;
  v_now := clock_timestamp();
  if v_key.id is null or v_key.revoked_at is not null or v_key.disabled_at is not null
    or least(v_key.expires_at, v_key.rotation_deadline_at) <= v_now then
    return false;
  end if;

  select s.* into v_new from api_key_secrets s
  where s.id = p_secret_id and s.state = 'pending' and s.lapses_at > v_now
  for no key update;
  if v_new.id is null then
    return false;
  end if;
  v_retires_at :=
    least(v_now + make_interval(secs => coalesce(v_new.grace_seconds, 0)), v_key.expires_at);

  -- What an earlier overlap has left behind makes room for this one.
  update api_key_secrets s set state = 'retired' where s.key_id = v_key.id and s.state = 'retiring';
  update api_key_secrets s set
    state = case when v_retires_at > v_now then 'retiring' else 'retired' end,
    retires_at = v_retires_at
  where s.key_id = v_key.id and s.state = 'active'
  returning s.last4 into v_old_last4;
  update api_key_secrets s set state = 'active', activated_at = v_now, lapses_at = null
  where s.id = p_secret_id;
  update api_keys k set
    rotation_due_at = v_now + make_interval(days => k.rotation_days),
    rotation_deadline_at = null,
    updated_at = v_now
  where k.id = v_key.id;

  insert into audit_log (id, at, workspace_id, actor_type, actor_id, action, target_type, target_id, details)
  values (
    make_id('aud'), v_now, v_key.workspace_id, 'api_key', v_key.id, 'api_key.secret_activated',
    'api_key', v_key.id,
    jsonb_build_object(
      'name', v_key.name, 'last4', v_new.last4, 'oldLast4', v_old_last4,
      'retiresAt', to_char(v_retires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    )
  );
  return true;
end $$;

-- What gateways keep in memory (keys, limits, models, prices) is theirs under a lease. Whatever changes it
-- bumps a version and tells them, in its own transaction; they drop what changed, give back what they have
-- set aside, and acknowledge the version in their row of `instances`. Whoever made the change may answer
-- for it when `is_acknowledged` says so.
--
-- The version's row is taken last, when the transaction commits, so versions are in the order in which
-- changes can be seen, and nobody waits for it for longer than a commit takes.
drop function if exists announce_change(text, boolean);
create function announce_change(p_workspace text, p_recall boolean default false)
returns bigint language plpgsql as $$
declare
  v_version bigint;
begin
  update fact_version set version = version + 1 returning version into v_version;
  perform pg_notify('gatehouse_changes', json_build_object(
    'version', v_version::text, 'workspace', p_workspace, 'recall', p_recall
  )::text);
  return v_version;
end $$;

-- Whether every gateway that may admit has taken notice of all that has changed so far. One whose lease
-- has run out admits nothing.
create or replace function is_acknowledged(p_version bigint) returns boolean language sql stable as $$
  select not exists (
    select from instances i
    where i.kind = 'gateway' and i.lease_until > clock_timestamp() and i.acknowledged < p_version
  )
$$;

-- One announcement a workspace and transaction, however many of its rows changed. The argument names the
-- column that has the workspace; a table without one is everybody's.
create or replace function announce_changed_row() returns trigger language plpgsql as $$
declare
  v_workspace text := case when tg_nargs > 0 then to_jsonb(old) ->> tg_argv[0] end;
  v_mark text := coalesce(v_workspace, '*');
  v_announced text := coalesce(current_setting('gatehouse.announced', true), '');
begin
  if v_mark = any (string_to_array(v_announced, ' ')) then
    return null;
  end if;
  perform set_config('gatehouse.announced', v_announced || ' ' || v_mark, true);
  perform announce_change(v_workspace);
  return null;
end $$;

do $$
declare
  v_table text;
  v_column text;
begin
  for v_table, v_column in
    select * from (values
      ('workspaces', 'id'), ('api_keys', 'workspace_id'), ('api_key_secrets', 'workspace_id')
    ) as owned
  loop
    execute format('drop trigger if exists %1$s_changed on %1$s', v_table);
    execute format(
      'create constraint trigger %1$s_changed after update %3$s or delete on %1$s
        deferrable initially deferred
        for each row execute function announce_changed_row(%2$L)',
      v_table, v_column,
      -- The last use of a secret is no news.
      case v_table when 'api_key_secrets'
        then 'of state, hash, lapses_at, retires_at, activated_at' else '' end
    );
  end loop;
  foreach v_table in array array['plans', 'models', 'model_fallbacks', 'upstreams', 'model_prices'] loop
    execute format('drop trigger if exists %1$s_changed on %1$s', v_table);
    execute format(
      'create constraint trigger %1$s_changed after insert or update or delete on %1$s
        deferrable initially deferred for each row execute function announce_changed_row()',
      v_table
    );
  end loop;
end $$;

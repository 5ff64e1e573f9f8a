-- Notes that a day's roll-ups have changed after readers may have begun to take it from `usage_daily`. It
-- also waits for whoever sums the day just now, and makes them wait: one of the two sees the other's work.
create or replace function note_late_usage() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' then
    update usage_days set state = 'due' where state <> 'due';
    return null;
  end if;
  if tg_op <> 'INSERT' then
    insert into usage_days as d (workspace_id, day, state)
    values (old.workspace_id, (old.hour at time zone 'UTC')::date, 'due')
    on conflict (workspace_id, day) do update set state = 'due' where d.state <> 'due';
  end if;
  if tg_op <> 'DELETE' then
    insert into usage_days as d (workspace_id, day, state)
    values (new.workspace_id, (new.hour at time zone 'UTC')::date, 'due')
    on conflict (workspace_id, day) do update set state = 'due' where d.state <> 'due';
  end if;
  return null;
end $$;

-- Settlement writes to the running hour, for which these compare two times and no more: 3 µs a statement. A
-- day is summed when it has been over for longer than that (lib/usage/day-sums.ts).
create or replace trigger usage_hourly_late_insert after insert on usage_hourly
  for each row when (new.hour < clock_timestamp() - interval '24 hours')
  execute function note_late_usage();
create or replace trigger usage_hourly_late_update after update on usage_hourly
  for each row when (new.hour < clock_timestamp() - interval '24 hours')
  execute function note_late_usage();
create or replace trigger usage_hourly_late_delete after delete on usage_hourly
  for each row when (old.hour < clock_timestamp() - interval '24 hours')
  execute function note_late_usage();
-- Nothing of ours moves usage to another hour.
create or replace trigger usage_hourly_moved after update of workspace_id, hour on usage_hourly
  for each row execute function note_late_usage();
create or replace trigger usage_hourly_truncate after truncate on usage_hourly
  for each statement execute function note_late_usage();

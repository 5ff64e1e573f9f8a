-- Makes the daily partitions of request_log from `p_from` to `p_until`, both included. Days that
-- already have rows in the default partition keep them there: nothing is moved, nothing is lost.
create or replace function ensure_request_log_partitions(p_from date, p_until date)
returns integer language plpgsql as $$
declare
  v_day date;
  v_name text;
  v_made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('request_log_partitions'));
  for v_day in select generate_series(p_from, p_until, interval '1 day')::date loop
    v_name := 'request_log_' || to_char(v_day, 'YYYYMMDD');
    if to_regclass(v_name) is not null then continue; end if;
    if exists (
      select from request_log_default
      where at >= v_day::timestamp at time zone 'UTC'
        and at < (v_day + 1)::timestamp at time zone 'UTC'
    ) then continue; end if;
    execute format(
      'create table %I partition of request_log for values from (%L) to (%L)',
      v_name, v_day::text || ' 00:00:00+00', (v_day + 1)::text || ' 00:00:00+00');
    v_made := v_made + 1;
  end loop;
  return v_made;
end $$;

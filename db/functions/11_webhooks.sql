-- Asks the worker to attempt deliveries of webhooks: one job for each, named after it, so that asking twice
-- is asking once. `p_at` is when; null for as soon as possible, and before those that were put off. The
-- worker brings its own tables when it first starts; until then the deliveries wait, and
-- `requestDueDeliveries` finds them.
create or replace function request_webhook_attempts(p_ids text[], p_at timestamptz default null)
returns void language plpgsql as $$
begin
  if to_regclass('graphile_worker.jobs') is null then
    return;
  end if;
  perform graphile_worker.add_job(
    'deliver_webhook', json_build_object('deliveryId', id),
    run_at := coalesce(p_at, now()), job_key := 'deliver_webhook:' || id,
    priority := case when p_at is null then 10 else 11 end
  )
  from unnest(p_ids) as id;
end $$;

-- Asks for the oldest deliveries of an endpoint that were due and found it busy. Call it under the
-- endpoint's lock: whoever finds it busy decides so under the same.
create or replace function request_waiting_webhooks(p_endpoint text, p_room integer)
returns void language plpgsql as $$
begin
  if to_regclass('graphile_worker.jobs') is null then
    return;
  end if;
  perform request_webhook_attempts(array(
    select d.id from webhook_deliveries d
    where d.endpoint_id = p_endpoint and d.state = 'pending' and d.claimed_at is null
      and d.next_attempt_at <= clock_timestamp()
      -- One whose job runs just now may be about to give up.
      and not exists (
        select from graphile_worker.jobs j
        where j.key = 'deliver_webhook:' || d.id and j.locked_at is null
          and j.attempts < j.max_attempts
      )
    order by d.next_attempt_at, d.id
    limit p_room
  ));
end $$;

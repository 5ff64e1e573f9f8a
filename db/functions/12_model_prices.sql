-- What has been charged stays explained: once its moment has come, a price goes only with its model, and
-- none is put in before a moment at which another held. Both are judged when the transaction commits, by
-- the clock of that moment. A gateway's lease is three seconds, so a price that is announced that long
-- before it begins is known to every gateway that admits anything when it does.
create or replace function keep_past_prices() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.effective_from <= clock_timestamp() + interval '1 second'
      and exists (select from models where id = old.model_id) then
      raise exception 'a price of % has begun', old.model_id using errcode = 'restrict_violation';
    end if;
  elsif new.effective_from <= clock_timestamp() + interval '3 seconds' and exists (
    select from model_prices
    where model_id = new.model_id and effective_from <> new.effective_from
      and effective_from <= clock_timestamp() + interval '3 seconds'
  ) then
    raise exception 'a price of % would begin in the past', new.model_id
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;

drop trigger if exists model_prices_past_kept on model_prices;
create constraint trigger model_prices_past_kept
  after insert or delete on model_prices
  deferrable initially deferred
  for each row execute function keep_past_prices();

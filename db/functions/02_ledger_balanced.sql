-- Every ledger transaction sums to zero and has at least two sides when it commits (BAR P2).
create or replace function check_ledger_balanced() returns trigger language plpgsql as $$
declare
  v_sum numeric;
  v_sides bigint;
begin
  select coalesce(sum(amount_nanos), 0), count(*) into v_sum, v_sides
  from ledger_entries where transaction_id = new.transaction_id;
  if v_sum <> 0 or v_sides < 2 then
    raise exception 'ledger transaction % does not balance: % over % entries',
      new.transaction_id, v_sum, v_sides using errcode = 'check_violation';
  end if;
  return null;
end $$;

drop trigger if exists ledger_entries_balanced on ledger_entries;
create constraint trigger ledger_entries_balanced
  after insert on ledger_entries
  deferrable initially deferred
  for each row execute function check_ledger_balanced();

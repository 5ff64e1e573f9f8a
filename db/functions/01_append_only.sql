-- What has been written to the journal and to the audit log stays as written (BAR P20).
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

create or replace trigger ledger_transactions_append_only
  before update or delete on ledger_transactions
  for each row execute function refuse_change();
create or replace trigger ledger_transactions_no_truncate
  before truncate on ledger_transactions
  for each statement execute function refuse_change();

create or replace trigger ledger_entries_append_only
  before update or delete on ledger_entries
  for each row execute function refuse_change();
create or replace trigger ledger_entries_no_truncate
  before truncate on ledger_entries
  for each statement execute function refuse_change();

create or replace trigger audit_log_append_only
  before update or delete on audit_log
  for each row execute function refuse_change();
create or replace trigger audit_log_no_truncate
  before truncate on audit_log
  for each statement execute function refuse_change();

-- A price is what it was: another one is a new row. Both go only with their model.
create or replace trigger model_prices_unchanged
  before update on model_prices
  for each row execute function refuse_change();

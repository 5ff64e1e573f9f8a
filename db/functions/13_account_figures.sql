-- Every workspace has its row in the operators' list from its first moment on.
create or replace function add_account_figures() returns trigger language plpgsql as $$
begin
  insert into account_figures (workspace_id, created_at) values (new.id, new.created_at)
  on conflict do nothing;
  return null;
end $$;

create or replace trigger workspaces_figures
  after insert on workspaces
  for each row execute function add_account_figures();

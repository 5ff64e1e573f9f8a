import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { Scope } from "@/lib/scope";

const Sums = z.object({
  everything: z.coerce.bigint(),
  wallet: z.coerce.bigint(),
  balance: z.coerce.bigint(),
  unposted: z.coerce.bigint(),
  transactions: z.coerce.number(),
});

/** What must hold at every instant: everything = 0, and balance = wallet − unposted usage. */
export async function readSums(db: Db, scope: Scope): Promise<z.infer<typeof Sums>> {
  const [row] = await db.execute(sql`
    select
      (select coalesce(sum(amount_nanos), 0) from ledger_entries)::text as everything,
      (select coalesce(sum(amount_nanos), 0) from ledger_entries
        where workspace_id = ${scope.workspaceId} and account = 'wallet')::text as wallet,
      (select "limit" - used from budgets
        where workspace_id = ${scope.workspaceId} and kind = 'balance')::text as balance,
      ((select coalesce(sum(cost_nanos), 0) from usage_hourly
          where workspace_id = ${scope.workspaceId})
        - (select coalesce(sum(posted_nanos), 0) from usage_postings
          where workspace_id = ${scope.workspaceId}))::text as unposted,
      (select count(*) from ledger_transactions
        where workspace_id = ${scope.workspaceId})::text as transactions
  `);
  return Sums.parse(row);
}

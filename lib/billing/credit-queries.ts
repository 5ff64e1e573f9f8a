import "server-only";
import { desc, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { creditCodes } from "@/db/schema/billing";
import { AppError } from "@/lib/errors";

/*
 * What operators see of credit, across all workspaces: none of it is limited to one, so nothing here is for
 * customers' pages.
 */

export interface CodeEntry {
  id: string;
  /** The last characters: the code itself isn't kept. */
  hint: string;
  description: string;
  amountNanos: bigint;
  uses: number;
  usesMax: number;
  expiresAt: Date | null;
  createdAt: Date;
  status: "active" | "disabled" | "expired" | "used_up";
}

export const codesAPage = 50;

/** A page of the codes, the newest first, and how many there are. Pages count from 0. */
export async function listCodes(
  db: Db,
  page: number,
): Promise<{ codes: CodeEntry[]; total: number }> {
  const status = sql<CodeEntry["status"]>`case
    when ${creditCodes.disabledAt} is not null then 'disabled'
    when ${creditCodes.uses} >= ${creditCodes.usesMax} then 'used_up'
    when ${creditCodes.expiresAt} <= now() then 'expired'
    else 'active' end`;
  const { id, hint, description, amountNanos, uses, usesMax, expiresAt, createdAt } = creditCodes;
  const [codes, [counted]] = await Promise.all([
    db
      .select({
        ...{ id, hint, description, amountNanos, uses, usesMax, expiresAt, createdAt, status },
      })
      .from(creditCodes)
      .orderBy(desc(creditCodes.id))
      .limit(codesAPage)
      .offset(page * codesAPage),
    db.select({ total: sql`count(*)`.mapWith(Number) }).from(creditCodes),
  ]);
  return { codes, total: counted?.total ?? 0 };
}

/** Whom credit is given to, with what is in the balance. */
export interface CreditAccount {
  workspaceId: string;
  name: string;
  /** Addresses of its owners. */
  owners: string[];
  balanceNanos: bigint;
  /** Set aside for requests that are running, and by gateways. */
  heldNanos: bigint;
}

const AccountRow = z.object({
  id: z.string(),
  name: z.string(),
  owners: z.array(z.string()),
  balance: z.coerce.bigint(),
  held: z.coerce.bigint(),
});

/** More than one person runs; beyond it the id has to be given. */
const accountsMax = 20;

/**
 * The accounts of an id, of a member's address, or of a name, in whatever case; none that is deleted. At
 * most twenty, by name.
 */
export async function findCreditAccounts(db: Db, term: string): Promise<CreditAccount[]> {
  if (term === "") return [];
  const rows = await db.execute(sql`
    select w.id, w.name, (b."limit" - b.used)::text as balance, b.held::text as held,
      coalesce((
        select jsonb_agg(u.email order by u.email) from members m join users u on u.id = m.user_id
        where m.workspace_id = w.id and m.role = 'owner'
      ), '[]') as owners
    from workspaces w
    join budgets b on b.workspace_id = w.id and b.kind = 'balance' and b.key_id is null
    where w.deleted_at is null and (
      w.id = ${term} or lower(w.name) = lower(${term})
      or w.id in (
        select m.workspace_id from members m join users u on u.id = m.user_id
        where u.email = lower(${term})
      )
    )
    order by w.name, w.id limit ${accountsMax}`);
  return rows.map((row) => {
    const { id, name, owners, balance, held } = AccountRow.parse(row);
    return { workspaceId: id, name, owners, balanceNanos: balance, heldNanos: held };
  });
}

export interface CreditAct {
  id: string;
  at: Date;
  workspaceId: string;
  workspaceName: string;
  kind: "credit.granted" | "balance.adjusted";
  /** Below zero for what was taken. */
  amountNanos: bigint;
  reason: string;
  /** The operator's name. */
  by: string;
}

const ActRow = z.object({
  id: z.string(),
  at: z.coerce.date(),
  workspace_id: z.string(),
  workspace_name: z.string(),
  action: z.enum(["credit.granted", "balance.adjusted"]),
  amount: z.coerce.bigint(),
  reason: z.string(),
  by: z.string(),
});

/** The latest grants and adjustments by operators, the newest first; at most 20. */
export async function listCreditActs(db: Db): Promise<CreditAct[]> {
  const rows = await db.execute(sql`
    select a.id, a.at, a.workspace_id, w.name as workspace_name, a.action,
      a.details ->> 'amountNanos' as amount, a.details ->> 'reason' as reason,
      coalesce(u.name, 'a former operator') as by
    from audit_log a
    join workspaces w on w.id = a.workspace_id
    left join users u on u.id = a.actor_id
    where a.actor_type = 'operator' and a.action in ('credit.granted', 'balance.adjusted')
    order by a.at desc limit 20`);
  return rows.map((row) => {
    const act = ActRow.parse(row);
    return {
      ...{ id: act.id, at: act.at, kind: act.action, reason: act.reason, by: act.by },
      ...{ workspaceId: act.workspace_id, workspaceName: act.workspace_name },
      amountNanos: act.amount,
    };
  });
}

/** Throws NOT_FOUND for an account that isn't there or is deleted: its balance is nobody's any more. */
export async function requireCreditAccount(db: Db, workspaceId: string): Promise<void> {
  const rows = await db.execute(
    sql`select from workspaces where id = ${workspaceId} and deleted_at is null for share`,
  );
  if (rows.length === 0) {
    throw new AppError("NOT_FOUND", "There is no such account, or it was deleted.");
  }
}

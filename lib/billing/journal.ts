import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { ledgerEntries, ledgerTransactions } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
import { armAlert } from "@/lib/billing/alert-watch";
import { newId } from "@/lib/id";

export type LedgerAccount = (typeof ledgerEntries.$inferInsert)["account"];
export type LedgerKind = (typeof ledgerTransactions.$inferInsert)["kind"];

export interface LedgerPosting {
  workspaceId: string;
  kind: LedgerKind;
  /** Names the cause, such as `top_up:top_…`; one cause is booked once, whoever comes first. */
  reference: string;
  /** Shown to the customer in the list of transactions. */
  description: string;
  /** Positive into the account, negative out of it; they sum to zero. */
  entries: ReadonlyArray<{ account: LedgerAccount; amountNanos: bigint }>;
  /** When it happened, where that isn't now: only the demo's history needs it. */
  at?: Date;
}

export type Posted = { outcome: "posted"; transactionId: string } | { outcome: "duplicate" };

/**
 * Books one movement of money, and gives the balance budget what it brings to the wallet, so that
 * requests can spend it as soon as the transaction commits. Usage is the exception: it was taken
 * from the budget when each request was settled, and reaches the journal hours later.
 *
 * Call it inside a transaction: the journal and the budget change together or not at all. A
 * reference that is booked already has no second effect and answers `duplicate`.
 * Throws an Error where the entries don't sum to zero or the workspace has no balance.
 */
export async function postTransaction(tx: Db, posting: LedgerPosting): Promise<Posted> {
  const sum = posting.entries.reduce((total, entry) => total + entry.amountNanos, 0n);
  if (sum !== 0n || posting.entries.length < 2) {
    throw new Error(`ledger transaction ${posting.reference} does not balance`);
  }

  const [transaction] = await tx
    .insert(ledgerTransactions)
    .values({
      id: newId("ledgerTransaction", posting.at?.getTime()),
      workspaceId: posting.workspaceId,
      kind: posting.kind,
      reference: posting.reference,
      description: posting.description,
      ...(posting.at ? { createdAt: posting.at } : {}),
    })
    .onConflictDoNothing({ target: ledgerTransactions.reference })
    .returning({ id: ledgerTransactions.id });
  if (!transaction) return { outcome: "duplicate" };

  await tx.insert(ledgerEntries).values(
    posting.entries.map((entry) => ({
      transactionId: transaction.id,
      workspaceId: posting.workspaceId,
      account: entry.account,
      amountNanos: entry.amountNanos,
    })),
  );
  if (posting.kind !== "usage") await creditBudget(tx, posting);
  return { outcome: "posted", transactionId: transaction.id };
}

async function creditBudget(tx: Db, posting: LedgerPosting): Promise<void> {
  const amountNanos = posting.entries
    .filter((entry) => entry.account === "wallet")
    .reduce((total, entry) => total + entry.amountNanos, 0n);
  if (amountNanos === 0n) return;
  const rows = await tx
    .update(budgets)
    .set({ limit: sql`${budgets.limit} + ${amountNanos}` })
    .where(
      and(
        eq(budgets.workspaceId, posting.workspaceId),
        eq(budgets.kind, "balance"),
        isNull(budgets.keyId),
      ),
    )
    .returning({ balanceNanos: sql<bigint>`${budgets.limit} - ${budgets.used}`.mapWith(BigInt) });
  const [changed] = rows;
  if (!changed) throw new Error(`workspace ${posting.workspaceId} has no balance`);
  if (amountNanos > 0n) await armAlert(tx, posting.workspaceId, changed.balanceNanos);
}

/** What a workspace has and owes, in nano-dollars, while its balance row is locked. */
export interface LockedFunds {
  /** In the balance and not set aside for a request: what can be taken at once. */
  freeNanos: bigint;
  /** What the customer owes, because a reversal found too little in the wallet; never negative. */
  owedNanos: bigint;
}

/**
 * Locks the workspace's balance until the transaction ends, so that what is free stays so. Take it
 * after the lock of a top-up, never before. Throws an Error where the workspace has no balance.
 */
export async function lockFunds(tx: Db, workspaceId: string): Promise<LockedFunds> {
  const [row] = await tx
    .select({ limit: budgets.limit, used: budgets.used, held: budgets.held })
    .from(budgets)
    .where(
      and(eq(budgets.workspaceId, workspaceId), eq(budgets.kind, "balance"), isNull(budgets.keyId)),
    )
    .for("update");
  if (!row) throw new Error(`workspace ${workspaceId} has no balance`);
  const [debt] = await tx
    .select({ nanos: sql<bigint>`coalesce(sum(${ledgerEntries.amountNanos}), 0)`.mapWith(BigInt) })
    .from(ledgerEntries)
    .where(
      and(eq(ledgerEntries.workspaceId, workspaceId), eq(ledgerEntries.account, "receivable")),
    );
  const owed = -(debt?.nanos ?? 0n);
  return { freeNanos: row.limit - row.used - row.held, owedNanos: owed > 0n ? owed : 0n };
}

/** A movement between the customer and one other account. */
export interface CustomerMovement
  extends Pick<LedgerPosting, "workspaceId" | "kind" | "reference" | "description"> {
  account: Exclude<LedgerAccount, "wallet" | "receivable">;
  /** More than zero. */
  amountNanos: bigint;
}

/**
 * Takes money back from a customer, to `account`: from the wallet what is free there, and the rest
 * becomes the customer's debt, so that no balance falls below zero (BAR P3). Once a reference.
 */
export async function takeFromCustomer(tx: Db, movement: CustomerMovement): Promise<Posted> {
  const { freeNanos } = await lockFunds(tx, movement.workspaceId);
  const takenNanos = freeNanos < movement.amountNanos ? freeNanos : movement.amountNanos;
  return postTransaction(tx, {
    ...movement,
    entries: withoutZero([
      { account: "wallet", amountNanos: -takenNanos },
      { account: "receivable", amountNanos: takenNanos - movement.amountNanos },
      { account: movement.account, amountNanos: movement.amountNanos },
    ]),
  });
}

/**
 * Gives money back to a customer, from `account`: first off the debt, the rest into the wallet.
 * Once a reference.
 */
export async function giveToCustomer(tx: Db, movement: CustomerMovement): Promise<Posted> {
  const { owedNanos } = await lockFunds(tx, movement.workspaceId);
  const repaidNanos = owedNanos < movement.amountNanos ? owedNanos : movement.amountNanos;
  return postTransaction(tx, {
    ...movement,
    entries: withoutZero([
      { account: "receivable", amountNanos: repaidNanos },
      { account: "wallet", amountNanos: movement.amountNanos - repaidNanos },
      { account: movement.account, amountNanos: -movement.amountNanos },
    ]),
  });
}

/** The journal has no entries of nothing. */
function withoutZero(entries: LedgerPosting["entries"]): LedgerPosting["entries"] {
  return entries.filter((entry) => entry.amountNanos !== 0n);
}

/**
 * Grants a new workspace its welcome credit, once for ever. Zero grants nothing.
 * Call it inside the transaction that makes the workspace.
 */
export async function grantWelcomeCredit(
  tx: Db,
  input: { workspaceId: string; amountNanos: bigint; at?: Date },
): Promise<void> {
  if (input.amountNanos <= 0n) return;
  await postTransaction(tx, {
    workspaceId: input.workspaceId,
    kind: "grant",
    reference: `welcome:${input.workspaceId}`,
    description: "Welcome credit",
    entries: [
      { account: "promotions", amountNanos: -input.amountNanos },
      { account: "wallet", amountNanos: input.amountNanos },
    ],
    ...(input.at ? { at: input.at } : {}),
  });
}

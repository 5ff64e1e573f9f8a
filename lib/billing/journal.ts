import "server-only";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { ledgerEntries, ledgerTransactions } from "@/db/schema/billing";
import { budgets } from "@/db/schema/budgets";
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
    .returning({ id: budgets.id });
  if (rows.length !== 1) throw new Error(`workspace ${posting.workspaceId} has no balance`);
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

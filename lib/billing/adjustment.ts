import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { ledgerEntries, ledgerTransactions } from "@/db/schema/billing";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { lockFunds, postTransaction } from "@/lib/billing/journal";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { formatUsd } from "@/lib/money";

export interface Adjustment {
  workspaceId: string;
  /** Nano-dollars, above zero into the wallet, below out of it. */
  amountNanos: bigint;
  /** Why; shown to the customer in the list of transactions. */
  reason: string;
  /** The user who does it; null for the system. */
  actorId: string | null;
  /** The operator who does it, in the place of the user. */
  operatorId?: string;
  /** Given once by the form, so that a doubled submit is one booking; without it every call books. */
  nonce?: string;
}

/**
 * Corrects a balance, up or down, against the account `adjustments`. Answers the transaction's id, or null
 * where this nonce has been booked before.
 *
 * Errors: VALIDATION_ERROR for nothing or without a reason; CONFLICT where more is to be taken than is free, and
 * where the nonce was booked with another amount.
 */
export async function adjustBalance(
  db: Db,
  input: Adjustment,
  origin?: RequestOrigin,
): Promise<string | null> {
  return await book(db, input, "adjustment", origin);
}

/**
 * Gives a workspace credit, against the account `promotions`. Answers the transaction's id, or null where
 * this nonce has been booked before. VALIDATION_ERROR for nothing, for less, or without a reason.
 */
export async function grantCredit(
  db: Db,
  input: Adjustment,
  origin?: RequestOrigin,
): Promise<string | null> {
  if (input.amountNanos <= 0n) throw new AppError("VALIDATION_ERROR", "Grant more than nothing.");
  return await book(db, input, "grant", origin);
}

async function book(
  db: Db,
  input: Adjustment,
  kind: "adjustment" | "grant",
  origin: RequestOrigin | undefined,
): Promise<string | null> {
  const { workspaceId, amountNanos } = input;
  const reason = input.reason.trim();
  if (amountNanos === 0n)
    throw new AppError("VALIDATION_ERROR", "Enter an amount other than zero.");
  if (reason === "") throw new AppError("VALIDATION_ERROR", "Enter a reason.");
  return await db.transaction(async (tx) => {
    const { freeNanos } = await lockFunds(tx, workspaceId);
    const reference = `${kind}:${workspaceId}:${input.nonce ?? newId("event")}`;
    // Asked first: what the first of two presses took isn't free for the second.
    const booked = await findBooked(tx, reference);
    if (booked !== null && booked !== amountNanos) {
      const message = `This form was booked before, with ${formatUsd(booked)}. Reload the page.`;
      throw new AppError("CONFLICT", message);
    }
    if (booked !== null) return null;
    if (freeNanos + amountNanos < 0n) {
      throw new AppError("CONFLICT", `Only ${formatUsd(freeNanos)} is free and can be taken.`);
    }
    const posted = await postTransaction(tx, {
      ...{ workspaceId, kind, description: reason },
      reference,
      entries: [
        { account: kind === "grant" ? "promotions" : "adjustments", amountNanos: -amountNanos },
        { account: "wallet", amountNanos },
      ],
    });
    if (posted.outcome === "duplicate") return null;
    await recordAudit(tx, {
      ...{ workspaceId, userId: input.actorId, targetType: "workspace", targetId: workspaceId },
      action: kind === "grant" ? "credit.granted" : "balance.adjusted",
      details: { amountNanos: amountNanos.toString(), reason },
      ...(input.operatorId === undefined ? {} : { operatorId: input.operatorId }),
      ...(origin ? { origin } : {}),
    });
    return posted.transactionId;
  });
}

/** What went into the wallet under a reference; null where nothing is booked under it. */
async function findBooked(tx: Db, reference: string): Promise<bigint | null> {
  const [row] = await tx
    .select({ amountNanos: ledgerEntries.amountNanos })
    .from(ledgerTransactions)
    .innerJoin(ledgerEntries, eq(ledgerEntries.transactionId, ledgerTransactions.id))
    .where(and(eq(ledgerTransactions.reference, reference), eq(ledgerEntries.account, "wallet")));
  return row?.amountNanos ?? null;
}

/**
 * Collects what customers owe, because a reversal took more than was in the wallet, from what is free
 * there now. Answers how many collections it booked. Any number of workers may run at once.
 */
export async function collectDebts(db: Db): Promise<number> {
  const debtors = await db.execute<{ workspace_id: string }>(sql`
    select e.workspace_id from ledger_entries e
    join (
      select distinct t.workspace_id from payment_reversals r join top_ups t on t.id = r.top_up_id
    ) reversed on reversed.workspace_id = e.workspace_id
    where e.account = 'receivable'
    group by e.workspace_id having sum(e.amount_nanos) < 0
    order by e.workspace_id`);
  let collected = 0;
  for (const { workspace_id: workspaceId } of debtors) {
    if (await db.transaction((tx) => collectDebt(tx, workspaceId))) collected += 1;
  }
  return collected;
}

/** Takes what is free towards the debt. The balance's lock keeps the count in the reference to one. */
async function collectDebt(tx: Db, workspaceId: string): Promise<boolean> {
  const { freeNanos, owedNanos } = await lockFunds(tx, workspaceId);
  const amountNanos = freeNanos < owedNanos ? freeNanos : owedNanos;
  if (amountNanos <= 0n) return false;
  const [row] = await tx
    .select({ made: sql`count(*)`.mapWith(Number) })
    .from(ledgerTransactions)
    .where(
      sql`${ledgerTransactions.workspaceId} = ${workspaceId} and ${ledgerTransactions.kind} = 'debt'`,
    );
  await postTransaction(tx, {
    ...{ workspaceId, kind: "debt", description: "Owed after a refund or dispute" },
    reference: `debt:${workspaceId}:${(row?.made ?? 0) + 1}`,
    entries: [
      { account: "wallet", amountNanos: -amountNanos },
      { account: "receivable", amountNanos },
    ],
  });
  return true;
}

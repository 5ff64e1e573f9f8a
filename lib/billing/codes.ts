import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { codeRedemptions, creditCodes } from "@/db/schema/billing";
import { throttles } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { hashCode, newCodeText, normalizeCode } from "@/lib/billing/code-text";
import { postTransaction } from "@/lib/billing/journal";
import type { RedeemCode } from "@/lib/billing/profile-schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

export interface NewCreditCode {
  /** Nano-dollars that each redemption brings. */
  amountNanos: bigint;
  /** How many workspaces may redeem it, 1 or more. */
  usesMax: number;
  /** Shown to whoever redeems it, in the list of transactions. */
  description: string;
  expiresAt?: Date | null;
  /** The user who makes it; null for the system. */
  actorId: string | null;
  /** The operator who makes it, in the place of the user, and from where. */
  operator?: OperatorOrigin;
  /** Its text, where the form that makes it has one (`codeTextOf`); else a new one. */
  code?: string;
}

/** An operator who acts on codes. */
export interface OperatorOrigin {
  userId: string;
  origin: RequestOrigin;
}

const byOperator = (operator: OperatorOrigin | undefined) =>
  operator ? { operatorId: operator.userId, origin: operator.origin } : {};

export interface MadeCreditCode {
  id: string;
  code: string;
  /** Its last four characters. */
  hint: string;
  /** False where its form had made it before. */
  isNew: boolean;
}

/**
 * Makes a credit code and answers it, once: only its hash and its last four characters are kept. A form that is
 * sent again, be it at the same moment, gets the code that it made.
 *
 * Errors: CONFLICT where that one has other terms; a RangeError for an amount or a number of uses that makes no
 * sense.
 */
export async function createCreditCode(db: Db, input: NewCreditCode): Promise<MadeCreditCode> {
  if (input.amountNanos <= 0n) throw new RangeError("a code must be worth something");
  if (!Number.isInteger(input.usesMax) || input.usesMax < 1) {
    throw new RangeError("a code must have a use");
  }
  const code = input.code ?? newCodeText();
  const normalized = normalizeCode(code);
  if (normalized === null) throw new Error("made a code that isn't one");
  const id = newId("creditCode");
  const hint = normalized.slice(-4);
  const codeHash = hashCode(normalized);
  return await db.transaction(async (tx) => {
    const added = await tx
      .insert(creditCodes)
      .values({
        ...{ id, hint, codeHash, amountNanos: input.amountNanos, usesMax: input.usesMax },
        ...{ description: input.description, expiresAt: input.expiresAt ?? null },
      })
      .onConflictDoNothing({ target: creditCodes.codeHash })
      .returning({ id: creditCodes.id });
    if (added.length === 0) {
      return { id: await requireSameTerms(tx, codeHash, input), code, hint, isNew: false };
    }
    await recordAudit(tx, {
      ...{ workspaceId: null, userId: input.actorId },
      action: "credit_code.created",
      ...{ targetType: "credit_code", targetId: id },
      details: { hint, amountNanos: input.amountNanos.toString(), usesMax: input.usesMax },
      ...byOperator(input.operator),
    });
    return { id, code, hint, isNew: true };
  });
}

/** The id of the code that a form made before. */
async function requireSameTerms(tx: Db, codeHash: Buffer, input: NewCreditCode): Promise<string> {
  const [made] = await tx.select().from(creditCodes).where(eq(creditCodes.codeHash, codeHash));
  const isSame =
    made?.amountNanos === input.amountNanos &&
    made.usesMax === input.usesMax &&
    made.description === input.description &&
    made.expiresAt?.getTime() === input.expiresAt?.getTime();
  if (made && isSame) return made.id;
  const message = `This form made a code before, which ends in ${made?.hint}. Reload the page.`;
  throw new AppError("CONFLICT", message);
}

/** Lets a code be redeemed no more; what was redeemed stays. Answers false where it already was, or isn't. */
export async function disableCreditCode(
  db: Db,
  id: string,
  actorId: string | null,
  operator?: OperatorOrigin,
): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const disabled = await tx
      .update(creditCodes)
      .set({ disabledAt: sql`now()` })
      .where(and(eq(creditCodes.id, id), sql`${creditCodes.disabledAt} is null`))
      .returning({ hint: creditCodes.hint });
    if (disabled.length === 0) return false;
    await recordAudit(tx, {
      ...{ workspaceId: null, userId: actorId },
      action: "credit_code.disabled",
      ...{ targetType: "credit_code", targetId: id },
      details: { hint: disabled[0]?.hint ?? "" },
      ...byOperator(operator),
    });
    return true;
  });
}

export interface RedeemedCode {
  amountNanos: bigint;
  description: string;
}

const notValid = "This code isn't valid.";
const alreadyRedeemed = "This workspace has already redeemed this code.";

const refuse = (message: string) =>
  new AppError("VALIDATION_ERROR", message, { fields: { code: message } });

/**
 * Redeems a credit code for the workspace: counts the use, books the credit and writes the audit row in one
 * transaction.
 *
 * Errors: FORBIDDEN for a role that may not spend; RATE_LIMITED after ten wrong codes of a workspace in an
 * hour; VALIDATION_ERROR on `code`, in the same words whether it is unknown, expired, disabled or used up,
 * and in others where this very workspace has redeemed it.
 */
export async function redeemCode(
  db: Db,
  scope: Scope,
  input: RedeemCode,
  origin: RequestOrigin,
): Promise<RedeemedCode> {
  requirePermission(scope, "billing.manage");
  // Counted before it is tried, so that a hundred guesses at once can't all pass on the same count.
  await takeGuess(db, scope.workspaceId);
  const normalized = normalizeCode(input.code);
  const redeemed = normalized === null ? null : await redeem(db, scope, normalized, origin);
  if (redeemed === null) throw refuse(notValid);
  await forgiveGuess(db, scope.workspaceId);
  if (redeemed === "already") throw refuse(alreadyRedeemed);
  return redeemed;
}

async function redeem(
  db: Db,
  scope: Scope,
  normalized: string,
  origin: RequestOrigin,
): Promise<RedeemedCode | "already" | null> {
  return await db.transaction(async (tx) => {
    // Locked, so that those who redeem it at the same time take turns and each sees what is left.
    const [code] = await tx
      .select({ id: creditCodes.id, hint: creditCodes.hint })
      .from(creditCodes)
      .where(eq(creditCodes.codeHash, hashCode(normalized)))
      .for("update");
    if (!code) return null;
    const { workspaceId, userId } = scope;
    const before = await tx
      .select({ codeId: codeRedemptions.codeId })
      .from(codeRedemptions)
      .where(
        and(eq(codeRedemptions.codeId, code.id), eq(codeRedemptions.workspaceId, workspaceId)),
      );
    if (before.length > 0) return "already";
    const [used] = await tx
      .update(creditCodes)
      .set({ uses: sql`${creditCodes.uses} + 1` })
      .where(
        and(
          eq(creditCodes.id, code.id),
          sql`${creditCodes.uses} < ${creditCodes.usesMax}`,
          sql`${creditCodes.disabledAt} is null`,
          sql`coalesce(${creditCodes.expiresAt} > clock_timestamp(), true)`,
        ),
      )
      .returning({ amountNanos: creditCodes.amountNanos, description: creditCodes.description });
    if (!used) return null;
    await tx.insert(codeRedemptions).values({ codeId: code.id, workspaceId, userId });
    await postTransaction(tx, {
      ...{ workspaceId, kind: "code", reference: `code:${code.id}:${workspaceId}` },
      description: used.description,
      entries: [
        { account: "promotions", amountNanos: -used.amountNanos },
        { account: "wallet", amountNanos: used.amountNanos },
      ],
    });
    await recordAudit(tx, {
      ...{ workspaceId, userId, origin },
      action: "credit_code.redeemed",
      ...{ targetType: "credit_code", targetId: code.id },
      details: { hint: code.hint, amountNanos: used.amountNanos.toString() },
    });
    return used;
  });
}

const guessesMax = 10;
const guessWindow = sql`interval '1 hour'`;
const guessSubject = (workspaceId: string) => `credit-code:${workspaceId}`;

async function takeGuess(db: Db, workspaceId: string): Promise<void> {
  const isOver = sql`${throttles.windowStart} <= now() - ${guessWindow}`;
  const [taken] = await db
    .insert(throttles)
    .values({
      subject: guessSubject(workspaceId),
      ...{ failures: 1, windowStart: sql`now()`, lastFailedAt: sql`now()` },
    })
    .onConflictDoUpdate({
      target: throttles.subject,
      set: {
        failures: sql`case when ${isOver} then 1 else ${throttles.failures} + 1 end`,
        windowStart: sql`case when ${isOver} then now() else ${throttles.windowStart} end`,
        lastFailedAt: sql`now()`,
      },
      setWhere: sql`${isOver} or ${throttles.failures} < ${guessesMax}`,
    })
    .returning({ failures: throttles.failures });
  if (taken) return;
  const [row] = await db
    .select({
      seconds:
        sql`ceil(extract(epoch from ${throttles.windowStart} + ${guessWindow} - now()))`.mapWith(
          Number,
        ),
    })
    .from(throttles)
    .where(eq(throttles.subject, guessSubject(workspaceId)));
  throw new AppError("RATE_LIMITED", "Too many codes that aren't valid. Try again in an hour.", {
    retryAfterSeconds: Math.max(1, row?.seconds ?? 1),
  });
}

/** Takes the count back: the code was one. */
async function forgiveGuess(db: Db, workspaceId: string): Promise<void> {
  await db
    .update(throttles)
    .set({ failures: sql`greatest(${throttles.failures} - 1, 0)` })
    .where(eq(throttles.subject, guessSubject(workspaceId)));
}

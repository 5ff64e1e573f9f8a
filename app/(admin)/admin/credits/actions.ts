"use server";

import { refresh } from "next/cache";
import { createOperatorAction } from "@/lib/auth/operator-action";
import { adjustBalance, grantCredit } from "@/lib/billing/adjustment";
import { codeTextOf } from "@/lib/billing/code-text";
import { createCreditCode, disableCreditCode } from "@/lib/billing/codes";
import { requireCreditAccount } from "@/lib/billing/credit-queries";
import { AdjustBalance, CodeReference, CreateCode, GrantCredit } from "@/lib/billing/credit-schema";
import { readEnv } from "@/lib/env";
import type { ActionResult } from "@/lib/result";
import { deriveKey } from "@/lib/sealed";

/** Moves money, or makes it. */
const sensitive = { isSensitive: true };

const grant = createOperatorAction(GrantCredit, sensitive, async (context, input) => {
  const { db, operator } = context;
  await requireCreditAccount(db, input.workspaceId);
  const { workspaceId, reason, nonce, amountUsd: amountNanos } = input;
  const movement = { workspaceId, reason, nonce, amountNanos, actorId: null };
  const booked = await grantCredit(db, { ...movement, operatorId: operator.userId }, context);
  // The same form before: its credit is there.
  if (booked === null) context.changedNothing();
  refresh();
});

const adjust = createOperatorAction(AdjustBalance, sensitive, async (context, input) => {
  const { db, operator } = context;
  await requireCreditAccount(db, input.workspaceId);
  const { workspaceId, reason, nonce } = input;
  const amountNanos = input.direction === "add" ? input.amountUsd : -input.amountUsd;
  const movement = { workspaceId, reason, nonce, amountNanos, actorId: null };
  const booked = await adjustBalance(db, { ...movement, operatorId: operator.userId }, context);
  if (booked === null) context.changedNothing();
  refresh();
});

const create = createOperatorAction(CreateCode, sensitive, async (context, input) => {
  const { db, operator } = context;
  // Of the secret and the form, so that one whose answer was lost gets its code by being sent again.
  const key = deriveKey(readEnv().AUTH_SECRET, "credit codes");
  const { code, isNew } = await createCreditCode(db, {
    code: codeTextOf(key, `${operator.userId} ${input.nonce}`),
    ...{ amountNanos: input.amountUsd, usesMax: input.usesMax, expiresAt: input.lastDay },
    ...{ description: input.description, actorId: null },
    operator: { userId: operator.userId, origin: context },
  });
  if (!isNew) context.changedNothing();
  refresh();
  return { code };
});

const disable = createOperatorAction(
  CodeReference,
  { isSensitive: false },
  async (context, { id }) => {
    const operator = { userId: context.operator.userId, origin: context };
    if (!(await disableCreditCode(context.db, id, null, operator))) context.changedNothing();
    refresh();
  },
);

/** Amounts are dollars as they were typed. */
export async function grantCreditAction(input: unknown): Promise<ActionResult<void>> {
  return await grant(input);
}

export async function adjustBalanceAction(input: unknown): Promise<ActionResult<void>> {
  return await adjust(input);
}

/** Answers the code, to its form alone: it leaves the server by no other way. */
export async function createCodeAction(input: unknown): Promise<ActionResult<{ code: string }>> {
  return await create(input);
}

export async function disableCodeAction(input: CodeReference): Promise<ActionResult<void>> {
  return await disable(input);
}

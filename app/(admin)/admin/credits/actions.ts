"use server";

import { refresh } from "next/cache";
import { createOperatorAction } from "@/lib/auth/operator-action";
import { adjustBalance, grantCredit } from "@/lib/billing/adjustment";
import { createCreditCode, disableCreditCode } from "@/lib/billing/codes";
import { requireCreditAccount } from "@/lib/billing/credit-queries";
import { AdjustBalance, CodeReference, CreateCode, GrantCredit } from "@/lib/billing/credit-schema";
import type { ActionResult } from "@/lib/result";

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
  const { code } = await createCreditCode(db, {
    ...{ amountNanos: input.amountUsd, usesMax: input.usesMax, expiresAt: input.lastDay },
    ...{ description: input.description, actorId: null },
    operator: { userId: operator.userId, origin: context },
  });
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

/** Answers the code: the only time that it leaves the server. */
export async function createCodeAction(input: unknown): Promise<ActionResult<{ code: string }>> {
  return await create(input);
}

export async function disableCodeAction(input: CodeReference): Promise<ActionResult<void>> {
  return await disable(input);
}

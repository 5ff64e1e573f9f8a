"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { tellOwners } from "@/app/(admin)/admin/accounts/tell-owners";
import { createOperatorAction } from "@/lib/auth/operator-action";
import { restoredMail, suspendedMail } from "@/lib/mail/support-templates";
import {
  changeAccountLimits,
  changeAccountPlan,
  restoreAccount,
  suspendAccount,
} from "@/lib/operators/account-acts";
import { AccountAct, ChangeAccountLimits, ChangeAccountPlan } from "@/lib/operators/account-schema";
import { leaveSupportView, startSupportView } from "@/lib/operators/support-views";
import type { ActionResult } from "@/lib/result";

const suspend = createOperatorAction(
  AccountAct,
  { isSensitive: true },
  async ({ db, record }, input) => {
    const { workspaceId, reason } = input;
    const workspaceName = await suspendAccount(db, input, record);
    const mail = suspendedMail({ workspaceName, reason });
    await tellOwners(db, workspaceId, "account_suspended", mail);
    refresh();
  },
);

const restore = createOperatorAction(
  AccountAct,
  { isSensitive: true },
  async ({ db, record }, input) => {
    const { workspaceId, reason } = input;
    const workspaceName = await restoreAccount(db, input, record);
    const mail = restoredMail({ workspaceName, reason });
    await tellOwners(db, workspaceId, "account_restored", mail);
    refresh();
  },
);

const changeLimits = createOperatorAction(
  ChangeAccountLimits,
  { isSensitive: true },
  async ({ db, record }, input) => {
    await changeAccountLimits(db, input, record);
    refresh();
  },
);

const changePlan = createOperatorAction(
  ChangeAccountPlan,
  { isSensitive: true },
  async ({ db, record }, input) => {
    await changeAccountPlan(db, input, record);
    refresh();
  },
);

const look = createOperatorAction(
  AccountAct,
  { isSensitive: true },
  async ({ db, operator, record }, input) => {
    const { userId, sessionId } = operator;
    await startSupportView(db, { userId, sessionId }, input, record);
  },
);

const leave = createOperatorAction(
  z.void(),
  { isSensitive: false },
  async ({ db, operator, record, changedNothing }) => {
    const workspaceId = await leaveSupportView(db, operator.sessionId, record);
    if (workspaceId === null) changedNothing();
  },
);

/** Stops an account's traffic: when this has answered, no request that starts later is accepted. */
export async function suspendAccountAction(input: AccountAct): Promise<ActionResult<void>> {
  return await suspend(input);
}

export async function restoreAccountAction(input: AccountAct): Promise<ActionResult<void>> {
  return await restore(input);
}

export async function changeAccountLimitsAction(
  input: ChangeAccountLimits,
): Promise<ActionResult<void>> {
  return await changeLimits(input);
}

export async function changeAccountPlanAction(
  input: ChangeAccountPlan,
): Promise<ActionResult<void>> {
  return await changePlan(input);
}

/** From the next request on this browser sees the account's dashboard, read-only, for an hour. */
export async function startSupportViewAction(input: AccountAct): Promise<ActionResult<void>> {
  return await look(input);
}

export async function leaveSupportViewAction(): Promise<ActionResult<void>> {
  return await leave(undefined);
}

"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { createOperatorAction } from "@/lib/auth/operator-action";
import { AppError } from "@/lib/errors";
import { requestLedgerCheck } from "@/lib/operations/queries";
import type { ActionResult } from "@/lib/result";

const check = createOperatorAction(z.undefined(), { isSensitive: false }, async (context) => {
  const isAsked = await requestLedgerCheck(context.db);
  if (isAsked === null) {
    throw new AppError("CONFLICT", "No worker has run yet. Start one, and it makes the check.");
  }
  if (isAsked) await context.record({ workspaceId: null, action: "ledger_check.requested" });
  else context.changedNothing();
  refresh();
});

/** Asks the worker for a check of the ledger. */
export async function checkLedgerAction(): Promise<ActionResult<void>> {
  return await check(undefined);
}

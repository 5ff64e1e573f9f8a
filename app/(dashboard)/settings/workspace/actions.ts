"use server";

import { z } from "zod";
import { deleteOwnWorkspace } from "@/app/(dashboard)/settings/workspace/delete-workspace";
import { createAction } from "@/lib/auth/action";
import { requireRecentSignIn } from "@/lib/auth/recent";
import { findPaymentProvider } from "@/lib/billing/provider";
import { forgetAtProvider } from "@/lib/billing/saved-card";
import { requirePermission } from "@/lib/permissions";
import type { ActionResult } from "@/lib/result";

const DeleteWorkspace = z.object({
  confirmation: z.string({ error: "Type the workspace’s name." }).max(1_024),
});

const remove = createAction(DeleteWorkspace, async (context, { confirmation }) => {
  const { db, scope } = context;
  requirePermission(scope, "workspace.delete");
  await requireRecentSignIn(db, scope);
  const card = await deleteOwnWorkspace(db, scope, confirmation, context);
  const provider = findPaymentProvider();
  if (card && provider?.name === card.provider) {
    await forgetAtProvider(provider, card.paymentMethodId);
  }
});

/** Deletes the caller's workspace; the page that they go to next shows another one, or none. */
export async function deleteWorkspaceAction(input: {
  confirmation: string;
}): Promise<ActionResult<void>> {
  return await remove(input);
}

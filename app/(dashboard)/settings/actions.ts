"use server";

import type { Route } from "next";
import { refresh, revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { deleteAccount } from "@/app/(dashboard)/settings/delete/delete-account";
import { createAction } from "@/lib/auth/action";
import { clearSessionCookie } from "@/lib/auth/auth";
import { endOtherSessions, endSession, renameUser } from "@/lib/auth/mutations";
import { requireRecentSignIn } from "@/lib/auth/recent";
import { RenameProfile, SessionChoice } from "@/lib/auth/schema";
import { findPaymentProvider } from "@/lib/billing/provider";
import { forgetAtProvider } from "@/lib/billing/saved-card";
import { readEnv } from "@/lib/env";
import { setNotice } from "@/lib/notifications/choices";
import { SetNotice } from "@/lib/notifications/schema";
import type { ActionResult } from "@/lib/result";
import { renameWorkspace } from "@/lib/workspaces/mutations";
import { RenameWorkspace } from "@/lib/workspaces/schema";

const renameProfile = createAction(RenameProfile, async (context, input) => {
  await renameUser(context.db, context.scope, input, context);
  // The frame around every page shows it as well.
  refresh();
});

const renameOwnWorkspace = createAction(RenameWorkspace, async (context, input) => {
  await renameWorkspace(context.db, context.scope, input, context);
  refresh();
});

const endOneSession = createAction(SessionChoice, async (context, input) => {
  await endSession(context.db, context.scope, input, context);
  revalidatePath("/settings", "layout");
});

const endSessionsElsewhere = createAction(z.void(), async (context) => {
  const count = await endOtherSessions(context.db, context.scope, context);
  revalidatePath("/settings", "layout");
  return count;
});

const chooseNotice = createAction(SetNotice, async (context, input) => {
  await setNotice(context.db, context.scope, input, context);
  revalidatePath("/settings/notifications");
});

const DeleteAccount = z.object({
  confirmation: z.string({ error: "Type the address of your account." }).max(1_024),
});

const remove = createAction(DeleteAccount, async (context, { confirmation }) => {
  const { db, scope } = context;
  await requireRecentSignIn(db, scope);
  const { AUTH_SECRET: authSecret } = readEnv();
  const { cards } = await deleteAccount(db, scope, { confirmation, authSecret }, context);
  const provider = findPaymentProvider();
  for (const card of cards) {
    if (provider?.name === card.provider) await forgetAtProvider(provider, card.paymentMethodId);
  }
  await clearSessionCookie();
});

export async function renameProfileAction(input: { name: string }): Promise<ActionResult<void>> {
  return await renameProfile(input);
}

export async function renameWorkspaceAction(input: { name: string }): Promise<ActionResult<void>> {
  return await renameOwnWorkspace(input);
}

export async function endSessionAction(input: { sessionId: string }): Promise<ActionResult<void>> {
  return await endOneSession(input);
}

/** Answers how many sessions were ended. */
export async function endOtherSessionsAction(): Promise<ActionResult<number>> {
  return await endSessionsElsewhere(undefined);
}

/** Turns one of the caller's own mails on or off. */
export async function setNoticeAction(input: SetNotice): Promise<ActionResult<void>> {
  return await chooseNotice(input);
}

/** Deletes the caller's account and leads to the farewell; answers only where it didn't. */
export async function deleteAccountAction(input: {
  confirmation: string;
}): Promise<ActionResult<void>> {
  const result = await remove(input);
  if (!result.ok) return result;
  redirect("/account-deleted" as Route);
}

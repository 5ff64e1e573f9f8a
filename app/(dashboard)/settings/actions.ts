"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { createAction } from "@/lib/auth/action";
import { endOtherSessions, endSession, renameUser } from "@/lib/auth/mutations";
import { RenameProfile, SessionChoice } from "@/lib/auth/schema";
import type { ActionResult } from "@/lib/result";
import { renameWorkspace } from "@/lib/workspaces/mutations";
import { RenameWorkspace } from "@/lib/workspaces/schema";

const renameProfile = createAction(RenameProfile, async (context, input) => {
  await renameUser(context.db, context.scope, input, context);
  // The frame around every page shows it as well.
  revalidatePath("/", "layout");
});

const renameOwnWorkspace = createAction(RenameWorkspace, async (context, input) => {
  await renameWorkspace(context.db, context.scope, input, context);
  revalidatePath("/", "layout");
});

const endOneSession = createAction(SessionChoice, async (context, input) => {
  await endSession(context.db, context.scope, input, context);
  revalidatePath("/settings");
});

const endSessionsElsewhere = createAction(z.void(), async (context) => {
  const count = await endOtherSessions(context.db, context.scope, context);
  revalidatePath("/settings");
  return count;
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

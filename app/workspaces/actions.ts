"use server";

import { z } from "zod";
import { createPersonalAction } from "@/lib/auth/action";
import { keepWishedWorkspace } from "@/lib/auth/cookies";
import type { ActionResult } from "@/lib/result";
import { enterWorkspace, openOwnWorkspace } from "@/lib/workspaces/memberships";
import { RenameWorkspace } from "@/lib/workspaces/schema";

const SwitchWorkspace = z.object({
  workspaceId: z.string({ error: "Choose a workspace." }).regex(/^[\w-]{1,64}$/, {
    error: "Choose a workspace.",
  }),
});

const enter = createPersonalAction(SwitchWorkspace, async (context, { workspaceId }) => {
  await enterWorkspace(context.db, context.signedIn.userId, workspaceId);
  await keepWishedWorkspace(workspaceId);
});

const open = createPersonalAction(RenameWorkspace, async (context, input) => {
  const workspaceId = await openOwnWorkspace(context.db, context.signedIn, input, context);
  await keepWishedWorkspace(workspaceId);
  return workspaceId;
});

/** From the next request on the caller acts in another workspace of theirs. */
export async function switchWorkspaceAction(input: {
  workspaceId: string;
}): Promise<ActionResult<void>> {
  return await enter(input);
}

/** Opens a workspace and goes there; answers its id. */
export async function createWorkspaceAction(input: {
  name: string;
}): Promise<ActionResult<string>> {
  return await open(input);
}

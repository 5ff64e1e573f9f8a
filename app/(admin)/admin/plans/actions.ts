"use server";

import { refresh } from "next/cache";
import { createOperatorAction } from "@/lib/auth/operator-action";
import type { ActionResult } from "@/lib/result";
import { UpdatePlan, updatePlan } from "@/lib/workspaces/plan-edit";

const update = createOperatorAction(UpdatePlan, { isSensitive: false }, async (context, input) => {
  const changes = await updatePlan(context.db, input);
  if (changes.length === 0) return context.changedNothing();
  await context.record({
    ...{ workspaceId: null, targetType: "plan", targetId: input.id },
    action: "plan.updated",
    details: {
      name: input.name,
      fields: changes.map(({ field, from, to }) => `${field} from ${from} to ${to}`),
    },
  });
  refresh();
});

/** Limits are text as they were typed; nothing is no limit. */
export async function updatePlanAction(input: unknown): Promise<ActionResult<void>> {
  return await update(input);
}

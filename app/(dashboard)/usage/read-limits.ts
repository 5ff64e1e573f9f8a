import { type LimitsView, limitsView } from "@/app/(dashboard)/usage/limits-view";
import { getDb } from "@/db/client";
import { readLimitState } from "@/lib/budgets/state";
import { UsageKey } from "@/lib/usage/schema";

/** How the workspace's limits stand, and those of one of its keys where `key` is one's id. */
export async function readLimits(workspaceId: string, key: string | null): Promise<LimitsView> {
  const keyId = UsageKey.is(key) ? key : null;
  return limitsView(await readLimitState(getDb(), { workspaceId, keyId }));
}

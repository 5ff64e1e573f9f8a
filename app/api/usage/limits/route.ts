import { limitsView } from "@/app/(dashboard)/usage/limits-view";
import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { readLimitState } from "@/lib/budgets/state";
import { UsageKey } from "@/lib/usage/schema";

/** `?key=` → LimitsView: how the workspace's limits stand, and those of one of its keys. */
export function GET(request: Request): Promise<Response> {
  return answerJson("usage.read", async ({ workspaceId }) => {
    const key = new URL(request.url).searchParams.get("key");
    const keyId = UsageKey.is(key) ? key : null;
    const state = await readLimitState(getDb(), { workspaceId, keyId });
    return limitsView(state);
  });
}

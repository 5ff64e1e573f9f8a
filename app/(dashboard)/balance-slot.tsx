import { LiveBalanceChip } from "@/app/(dashboard)/billing/live-balance-chip";
import { readBalance } from "@/app/(dashboard)/billing/read-balance";
import { summarizeError } from "@/lib/auth/error-summary";
import { requirePageScope } from "@/lib/auth/session";
import { log } from "@/lib/log";

/** The sidebar's balance. Where it can't be read the frame stays, without it. */
export async function BalanceSlot() {
  const { workspaceId } = await requirePageScope();
  const initial = await readBalance(workspaceId).catch((error: unknown) => {
    log.error({ error: summarizeError(error) }, "the sidebar's balance could not be read");
    return null;
  });
  return initial ? <LiveBalanceChip workspaceId={workspaceId} initial={initial} /> : null;
}

import { LiveBalance } from "@/app/(dashboard)/billing/live-balance";
import { readBalance } from "@/app/(dashboard)/billing/read-balance";
import { summarizeError } from "@/lib/auth/error-summary";
import { requirePageScope } from "@/lib/auth/session";
import { findPaymentProvider } from "@/lib/billing/provider";
import { log } from "@/lib/log";
import { may } from "@/lib/permissions";

/** The frame's balance. Where it can't be read the frame stays, without it. */
export async function BalanceSlot() {
  const { workspaceId, role } = await requirePageScope();
  const initial = await readBalance(workspaceId).catch((error: unknown) => {
    log.error({ error: summarizeError(error) }, "the frame's balance could not be read");
    return null;
  });
  if (!initial) return null;
  return (
    <LiveBalance
      workspaceId={workspaceId}
      initial={initial}
      mayPay={may(role, "billing.manage") && findPaymentProvider() !== null}
    />
  );
}

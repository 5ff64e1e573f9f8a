import "server-only";
import { cache } from "react";
import { getDb } from "@/db/client";
import { type BalanceView, toBalanceView } from "@/lib/billing/balance-view";
import { getBalance } from "@/lib/billing/queries";

/** Once a request, so that the sidebar and the page begin with the same figures. */
export const readBalance = cache(
  async (workspaceId: string): Promise<BalanceView> =>
    toBalanceView(await getBalance(getDb(), { workspaceId })),
);

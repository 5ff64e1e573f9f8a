import type { AccountLimits } from "@/lib/operators/account-schema";
import type { PlanChoice } from "@/lib/operators/accounts";

/** An account as its dialogs need it. */
export interface ActedAccount {
  id: string;
  name: string;
  planId: string;
  plans: readonly PlanChoice[];
  isSuspended: boolean;
  ownLimits: AccountLimits;
  planLimits: AccountLimits;
}

import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { toBalanceView } from "@/lib/billing/balance-view";
import { getBalance } from "@/lib/billing/queries";

/** The workspace's balance → BalanceView. */
export function GET(): Promise<Response> {
  return answerJson("billing.read", async (scope) =>
    toBalanceView(await getBalance(getDb(), scope)),
  );
}

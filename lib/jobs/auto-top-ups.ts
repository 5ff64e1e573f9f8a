import "server-only";
import type { Db } from "@/db/client";
import { chargeSavedCard } from "@/lib/billing/auto-charge";
import { findDueAutoTopUps, takeAutoTopUp } from "@/lib/billing/auto-top-up-charge";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { tellOfPause } from "@/lib/jobs/billing-mails";
import { log } from "@/lib/log";

/** What auto top-up needs of payments. */
export interface CardCharger {
  provider: PaymentProvider["name"];
  /** Charges the saved card for a top-up that is written down, and writes down what became of it. */
  charge(db: Db, topUpId: string): Promise<void>;
}

/** The charger over a provider of payments; null where there is none. */
export function chargerOf(provider: PaymentProvider | null): CardCharger | null {
  if (!provider) return null;
  return {
    provider: provider.name,
    charge: async (db, topUpId) => {
      await chargeSavedCard(db, provider, topUpId);
    },
  };
}

/** Providers answer within seconds; one that hangs must not hold up everybody else's. */
const lanes = 4;

/**
 * Charges the saved cards of workspaces whose balance has fallen below their threshold, as far as the
 * brakes let it. Any number of workers may run at once. What fails for one workspace is logged and left to
 * the next look; a payment whose charge wasn't heard of is found out about by the reconciliation. Answers
 * how many charges it began.
 */
export async function runAutoTopUps(db: Db, charger: CardCharger | null): Promise<number> {
  if (!charger) return 0;
  const due = await findDueAutoTopUps(db, charger.provider);
  let begun = 0;
  async function runLane(): Promise<void> {
    for (let id = due.shift(); id !== undefined; id = due.shift()) {
      if (await runAutoTopUp(db, charger, id)) begun += 1;
    }
  }
  await Promise.all(Array.from({ length: lanes }, runLane));
  return begun;
}

async function runAutoTopUp(
  db: Db,
  charger: CardCharger | null,
  workspaceId: string,
): Promise<boolean> {
  if (!charger) return false;
  try {
    const taken = await db.transaction(async (tx) => {
      const decided = await takeAutoTopUp(tx, workspaceId, charger.provider);
      if (decided.act === "pause") await tellOfPause(tx, workspaceId, decided.reason);
      return decided;
    });
    if (taken.act !== "charge") return false;
    await charger.charge(db, taken.topUpId);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ workspaceId, reason }, "an auto top-up was interrupted");
    return false;
  }
}

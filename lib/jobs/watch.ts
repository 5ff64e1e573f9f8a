import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "@/db/client";
import { collectDebts } from "@/lib/billing/adjustment";
import { type CardCharger, runAutoTopUps } from "@/lib/jobs/auto-top-ups";
import { tellOfLowBalances, tellOfPayments, tellOfReversals } from "@/lib/jobs/billing-mails";
import { countWatchFailure } from "@/lib/jobs/metrics";
import { tellOfDepletion, tellOfLimits } from "@/lib/jobs/webhook-watch";
import { log } from "@/lib/log";
import { requestDueDeliveries } from "@/lib/webhooks/request-attempts";

/** How long a balance that has fallen, or a payment that has ended, waits to be noticed. */
const soonMs = 3_000;
/** The same for what is rare. */
const laterMs = 15_000;
const everyMsMax = 60_000;

export interface Watch {
  name: string;
  everyMs: number;
  /** Answers how much it did. Running twice, or beside another, does no harm. */
  look(): Promise<number>;
}

/**
 * What is looked at all the time, because a minute of the worker's clock is too long for it.
 * `webhookStalledSeconds` is how long an attempt at a webhook may run; null where this worker makes none.
 */
export function makeWatches(
  db: Db,
  charger: CardCharger | null,
  webhookStalledSeconds: number | null = null,
): Watch[] {
  const webhooks =
    webhookStalledSeconds === null
      ? []
      : [
          {
            name: "request_due_deliveries",
            everyMs: Math.min(soonMs, webhookStalledSeconds * 1_000),
            look: () => requestDueDeliveries(db, webhookStalledSeconds),
          },
        ];
  return [
    ...webhooks,
    { name: "run_auto_top_ups", everyMs: soonMs, look: () => runAutoTopUps(db, charger) },
    { name: "tell_of_low_balances", everyMs: soonMs, look: () => tellOfLowBalances(db) },
    { name: "tell_of_payments", everyMs: soonMs, look: () => tellOfPayments(db) },
    { name: "tell_of_reversals", everyMs: laterMs, look: () => tellOfReversals(db) },
    { name: "tell_of_depletion", everyMs: soonMs, look: () => tellOfDepletion(db) },
    { name: "tell_of_limits", everyMs: laterMs, look: () => tellOfLimits(db) },
    { name: "collect_debts", everyMs: laterMs, look: () => collectDebts(db) },
  ];
}

/**
 * Looks again and again, each watch by itself, until `stopping`. One that fails, such as while PostgreSQL
 * is away, looks less often until it succeeds. Resolves when the last look has ended.
 */
export async function runWatches(watches: readonly Watch[], stopping: AbortSignal): Promise<void> {
  await Promise.all(watches.map((watch) => runWatch(watch, stopping)));
}

async function runWatch({ name, everyMs, look }: Watch, stopping: AbortSignal): Promise<void> {
  let waitMs = everyMs;
  while (!stopping.aborted) {
    try {
      const done = await look();
      if (done > 0) log.info({ watch: name, done }, "watch found something");
      waitMs = everyMs;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      waitMs = Math.min(waitMs * 2, everyMsMax);
      countWatchFailure(name);
      log.error({ watch: name, reason, waitMs }, "watch failed and looks again");
    }
    await sleep(waitMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { drizzle } from "drizzle-orm/postgres-js";
import { Logger, parseCronItems, type Runner, run } from "graphile-worker";
import { connect } from "@/db/client";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { chargerOf } from "@/lib/jobs/auto-top-ups";
import { cronItems, jobSpec, makeTasks, startTasks } from "@/lib/jobs/tasks";
import { makeWatches, runWatches } from "@/lib/jobs/watch";
import { log } from "@/lib/log";
import type { MailTransport } from "@/lib/mail/transport";

const taskTimeoutMs = 60_000;
const concurrency = 3;
/** For what is watched all the time, beside the tasks. */
const watchConnections = 3;
const pollMs = 2_000;
const retryMsMin = 500;
const retryMsMax = 10_000;

/** Graphile's own lines, in our log: routine ones only where debug is on. */
const logger = new Logger((scope) => (level, message) => {
  const fields = { worker: scope.workerId, task: scope.taskIdentifier };
  if (level === "error") log.error(fields, message);
  else if (level === "warning") log.warn(fields, message);
  else log.debug(fields, message);
});

export interface Worker {
  /** Lets the running jobs end, then lets go of the database. */
  stop(): Promise<void>;
}

/**
 * Runs the scheduled tasks and the watches until stopped. While PostgreSQL is away it keeps trying, so
 * that nobody has to start it again. Any number of workers may run: each tick is one job. Mail goes
 * through `mail`; without it, it stays in the outbox. Payments go through `payments`; without it no card
 * is charged, and no provider asked what became of a payment.
 */
export function startWorker(
  databaseUrl: string,
  mail: MailTransport | null = null,
  payments: PaymentProvider | null = null,
): Worker {
  const pool = connect(databaseUrl, concurrency + watchConnections, taskTimeoutMs);
  const db = drizzle(pool);
  const tasks = makeTasks(db, mail, payments);
  const stopping = new AbortController();
  let runner: Runner | undefined;

  async function runOnce(): Promise<void> {
    runner = await run({
      connectionString: databaseUrl,
      taskList: tasks,
      parsedCronItems: parseCronItems(cronItems),
      concurrency,
      pollInterval: pollMs,
      noHandleSignals: true,
      logger,
    });
    const died = failureOf(runner);
    log.info("worker is running");
    if (stopping.signal.aborted) return;
    for (const name of startTasks) await runner.addJob(name, {}, jobSpec(name));
    await Promise.race([runner.promise, died]);
  }

  async function runUntilStopped(): Promise<void> {
    let retryMs = retryMsMin;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      try {
        await runOnce();
      } catch (error) {
        if (stopping.signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        log.error({ reason, retryMs }, "worker lost the database and tries again");
        // What ran for a while met a new trouble, not the old one.
        retryMs =
          Date.now() - startedAt > retryMsMax ? retryMsMin : Math.min(retryMs * 2, retryMsMax);
        await sleep(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      } finally {
        await runner?.stop().catch(() => undefined);
        runner = undefined;
      }
    }
  }

  const ended = Promise.all([
    runUntilStopped(),
    runWatches(makeWatches(db, chargerOf(payments)), stopping.signal),
  ]);
  return {
    async stop() {
      stopping.abort();
      await runner?.stop().catch(() => undefined);
      await ended;
      await pool.end({ timeout: 5 });
    },
  };
}

/**
 * Rejects when one of the runner's workers gives up, which it does when the database goes away just
 * as a job ends. The runner itself goes on then, with nobody to do the work.
 */
function failureOf(runner: Runner): Promise<never> {
  const died = new Promise<never>((_, reject) => {
    runner.events.once("worker:fatalError", ({ error }) => reject(error));
  });
  // Nobody may be listening any more when they fail.
  died.catch(() => undefined);
  runner.promise.catch(() => undefined);
  return died;
}

import "server-only";
import { drizzle } from "drizzle-orm/postgres-js";
import { parseCronItems } from "graphile-worker";
import { connect, type Db } from "@/db/client";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { chargerOf } from "@/lib/jobs/auto-top-ups";
import { KeptRunner } from "@/lib/jobs/runner";
import { cronItems, jobSpec, makeTasks, startTasks } from "@/lib/jobs/tasks";
import { makeWatches, runWatches } from "@/lib/jobs/watch";
import { makeWebhookTasks } from "@/lib/jobs/webhook-tasks";
import type { MailTransport } from "@/lib/mail/transport";
import { stalledSecondsDefault } from "@/lib/webhooks/deliver";
import type { WebhookSettings } from "@/lib/webhooks/settings";

const taskTimeoutMs = 60_000;
const concurrency = 3;
/** For what is watched all the time, beside the tasks. */
const watchConnections = 3;
/** Attempts that run at a time, over all endpoints. They wait for others' servers, and need next to nothing. */
const webhookConcurrency = 20;
/** An attempt asks the database for milliseconds at its start and its end. */
const webhookConnections = 5;

export interface Worker {
  db: Db;
  /** Whether all that it does is being done: false while PostgreSQL is away, and once it stops. */
  isReady(): boolean;
  /** Lets the running jobs end, then lets go of the database. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** Null where webhooks are left alone: their deliveries wait. */
  webhooks?: WebhookSettings | null;
  /** After how long a webhook's attempt that hasn't ended is taken for dead. */
  webhookStalledSeconds?: number;
}

/**
 * Runs the scheduled tasks, the watches and the webhooks until stopped. While PostgreSQL is away it keeps
 * trying, so that nobody has to start it again. Any number of workers may run: each tick is one job. Mail
 * goes through `mail`; without it, it stays in the outbox. Payments go through `payments`; without it no card
 * is charged, and no provider asked what became of a payment. Webhooks have a runner of their own, so that
 * receivers that don't answer hold up nothing else.
 */
export function startWorker(
  databaseUrl: string,
  mail: MailTransport | null = null,
  payments: PaymentProvider | null = null,
  { webhooks = null, webhookStalledSeconds = stalledSecondsDefault }: WorkerOptions = {},
): Worker {
  const pool = connect(databaseUrl, concurrency + watchConnections, taskTimeoutMs);
  const db = drizzle(pool);
  const webhookPool = connect(databaseUrl, webhookConnections, taskTimeoutMs);
  const stopping = new AbortController();
  const tasks = new KeptRunner(
    {
      ...{ name: "tasks", databaseUrl },
      options: {
        taskList: makeTasks(db, mail, payments),
        parsedCronItems: parseCronItems(cronItems),
        concurrency,
      },
      async onStart(runner) {
        for (const name of startTasks) await runner.addJob(name, {}, jobSpec(name));
      },
    },
    stopping.signal,
  );
  const runners = [tasks];
  if (webhooks) {
    const delivering = { settings: webhooks, stalledSeconds: webhookStalledSeconds };
    const taskList = makeWebhookTasks(drizzle(webhookPool), delivering);
    const options = { taskList, concurrency: webhookConcurrency };
    runners.push(new KeptRunner({ name: "webhooks", databaseUrl, options }, stopping.signal));
  }
  const watches = makeWatches(db, chargerOf(payments), webhooks ? webhookStalledSeconds : null);
  const watching = runWatches(watches, stopping.signal);
  return {
    db,
    isReady: () => runners.every((runner) => runner.isRunning),
    async stop() {
      stopping.abort();
      await Promise.all([watching, ...runners.map((runner) => runner.stop())]);
      await Promise.all([pool.end({ timeout: 5 }), webhookPool.end({ timeout: 5 })]);
    },
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type Runner, type RunnerOptions, run } from "graphile-worker";
import { log } from "@/lib/log";

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

export interface RunnerSpec {
  /** For the log. */
  name: string;
  databaseUrl: string;
  options: Pick<RunnerOptions, "taskList" | "parsedCronItems" | "concurrency">;
  /** Called each time it has come up. */
  onStart?: (runner: Runner) => Promise<void>;
}

/** One graphile runner through all its lives. */
export class KeptRunner {
  readonly ended: Promise<void>;
  private runner: Runner | undefined;

  /** Starts it; while PostgreSQL is away it keeps trying, until `stopping`. */
  constructor(
    private readonly spec: RunnerSpec,
    private readonly stopping: AbortSignal,
  ) {
    this.ended = this.runUntilStopped();
  }

  /** Whether it takes jobs: it has come up and hasn't lost the database since. */
  get isRunning(): boolean {
    return this.runner !== undefined && !this.stopping.aborted;
  }

  /** Lets the running jobs end. Call it when `stopping` is aborted. */
  async stop(): Promise<void> {
    await this.runner?.stop().catch(() => undefined);
    await this.ended;
  }

  private async runOnce(): Promise<void> {
    const { name, databaseUrl, options, onStart } = this.spec;
    const runner = await run({
      connectionString: databaseUrl,
      ...options,
      // One more for what it listens on.
      maxPoolSize: Math.max(10, (options.concurrency ?? 1) + 1),
      pollInterval: pollMs,
      noHandleSignals: true,
      logger,
    });
    this.runner = runner;
    const died = failureOf(runner);
    log.info({ runner: name }, "worker is running");
    if (this.stopping.aborted) return;
    await onStart?.(runner);
    await Promise.race([runner.promise, died]);
  }

  private async runUntilStopped(): Promise<void> {
    let retryMs = retryMsMin;
    while (!this.stopping.aborted) {
      const startedAt = Date.now();
      try {
        await this.runOnce();
      } catch (error) {
        if (this.stopping.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        log.error(
          { runner: this.spec.name, reason, retryMs },
          "worker lost the database and tries again",
        );
        // What ran for a while met a new trouble, not the old one.
        retryMs =
          Date.now() - startedAt > retryMsMax ? retryMsMin : Math.min(retryMs * 2, retryMsMax);
        await sleep(retryMs, undefined, { signal: this.stopping }).catch(() => undefined);
      } finally {
        await this.runner?.stop().catch(() => undefined);
        this.runner = undefined;
      }
    }
  }
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

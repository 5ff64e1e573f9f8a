import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Pool } from "@/db/pool";
import { log } from "@/lib/log";

/** Whoever has slices gives them back within milliseconds; whoever has died is not waited for. */
const waitMsMax = 1_000;
/** After a recall nobody asks for slices of the workspace for longer than this. */
const quietMs = 1_000;
const silenceMsMax = 12_000;
/** What is refused after that is refused although something may yet come back. */
const patienceMsMax = 1_800;
const remembered = 1_000;

interface Recall {
  startedAtMs: number;
  doneAtMs: number | null;
  done: Promise<void>;
}

/** Whether it is done while a caller can still be kept waiting. */
async function isSoon(done: Promise<void>): Promise<boolean> {
  const isOver = new AbortController();
  const timeout = delay(patienceMsMax, false, { signal: isOver.signal }).catch(() => false);
  const isDone = await Promise.race([done.then(() => true), timeout]);
  isOver.abort();
  return isDone;
}

/**
 * Calls slices back before a request is refused for want of what they hold. Whoever is refused at the same
 * time shares one recall.
 */
export class Recalls {
  private readonly latest = new Map<string, Recall>();

  constructor(private readonly pool: Pool) {}

  /**
   * Resolves true when all slices of the workspace have come back since `askedAtMs`: then the budgets
   * are worth asking again. False where they have been asked with nothing outstanding.
   */
  async recall(workspaceId: string, askedAtMs: number): Promise<boolean> {
    const known = this.latest.get(workspaceId);
    if (known && known.doneAtMs === null) return await isSoon(known.done);
    if (known?.doneAtMs && known.doneAtMs > askedAtMs) return true;
    if (known && performance.now() - known.startedAtMs < quietMs) return false;
    const recall: Recall = {
      startedAtMs: performance.now(),
      doneAtMs: null,
      done: this.callBack(workspaceId)
        .catch((error: unknown) => log.warn({ err: error, workspaceId }, "slices not called back"))
        .finally(() => {
          recall.doneAtMs = performance.now();
        }),
    };
    this.latest.delete(workspaceId);
    this.latest.set(workspaceId, recall);
    if (this.latest.size > remembered) this.forgetOldest();
    return await isSoon(recall.done);
  }

  private async callBack(workspaceId: string): Promise<void> {
    const [row] = await this.pool.run(
      (sql) => sql`select announce_change(${workspaceId}, true)::text as version`,
      silenceMsMax,
    );
    const version = z.string().parse(row?.version);
    const endsAtMs = performance.now() + waitMsMax;
    for (let pauseMs = 1; performance.now() < endsAtMs; pauseMs = Math.min(pauseMs * 2, 20)) {
      await delay(pauseMs);
      const [state] = await this.pool.run(
        (sql) => sql`select is_acknowledged(${version}::bigint) as known`,
        silenceMsMax,
      );
      if (state?.known === true) return;
    }
  }

  private forgetOldest(): void {
    const oldest = this.latest.keys().next();
    if (!oldest.done) this.latest.delete(oldest.value);
  }
}

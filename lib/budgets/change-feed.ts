import type postgres from "postgres";
import { z } from "zod";
import type { Pool } from "@/db/pool";
import type { Instance } from "@/lib/budgets/instance";
import { log } from "@/lib/log";

/** The channel of `announce_change` (`db/functions/08_changes.sql`). */
const channel = "gatehouse_changes";

const Announcement = z.object({
  version: z.coerce.bigint(),
  workspace: z.string().nullable(),
  recall: z.boolean(),
});

/** What changed: the facts of a workspace, null for everybody's; `recall` asks for slices back. */
export interface Change {
  workspaceId: string | null;
  recall: boolean;
}

/** More than the statement's own limit: then nobody is there. */
const silenceMsMax = 12_000;

/**
 * Hears of changes to what this process keeps in memory, has them taken notice of, and tells the
 * database so. The notifications make that quick; that none is missed is owed to the lease, whose every
 * renewal brings the version.
 */
export class ChangeFeed {
  private seen: bigint | null = null;
  private noticed: Promise<unknown> = Promise.resolve();
  private telling: Promise<void> | undefined;

  /** `onChange` forgets at once; it resolves when what was to be given back has been. */
  constructor(
    private readonly listener: postgres.Sql,
    private readonly pool: Pool,
    private readonly instance: Instance,
    private readonly onChange: (change: Change) => Promise<void>,
  ) {}

  /** Resolves without waiting for a database that is away: it is listened to when it comes. */
  start(): void {
    this.listener
      .listen(
        channel,
        (payload) => this.hear(payload),
        // After a connection was lost, whatever was said meanwhile is unknown.
        () => void this.onChange({ workspaceId: null, recall: false }),
      )
      .catch((error: unknown) => {
        log.warn({ err: error }, "changes are only heard of by the lease");
      });
  }

  /** The version that a renewal of the lease brought. */
  notice(version: bigint): void {
    if (this.seen === null) this.seen = version;
    if (version > this.seen) this.take(version, { workspaceId: null, recall: false });
  }

  private hear(payload: string): void {
    const parsed = Announcement.safeParse(JSON.parse(payload));
    if (!parsed.success) {
      log.error({ payload }, "a change was announced in words that nobody understands");
      return;
    }
    const { version, workspace, recall } = parsed.data;
    if (this.seen !== null && version <= this.seen) return;
    this.take(version, { workspaceId: workspace, recall });
  }

  private take(version: bigint, change: Change): void {
    this.seen = version;
    this.noticed = Promise.all([this.noticed, this.onChange(change)]).then(() => {
      this.instance.acknowledged = version;
      this.telling ??= this.tell();
    });
  }

  private async tell(): Promise<void> {
    let told: bigint | undefined;
    try {
      while (told !== this.instance.acknowledged) {
        const version = this.instance.acknowledged;
        await this.pool.run(
          (sql) => sql`
            update instances set acknowledged = greatest(acknowledged, ${String(version)}::bigint)
            where id = ${this.instance.id}`,
          silenceMsMax,
        );
        told = version;
      }
    } catch (error) {
      // The next renewal tells it.
      log.warn({ err: error }, "an acknowledgement was not written");
    } finally {
      // In the same turn in which nothing was left: whatever comes next starts anew.
      this.telling = undefined;
    }
  }

  async stop(): Promise<void> {
    await this.listener.end({ timeout: 1 });
  }
}

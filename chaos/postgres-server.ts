import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "@/scripts/pg.mjs";
import { isRunning, waitUntil } from "@/scripts/processes.mjs";

type Server = Awaited<ReturnType<typeof startPostgres>>;

/** The processes that a process has started, by Linux's own account. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      try {
        const stat = readFileSync(`/proc/${each}/stat`, "utf8");
        // The name in parentheses may itself hold spaces and parentheses.
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid;
      } catch {
        return false;
      }
    });
}

/**
 * A PostgreSQL of the cluster's own with everything durable, which can be killed as a power cut would
 * (the postmaster and every backend at once) and frozen.
 */
export class PostgresServer {
  private constructor(
    private readonly dataDir: string,
    private server: Server,
  ) {}

  static async start(dataDir: string): Promise<PostgresServer> {
    return new PostgresServer(dataDir, await startPostgres({ dataDir }));
  }

  get url(): string {
    return this.server.url;
  }

  /** Where the postmaster notes its pid. */
  get pidFile(): string {
    return join(this.server.dataDir, "cluster", "postmaster.pid");
  }

  private get pids(): number[] {
    const postmaster = Number(readFileSync(this.pidFile, "utf8").split("\n")[0]);
    // Nothing else than a process may be meant: 0 would be all of our own.
    if (!(postmaster > 1)) throw new Error(`no pid in ${this.pidFile}`);
    return [postmaster, ...childrenOf(postmaster)];
  }

  private signalAll(name: NodeJS.Signals, pids = this.pids): void {
    for (const pid of pids) {
      try {
        process.kill(pid, name);
      } catch {
        // A backend that ended in between.
      }
    }
  }

  /** Resolves when every process of it is gone. */
  async kill(): Promise<void> {
    const { pids } = this;
    this.signalAll("SIGKILL", pids);
    const areGone = await waitUntil(() => !pids.some(isRunning), 10_000, 5);
    if (!areGone) throw new Error("PostgreSQL survived SIGKILL");
  }

  freeze(): void {
    this.signalAll("SIGSTOP");
  }

  thaw(): void {
    this.signalAll("SIGCONT");
  }

  /** Starts it again at the same address; resolves when it takes connections. */
  async restart(): Promise<void> {
    this.server = await startPostgres({ dataDir: this.dataDir, port: this.server.port });
  }

  async remove(): Promise<void> {
    if (existsSync(this.pidFile)) this.thaw();
    await this.server.remove();
  }
}

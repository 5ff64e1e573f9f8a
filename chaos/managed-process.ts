import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "@/scripts/paths.mjs";

export interface ProcessSpec {
  name: string;
  /** The bundle to run. */
  script: string;
  env: Record<string, string>;
  /** What it prints when it is ready. */
  readyText: string;
  /** A module that is loaded before it. */
  preload?: string;
}

/** An end that nobody of the harness asked for. */
export interface UnwantedEnd {
  name: string;
  code: number | null;
  signal: string | null;
  /** Its last words. */
  output: string;
}

const leaveWithHarness = join(root, "chaos", "leave-with-harness.mjs");
const outputCharsMax = 4_000_000;

/** One process of the cluster through all its lives: it is killed, frozen, and started again. */
export class ManagedProcess {
  readonly unwantedEnds: UnwantedEnd[] = [];
  private child: ChildProcess | undefined;
  private isEnding = false;
  private text = "";
  starts = 0;

  constructor(readonly spec: ProcessSpec) {}

  /** Everything it wrote in all its lives, the newest four million characters of it. */
  get output(): string {
    return this.text;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && !this.child.signalCode;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it, where it doesn't run; resolves when it is ready. Throws where it ends instead. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const { script, env, readyText, preload } = this.spec;
    const preloads = [leaveWithHarness, ...(preload ? [preload] : [])];
    const imports = preloads.flatMap((path) => ["--import", pathToFileURL(path).href]);
    const args = ["--enable-source-maps", ...imports, script];
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { NODE_ENV: "production", PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    this.isEnding = false;
    this.starts++;
    let life = "";
    let isReady = false;
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.text = `${this.text}${chunk}`.slice(-outputCharsMax);
        if (isReady) return;
        life += chunk;
        isReady = life.includes(readyText);
        if (isReady) resolve();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code, signal) => {
        const { name } = this.spec;
        const output = this.text.slice(-1_500);
        if (!this.isEnding) this.unwantedEnds.push({ name, code, signal, output });
        reject(new Error(`${this.spec.name} ended with ${code ?? signal}:\n${life}`));
      });
    });
  }

  signal(name: NodeJS.Signals): void {
    if (this.isRunning) this.child?.kill(name);
  }

  /** Sends a signal that ends it, and waits; answers its exit code, null where the signal did it. */
  async end(name: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child || !this.isRunning) return child?.exitCode ?? null;
    this.isEnding = true;
    const exited = once(child, "exit");
    child.kill(name);
    // One that is stopped takes no other signal but this one.
    if (name !== "SIGKILL") child.kill("SIGCONT");
    await exited;
    return child.exitCode;
  }
}

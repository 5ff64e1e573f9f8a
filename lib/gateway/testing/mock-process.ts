import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { ProtocolName } from "@/lib/gateway/chat";
import type { Script } from "@/lib/gateway/testing/mock-upstream";

/** One exchange by the account of the process that had it. */
const Told = z.object({
  protocol: z.enum(["openai", "anthropic"]),
  body: z.record(z.string(), z.unknown()),
  inputTokens: z.number(),
  outputTokens: z.number(),
  isComplete: z.boolean(),
});
export type Told = z.infer<typeof Told>;

const Line = z.union([
  z.object({ baseUrls: z.object({ openai: z.string(), anthropic: z.string() }) }),
  z.object({ played: z.number() }),
  z.object({ exchange: Told }),
]);

/** Two mock providers, one of each protocol, in a process of their own. */
export interface MockProcess {
  baseUrls: Record<ProtocolName, string>;
  /** Resolves when the other process knows. */
  play(protocol: ProtocolName, ...scripts: Script[]): Promise<void>;
  /** The exchanges that are over, oldest first. */
  exchanges(protocol: ProtocolName): Told[];
  close(): Promise<void>;
}

export async function spawnMockUpstreams(): Promise<MockProcess> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "lib/gateway/testing/mock-process-main.ts"],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const exchanges: Told[] = [];
  const waiting: (() => void)[] = [];
  const baseUrls = await new Promise<Record<ProtocolName, string>>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the mock ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = Line.parse(JSON.parse(text));
      if ("baseUrls" in line) resolve(line.baseUrls);
      else if ("exchange" in line) exchanges.push(line.exchange);
      else waiting.shift()?.();
    });
  });
  return {
    baseUrls,
    play: (protocol, ...scripts) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify({ protocol, scripts })}\n`);
      }),
    exchanges: (protocol) => exchanges.filter((each) => each.protocol === protocol),
    async close() {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}

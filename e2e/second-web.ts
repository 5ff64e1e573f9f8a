import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../scripts/paths.mjs";
import { productSecret } from "./mailbox";

export interface SecondWeb {
  url: string;
  stop(): Promise<void>;
}

/** The dashboard once more, on the product's database and build but with an environment of its own. */
export async function startSecondWeb(
  port: number,
  env: Record<string, string>,
): Promise<SecondWeb> {
  const child: ChildProcess = spawn(process.execPath, [join(root, "scripts", "web.mjs")], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATABASE_URL: process.env.E2E_DATABASE_URL,
      AUTH_SECRET: productSecret(),
      PORT: String(port),
      LOG_LEVEL: "silent",
      ...env,
    },
  });
  const exited = once(child, "exit");
  const url = `http://localhost:${port}`;
  const deadline = Date.now() + 120_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the second web ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) break;
    if (Date.now() > deadline) throw new Error("the second web did not get ready");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export interface GatewayProcess {
  origin: string;
  child: ChildProcess;
  /** Everything it wrote so far. */
  output(): string;
}

/** A free port below the range that outgoing connections are made from. */
export async function findPort(from: number): Promise<number> {
  for (let port = from; port < from + 500; port++) {
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error(`no free port from ${from} on`);
}

/** Starts a gateway as a process of its own, as `npm start` does, and waits until it is ready. */
export async function spawnGateway(
  databaseUrl: string,
  portFrom: number,
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  const port = await findPort(portFrom);
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=react-server", "lib/gateway/main.ts"],
    {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        DATABASE_URL: databaseUrl,
        AUTH_SECRET: "a secret for tests that is long enough",
        GATEWAY_PORT: String(port),
        LOG_LEVEL: "info",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  const origin = `http://127.0.0.1:${port}`;
  const isListening = new Promise<void>((resolve) => {
    child.stdout?.on("data", () => {
      if (text.includes("gateway is listening")) resolve();
    });
  });
  const hasDied = once(child, "exit").then(([code]) => {
    throw new Error(`the gateway ended with ${code}:\n${text}`);
  });
  await Promise.race([isListening, hasDied]);
  hasDied.catch(() => undefined);
  return { origin, child, output: () => text };
}

/** Sends a signal and waits for the end; answers the exit code, null where a signal ended it. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
  return child.exitCode;
}

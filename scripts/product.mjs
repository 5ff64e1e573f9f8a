import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { databaseUrlOf } from "./pg.mjs";
import { removeHome } from "./pg-home.mjs";
import { findFreePort } from "./ports.mjs";
import { lastLines, Problem } from "./problem.mjs";
import { makeReadablePassword } from "./secrets.mjs";

/**
 * Starts what `npm start` starts, with data and ports of its own.
 * @param {string} dataDir
 * @param {(stop: () => Promise<void>) => void} onStart told how to stop it before it is ready
 */
export async function startProduct(dataDir, onStart) {
  const port = await findFreePort();
  const gatewayPort = await findFreePort([port]);
  const password = makeReadablePassword();
  const child = fork(join(root, "scripts", "start.mjs"), {
    cwd: root,
    // A group of its own: Ctrl-C reaches us, and we stop it in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      npm_lifecycle_event: undefined,
      PORT: String(port),
      GATEWAY_PORT: String(gatewayPort),
      DATA_DIR: dataDir,
      DEMO_PASSWORD: password,
      // Those who receive webhooks here are on this machine.
      WEBHOOK_PRIVATE_ADDRESSES: "1",
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    removeHome(join(dataDir, "postgres"));
  };
  onStart(stop);
  const showOutput = () => console.error(`\nThe product's own output:\n${lastLines(output, 40)}`);
  const ready = once(child, "message").then(() => true);
  if (!(await Promise.race([ready, exited.then(() => false)]))) {
    showOutput();
    throw new Problem("The product did not start, see above.");
  }
  const env = {
    E2E_BASE_URL: `http://localhost:${port}`,
    E2E_API_URL: `http://localhost:${gatewayPort}/v1`,
    E2E_DATABASE_URL: databaseUrlOf(join(dataDir, "postgres")),
    E2E_DATA_DIR: dataDir,
    E2E_DEMO_PASSWORD: password,
  };
  return { env, stop, showOutput };
}

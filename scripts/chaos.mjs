import { join } from "node:path";
import { ensureInstalled } from "./ensure.mjs";
import { root } from "./paths.mjs";
import { report } from "./problem.mjs";
import { interruptRuns, run } from "./processes.mjs";

// `npm run chaos -- --minutes 10 --seed N`: faults against a cluster of real processes, and
// `npm run chaos -- --planted`: the same against planted bugs, which it must find.
// docs/reliability.md tells what is proved. Exit code 0 where all held.

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => void interruptRuns());
}

try {
  await ensureInstalled();
  const main = join(root, "chaos", "main.ts");
  const flags = ["--import", "tsx", "--conditions=react-server"];
  const { code } = await run(process.execPath, [...flags, main, ...process.argv.slice(2)], {
    cwd: root,
    isShown: true,
  });
  process.exitCode = code;
} catch (error) {
  process.exitCode = report(error);
}

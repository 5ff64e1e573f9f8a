import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildAll, isBuilt } from "./build.mjs";
import { installPackages, isInstalled } from "./install.mjs";
import { waitForLock } from "./lock.mjs";
import { bundleDir, root } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { step } from "./step.mjs";

const nodeVersionMin = "20.9.0";

/** An image holds what was built and nothing to build it of, and can't be written to. */
const isImage = !existsSync(join(root, "lib"));

/** Fails with a sentence when this Node can't run the product. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [majorMin = 0, minorMin = 0] = nodeVersionMin.split(".").map(Number);
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new Problem(
    `Node ${process.versions.node} is too old: install Node ${nodeVersionMin} or newer.`,
  );
}

/**
 * Does work on the checkout that two processes must not do at the same time.
 * @param {() => Promise<void>} work
 */
async function alone(work) {
  // Not in the data directory: two of them may share this checkout.
  mkdirSync(bundleDir, { recursive: true });
  const release = await waitForLock(join(bundleDir, ".lock"), ({ pid }) => {
    console.log(`waiting     another process (pid ${pid}) installs or builds here`);
  });
  try {
    await work();
  } finally {
    release();
  }
}

/** Installs the packages unless they are what the lockfile says. Prints one line. */
export async function ensureInstalled() {
  checkNode();
  if (isImage) return;
  await alone(async () => {
    await step("packages", "installing, half a minute at first", async () => {
      if (isInstalled()) return "up to date";
      await installPackages();
      return "installed";
    });
  });
}

/** Builds unless the sources are those of the last build. Prints one line. */
export async function ensureBuilt() {
  if (isImage) return;
  await alone(async () => {
    await step("build", "building, a minute at first", async () => {
      if (isBuilt()) return "up to date";
      await buildAll();
      return "built";
    });
  });
}

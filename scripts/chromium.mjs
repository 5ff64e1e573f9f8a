import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { run } from "./processes.mjs";

/** Where systems put Chromium or Chrome. */
const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export const howToGetChromium =
  "install Chromium (Debian: apt-get install chromium), run npx playwright install chromium, " +
  "or set CHROMIUM_PATH";

/** A Chromium that starts, asked by starting it: Ubuntu's package is a stub where snap is missing. */
export async function findChromium() {
  const places = [process.env.CHROMIUM_PATH ?? "", ...usualPlaces, await playwrightsOwn()];
  return places.find((place) => {
    if (place === "" || !existsSync(place)) return false;
    return spawnSync(place, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
  });
}

async function playwrightsOwn() {
  const { chromium } = await import("@playwright/test");
  return chromium.executablePath();
}

/**
 * Gets a Chromium: Debian's package when we are root on such a system, else Playwright's download.
 * @returns {Promise<string | undefined>} undefined when neither worked
 */
export async function installChromium() {
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await attempt("apt-get", ["update"], env);
    await attempt("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], env);
    const installed = await findChromium();
    if (installed) return installed;
  }
  const cli = join(root, "node_modules", "@playwright", "test", "cli.js");
  await attempt(process.execPath, [cli, "install", "chromium"], process.env);
  return findChromium();
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function attempt(command, args, env) {
  try {
    await run(command, args, { cwd: root, env });
  } catch {
    // The command doesn't exist; whether there is a browser now is checked afterwards.
  }
}

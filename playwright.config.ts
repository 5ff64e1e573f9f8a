import { defineConfig, devices } from "@playwright/test";

const baseURL = process.env.E2E_BASE_URL;
if (!baseURL) throw new Error("E2E_BASE_URL is missing: run the journeys with `npm test -- e2e`.");

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: false,
  // A journey that passes only the second time has found something.
  retries: 0,
  forbidOnly: process.env.CI === "true",
  // A sweep looks at many pages, each with axe, on machines that may be busy.
  timeout: 240_000,
  // Nothing is decided by how soon it happens; this only ends the wait for what doesn't.
  expect: { timeout: 30_000 },
  use: {
    ...devices["Desktop Chrome"],
    baseURL,
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    // What a journey that failed saw last is told beside it. A record of its acts and requests costs time in each
    // journey, so it is kept when asked for.
    trace: process.env.E2E_TRACE
      ? { mode: "retain-on-failure", screenshots: false, snapshots: false }
      : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      args: [
        // Root has no sandbox, and containers have little shared memory.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-sync",
        "--metrics-recording-only",
        "--no-first-run",
        "--no-pings",
      ],
    },
  },
});

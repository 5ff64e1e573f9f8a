export const demoEmail = "demo@gatehouse.example";

/**
 * A browser that is signed in to the demo workspace, for as long as `use` takes.
 * @template T
 * @param {{ chromium: string, origin: string, password: string }} product
 * @param {(page: import("@playwright/test").Page) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withDemoPage({ chromium, origin, password }, use) {
  // Loaded here: where nothing is installed yet, the caller installs it first.
  const { chromium: launcher } = await import("@playwright/test");
  const browser = await launcher.launch({
    executablePath: chromium,
    // Root has no sandbox, and containers have little shared memory.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const page = await browser.newPage({ baseURL: origin, viewport: { width: 1440, height: 900 } });
    await page.goto("/sign-in");
    await page.getByLabel("Email").fill(demoEmail);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(`${origin}/overview`, { timeout: 60_000 });
    return await use(page);
  } finally {
    await browser.close();
  }
}

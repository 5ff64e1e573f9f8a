import { gzipSync } from "node:zlib";
import { expect, type Page, type Request, test } from "@playwright/test";
import { visit, visitQuiet } from "./arrive";
import { islandPages } from "./page-list";
import { enterDemo, signUp } from "./steps";
import { insertEndpoint } from "./webhook-rows";

/** The budgets of `docs/front-end.md`, in bytes after gzip. */
const islandBudget = 12_000;
const dashboardBudget = 180_000;
const openBudget = 180_000;
/** Layers of a page on a wide screen: its own, the window's, the sidebar's, and one more that sticks. */
const layersMax = 8;

/** Bytes of all scripts, after gzip, that a first visit of a page fetches until nothing more comes. */
async function weigh(page: Page, path: string): Promise<{ bytes: number; files: string[] }> {
  const scripts = new Set<string>();
  const note = (request: Request) => {
    if (request.resourceType() === "script") scripts.add(request.url());
  };
  page.on("request", note);
  await visitQuiet(page, path);
  page.off("request", note);
  const files = await Promise.all(
    [...scripts].map(async (url) => {
      const response = await page.request.get(url);
      const bytes = gzipSync(await response.body()).length;
      return { bytes, name: new URL(url).pathname.split("/").at(-1) ?? "" };
    }),
  );
  return {
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files: files.map(({ bytes, name }) => `${name} ${bytes}`),
  };
}

async function expectWithin(page: Page, path: string, budget: number) {
  const { bytes, files } = await weigh(page, path);
  console.log(`${path.padEnd(32)} ${(bytes / 1_000).toFixed(1).padStart(7)} kB of JavaScript`);
  expect(files.length, `${path} loads scripts`).toBeGreaterThan(0);
  expect(bytes, `${path}: ${files.join(", ")}`).toBeLessThanOrEqual(budget);
}

/** The layers that Chromium puts together to draw what is shown: each costs every press some time. */
async function countLayers(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const drawn = new Promise<number>((resolve) => {
    session.on("LayerTree.layerTreeDidChange", ({ layers }) => layers && resolve(layers.length));
  });
  await session.send("DOM.enable");
  await session.send("LayerTree.enable");
  // They are told with the next frame.
  await page.evaluate(() => {
    document.body.style.outline = "1px solid transparent";
  });
  const count = await drawn;
  await session.detach();
  return count;
}

test("the landing page and the documentation send next to no JavaScript", async ({ page }) => {
  for (const path of islandPages) await expectWithin(page, path, islandBudget);
});

test("scripts and style sheets come as small as the browser takes them", async ({ page }) => {
  const codings = new Map<string, string | undefined>();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    const coding = response.headers()["content-encoding"];
    if (/^\/_next\/static\/.*\.(js|css)$/.test(pathname)) codings.set(pathname, coding);
  });
  await visitQuiet(page, "/sign-in");
  expect(codings.size).toBeGreaterThan(5);
  expect(new Set(codings.values())).toEqual(new Set(["br"]));
});

test("pages for everybody stay within their budget of JavaScript", async ({ page }) => {
  for (const path of ["/sign-in", "/sign-up", "/report-key", "/no-such-page"]) {
    await expectWithin(page, path, openBudget);
  }
});

test("the dashboard's pages stay within their budget of JavaScript", async ({ page }) => {
  await enterDemo(page);
  const firstKey = page.locator('main a[href^="/keys/key_"]').first();
  await visit(page, "/keys");
  await expect(firstKey).toBeVisible();
  const key = (await firstKey.getAttribute("href")) ?? "";
  const paths = [
    "/overview",
    "/keys",
    key,
    "/usage",
    "/logs",
    "/playground",
    "/billing",
    "/webhooks",
  ];
  for (const path of [...paths, "/settings"]) await expectWithin(page, path, dashboardBudget);
});

test("an endpoint's page stays within its budget of JavaScript", async ({ page }) => {
  const account = await signUp(page);
  const id = await insertEndpoint(account.email);
  await expectWithin(page, `/webhooks/${id}`, dashboardBudget);
});

test("a page is drawn in few layers, also while its figures are read", async ({ page }) => {
  await enterDemo(page);
  const paths = ["/overview", "/keys", "/usage", "/logs", "/playground", "/billing", "/settings"];
  for (const path of paths) {
    await visitQuiet(page, path);
    expect(await countLayers(page), path).toBeLessThanOrEqual(layersMax);
  }
  await visitQuiet(page, "/usage");
  await page.route("/api/usage?*", () => undefined);
  await page.getByRole("radio", { name: "Requests", exact: true }).check();
  const stale = page.locator("main [aria-busy=true]");
  await expect(stale).toBeVisible();
  expect(await countLayers(page)).toBeLessThanOrEqual(layersMax);
  // What was held goes on.
  await page.unroute("/api/usage?*");
  await expect(stale).toHaveCount(0);
});

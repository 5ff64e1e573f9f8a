import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { docsPages } from "@/lib/docs/pages";

const looked = [
  "/docs",
  "/docs/quickstart",
  "/docs/errors",
  "/docs/rotation",
  "/docs/http-clients",
];
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

async function expectAccessible(page: Page, name: string) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`,
  );
  expect(found, name).toEqual([]);
}

async function expectNoSidewaysScroll(page: Page, name: string) {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
}

for (const theme of ["light", "dark"] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`D14 the documentation is accessible, ${size}, ${theme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      for (const path of looked) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        const name = `${path.slice(1).replaceAll("/", "-")}-${size}-${theme}`;
        await page.screenshot({ path: test.info().outputPath(`${name}.png`) });
        await expectNoSidewaysScroll(page, name);
        await expectAccessible(page, name);
      }
    });
  }
}

test("D14 no page of the documentation is wider than a phone", async ({ page }) => {
  await page.setViewportSize(sizes.phone);
  await page.goto("/docs");
  const links = await page
    .locator("main a[href^='/docs/']")
    .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute("href") ?? ""));
  expect(links.length).toBeGreaterThan(docsPages.length);
  for (const path of new Set(links)) {
    await page.goto(path);
    await expectNoSidewaysScroll(page, path);
  }
});

test("D14 samples name the host that the reader is on, and are copied as shown", async ({
  page,
}) => {
  await page.goto("/docs/quickstart");
  const sample = page.getByRole("tabpanel", { name: "curl" }).first();
  const origin = new URL(page.url()).origin;
  await expect(sample.getByRole("code")).toContainText(`curl ${origin}/v1/chat/completions`);
  await sample.getByRole("button", { name: "Copy" }).click();
  await expect(sample.getByRole("status")).toHaveText("Copied");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await sample.getByRole("code").textContent());

  // The same on a page that arrives without a reload.
  await page.getByRole("link", { name: "Next: Authentication" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Authentication" })).toBeVisible();
  await expect(page.getByRole("code").filter({ hasText: "x-api-key: $" })).toContainText(origin);
});

test("D14 the language that was chosen holds on every page and after a reload", async ({
  page,
}) => {
  await page.goto("/docs/quickstart");
  await page.getByRole("tab", { name: "Python" }).first().click();
  await expect(page.getByRole("tab", { name: "Python", selected: true })).toHaveCount(2);
  await page.getByRole("link", { name: "Limits and balance" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Limits and balance");
  await expect(page.getByText("import requests").first()).toBeVisible();

  // Before any script has run the page already shows it, so that nothing moves.
  await page.route("**/*.js*", (route) => route.abort());
  await page.reload();
  await expect(page.getByText("import requests").first()).toBeVisible();
  await expect(page.getByText("await fetch(").first()).toBeHidden();
});

test("D14 arrows move among the languages", async ({ page }) => {
  await page.goto("/docs/quickstart");
  const first = page.getByRole("tablist", { name: "A first request" });
  await first.getByRole("tab", { name: "curl" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(first.getByRole("tab", { name: "JavaScript", selected: true })).toBeFocused();
  await page.keyboard.press("End");
  await expect(first.getByRole("tab", { name: "Python", selected: true })).toBeFocused();
});

test("D14 search opens with a key, finds and leads there, and says when it finds nothing", async ({
  page,
}) => {
  await page.goto("/docs");
  await page.keyboard.press("/");
  const dialog = page.getByRole("dialog", { name: "Search the documentation" });
  const field = dialog.getByRole("combobox");
  await expect(field).toBeFocused();
  await field.fill("rotate");
  await expect(dialog.getByRole("option").first()).toBeVisible();
  await expectAccessible(page, "search");

  await field.fill("xylophone");
  await expect(dialog.getByRole("status")).toContainText("Nothing about “xylophone”");

  await field.fill("rotate by program");
  await expect(dialog.getByRole("option", { selected: true })).toContainText("Rotate by program");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/docs\/rotation#rotate-by-program$/);
  await expect(dialog).toBeHidden();

  await page.keyboard.press("/");
  await expect(field).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("D14 on a phone the pages are behind a bar that closes on arrival", async ({ page }) => {
  await page.setViewportSize(sizes.phone);
  await page.goto("/docs/quickstart");
  await page.getByText("All pages, now at Quickstart").click();
  const pages = page.getByRole("navigation", { name: "Documentation pages" });
  await pages.getByRole("link", { name: "Errors" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Errors" })).toBeVisible();
  await expect(pages).toBeHidden();
});

test("D14 an address with an anchor opens at its heading", async ({ page }) => {
  await page.goto("/docs/errors#insufficient_scope");
  await expect(page.getByRole("heading", { name: "insufficient_scope" })).toBeInViewport();
});

test("D14 the documentation is static text for programs as well", async ({ request }) => {
  for (const path of ["/llms.txt", "/llms-full.txt"]) {
    const response = await request.get(path);
    expect(response.status()).toBe(200);
    expect(response.headers()["content-type"]).toBe("text/plain; charset=utf-8");
    expect(await response.text()).toContain("Idempotency");
  }
});

test("D14 the landing page and sign-in lead to the documentation", async ({ page }) => {
  for (const path of ["/", "/sign-in"]) {
    await page.goto(path);
    await expect(page.locator("a[href^='/docs']").first()).toBeVisible();
  }
});

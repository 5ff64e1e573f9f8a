import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { ownPages } from "./page-list";
import { createKey, signIn, signUp } from "./steps";

async function expectAccessible(page: Page, name: string) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`),
    name,
  ).toEqual([]);
}

test("the command menu goes to pages, keys and documents, and acts, without a mouse", async ({
  page,
}) => {
  await signUp(page);
  await createKey(page, "Checkout service");
  await page.goto("/usage");
  await expect(page.getByRole("button", { name: "Search or jump to" })).toBeVisible();

  await page.keyboard.press("Control+k");
  const menu = page.getByRole("dialog", { name: "Command menu" });
  const field = menu.getByRole("combobox");
  await expect(field).toBeFocused();
  await expect(menu.getByRole("option", { name: "Checkout service" })).toBeVisible();
  await expectAccessible(page, "command menu");

  // A key by its name.
  await field.fill("checkout");
  await expect(menu.getByRole("option", { name: "Checkout service" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/keys\/key_/);
  await expect(page.getByRole("heading", { level: 1, name: "Checkout service" })).toBeVisible();
  await expect(menu).toBeHidden();

  // A page.
  await page.keyboard.press("Control+k");
  await field.fill("billing");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/billing$/);

  // An act, and the theme holds on the next page.
  await page.keyboard.press("Control+k");
  await field.fill("dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveClass(/\bdark\b/);
  await page.goto("/docs");
  await expect(page.locator("html")).toHaveClass(/\bdark\b/);
  await page.goto("/overview");

  // The documentation.
  await page.keyboard.press("Control+k");
  await field.fill("idempotency");
  await menu
    .getByRole("option", { name: /idempoten/i })
    .first()
    .click();
  await expect(page).toHaveURL(/\/docs\//);
});

test("the command menu never sends a pasted key", async ({ page }) => {
  await signUp(page);
  const secret = await createKey(page, "Pasted");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.keyboard.press("Control+k");
  const menu = page.getByRole("dialog", { name: "Command menu" });
  await menu.getByRole("combobox").fill(secret);
  await expect(menu.getByRole("option", { name: "Pasted" })).toBeVisible();
  expect(asked.filter((url) => url.includes(secret))).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
});

test("shortcuts are listed behind ?, and are letters while something is typed", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/keys");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet.getByText("Create key")).toBeVisible();
  await expectAccessible(page, "shortcuts");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();

  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await expect(page).toHaveURL(/\/usage$/);

  await page.keyboard.press("Control+k");
  const field = page.getByRole("dialog", { name: "Command menu" }).getByRole("combobox");
  await expect(field).toBeFocused();
  await page.keyboard.type("gk?");
  await expect(field).toHaveValue("gk?");
  await expect(page).toHaveURL(/\/usage$/);
});

const half = Math.ceil(ownPages.length / 2);
for (const paths of [
  ["/", "/docs/quickstart", "/sign-in"],
  ownPages.slice(0, half),
  ownPages.slice(half),
]) {
  test(`nothing moves while it loads: ${paths.join(", ")}`, async ({ page }) => {
    await page.addInitScript(() => {
      Object.assign(window, { shifted: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          if (!("value" in entry) || !("hadRecentInput" in entry) || entry.hadRecentInput) continue;
          Object.assign(window, {
            shifted: Number(Reflect.get(window, "shifted")) + Number(entry.value),
          });
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    if (paths[0] !== "/") {
      await signIn(page, "demo@gatehouse.example", process.env.E2E_DEMO_PASSWORD ?? "");
    }
    for (const path of paths) {
      await page.goto(path);
      await expect(
        page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog")).first(),
      ).toBeVisible();
      await page.waitForLoadState("networkidle");
      const shifted = await page.evaluate(() => Number(Reflect.get(window, "shifted")));
      expect(shifted, `${path} moved`).toBeLessThanOrEqual(0.02);
    }
  });
}

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { signIn, signUp } from "./steps";

const widths = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

const publicPages = ["/", "/sign-in", "/sign-up", "/report-key", "/no-such-page"];
const accountPages = [
  "/sign-in?error=OAuthCallbackError",
  "/sign-in/email",
  "/forgot-password",
  "/reset-password",
  "/suspended",
  "/account-deleted",
];
const ownPages = [
  "/overview",
  "/keys",
  "/keys?new=1",
  "/usage",
  "/playground",
  "/logs",
  "/billing",
  "/settings",
];

/** What a page may not be: broken for assistive technology, wider than its screen, or noisy. */
async function inspect(
  page: Page,
  path: string,
  theme: "light" | "dark",
  size: keyof typeof widths,
) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.setViewportSize(widths[size]);
  await page.goto(path);
  await expect(
    page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog")),
  ).not.toHaveCount(0);
  // Cards and the balance come after the frame.
  await page.waitForLoadState("networkidle");
  const name = `${path === "/" ? "landing" : path.slice(1).replace(/\W+/g, "-")}-${size}-${theme}`;
  await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const found = violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`,
  );
  expect(found, name).toEqual([]);
}

for (const theme of ["light", "dark"] as const) {
  for (const size of ["desktop", "phone"] as const) {
    test(`public pages, ${size}, ${theme}`, async ({ page }) => {
      for (const path of publicPages) await inspect(page, path, theme, size);
    });

    test(`pages around an account, ${size}, ${theme}`, async ({ page }) => {
      for (const path of accountPages) await inspect(page, path, theme, size);
    });

    test(`pages of a busy workspace, ${size}, ${theme}`, async ({ page }) => {
      await signIn(page, "demo@gatehouse.example", process.env.E2E_DEMO_PASSWORD ?? "");
      for (const path of ownPages) await inspect(page, path, theme, size);
      await page.goto("/usage");
      await expect(page.getByLabel("Balance")).toBeVisible();
    });

    test(`pages of an empty workspace, ${size}, ${theme}`, async ({ page }) => {
      await signUp(page);
      for (const path of ownPages) await inspect(page, path, theme, size);
    });
  }
}

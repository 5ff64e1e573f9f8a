import { expect, test } from "@playwright/test";
import { enterDemo, signUp } from "./steps";
import { inspectPage, lookAt, nameOf, sizeNames } from "./sweep";

const publicPages = ["/", "/sign-in", "/sign-up", "/report-key", "/no-such-page"];
const accountPages = [
  "/sign-in?problem=provider",
  "/sign-in/email",
  "/forgot-password",
  "/reset-password",
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
  "/webhooks",
  "/settings",
];

// Each page is opened at each width, and looked at there in both themes.
for (const size of sizeNames) {
  test(`public pages, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    for (const path of publicPages) await inspectPage(page, path, size);
  });

  test(`pages around an account, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    for (const path of accountPages) await inspectPage(page, path, size);
  });

  for (const path of ownPages) {
    test(`${path} of a busy workspace, ${size}`, async ({ page }) => {
      await lookAt(page, size);
      await enterDemo(page);
      await inspectPage(page, path, size);
      await expect(page.getByLabel("Balance")).toBeVisible();
      // In the sidebar or over the phone's balance: in sight, and nothing lies on it.
      const billing = page.getByRole("link", { name: "Billing", exact: true });
      if (path === "/overview") await billing.click({ trial: true });
    });
  }

  test(`every page of an empty workspace, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await signUp(page);
    for (const path of ownPages) await inspectPage(page, path, size, `empty-${nameOf(path)}`);
  });
}

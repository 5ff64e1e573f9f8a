import { expect, test } from "@playwright/test";
import { docsPages } from "@/lib/docs/pages";
import { arrived, revisit, visit } from "./arrive";
import { expectCopied, hear } from "./steps";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  inspectPage,
  lookAt,
  sizeNames,
  sizes,
} from "./sweep";

const looked = [
  "/docs",
  "/docs/quickstart",
  "/docs/errors",
  "/docs/rotation",
  "/docs/http-clients",
];
for (const size of sizeNames) {
  test(`D14 the documentation is accessible in light and dark, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    for (const path of looked) await inspectPage(page, path, size);
  });
}

test("D14 no page of the documentation is wider than a phone", async ({ page }) => {
  await page.setViewportSize(sizes.phone);
  await visit(page, "/docs");
  const links = await page
    .locator("main a[href^='/docs/']")
    .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute("href") ?? ""));
  expect(links.length).toBeGreaterThan(docsPages.length);
  for (const path of new Set(links)) {
    await visit(page, path);
    await expectNoSidewaysScroll(page, path);
  }
});

test("D14 samples name the host that the reader is on, and are copied as shown", async ({
  page,
}) => {
  await visit(page, "/docs/quickstart");
  const sample = page.getByRole("tabpanel", { name: "curl" }).first();
  const origin = new URL(page.url()).origin;
  await expect(sample.getByRole("code")).toContainText(`curl ${origin}/v1/chat/completions`);
  const said = await hear(sample.getByRole("status"));
  await sample.getByRole("button", { name: "Copy" }).click();
  await expect.poll(said).toContain("Copied");
  await expectCopied(page, (await sample.getByRole("code").textContent()) ?? "");

  // The same on a page that arrives without a reload.
  await page.getByRole("link", { name: "Next: Authentication" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Authentication" })).toBeVisible();
  await expect(page.getByRole("code").filter({ hasText: "x-api-key: $" })).toContainText(origin);
});

test("D14 the language that was chosen holds on every page and after a reload", async ({
  page,
}) => {
  await visit(page, "/docs/quickstart");
  await page.getByRole("tab", { name: "Python" }).first().click();
  await expect(page.getByRole("tab", { name: "Python", selected: true })).toHaveCount(2);
  await page.getByRole("link", { name: "Limits and balance" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Limits and balance");
  await expect(page.getByText("import requests").first()).toBeVisible();

  // Before any script has run the page already shows it, so that nothing moves.
  await page.route("**/*.js*", (route) => route.abort());
  await revisit(page);
  await expect(page.getByText("import requests").first()).toBeVisible();
  await expect(page.getByText("await fetch(").first()).toBeHidden();
});

test("D14 arrows move among the languages", async ({ page }) => {
  await visit(page, "/docs/quickstart");
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
  await visit(page, "/docs");
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

  // Another document, which hears keys once it is there.
  await arrived(page);
  await page.keyboard.press("/");
  await expect(field).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("D14 on a phone the pages are behind a bar that closes on arrival", async ({ page }) => {
  await page.setViewportSize(sizes.phone);
  await visit(page, "/docs/quickstart");
  await page.getByText("All pages, now at Quickstart").click();
  const pages = page.getByRole("navigation", { name: "Documentation pages" });
  await pages.getByRole("link", { name: "Errors" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Errors" })).toBeVisible();
  await expect(pages).toBeHidden();
});

test("D14 an address with an anchor opens at its heading", async ({ page }) => {
  await visit(page, "/docs/errors#insufficient_scope");
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
    await visit(page, path);
    await expect(page.locator("a[href^='/docs']").first()).toBeVisible();
  }
});

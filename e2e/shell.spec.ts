import { expect, type Locator, test } from "@playwright/test";
import { visit, visitQuiet } from "./arrive";
import { choose, menuOf, wakeKeys } from "./command-menu";
import { ownPages } from "./page-list";
import { createKey, enterDemo, signUp } from "./steps";
import { expectAccessible, expectStill, watchShifts } from "./sweep";

test("the command menu goes to pages, keys and documents, and acts, without a mouse", async ({
  page,
}) => {
  await signUp(page);
  await createKey(page, "Checkout service");
  await visit(page, "/usage");
  const link = page.locator('aside a[href="/usage"]');
  const place = await link.boundingBox();
  await wakeKeys(page);

  await page.keyboard.press("Control+k");
  const menu = menuOf(page);
  const field = menu.getByRole("combobox");
  await expect(field).toBeFocused();
  await expect(menu.getByRole("option", { name: "Checkout service" })).toBeVisible();
  await expectAccessible(page, "command menu");
  expect(await link.boundingBox(), "what is behind the menu stays where it is").toEqual(place);

  // A key by its name.
  await choose(page, "checkout", "Checkout service");
  await expect(page).toHaveURL(/\/keys\/key_/);
  await expect(page.getByRole("heading", { level: 1, name: "Checkout service" })).toBeVisible();
  await expect(menu).toBeHidden();

  // A page.
  await page.keyboard.press("Control+k");
  await choose(page, "billing", "Billing");
  await expect(page).toHaveURL(/\/billing$/);

  // An act, and the theme holds on the next page.
  await page.keyboard.press("Control+k");
  await choose(page, "dark", "Dark theme");
  await expect(page.locator("html")).toHaveClass(/\bdark\b/);
  await visit(page, "/docs");
  await expect(page.locator("html")).toHaveClass(/\bdark\b/);
  await visit(page, "/overview");
  await wakeKeys(page);

  // The documentation.
  await page.keyboard.press("Control+k");
  await field.fill("idempotency");
  await menu
    .getByRole("option", { name: /idempoten/i })
    .first()
    .click();
  await expect(page).toHaveURL(/\/docs\//);
});

test("the command menu shows no key that was found by something else", async ({ page }) => {
  await signUp(page);
  await createKey(page, "Zebra service");
  await createKey(page, "Zebrabook");
  await visit(page, "/overview");
  await wakeKeys(page);
  await page.keyboard.press("Control+k");
  const field = menuOf(page).getByRole("combobox");
  const keys = menuOf(page).getByRole("option", { name: /^Zebra/ });
  await field.fill("zebra");
  await expect(keys).toHaveCount(2);
  // The next answer never comes: of those that are there only the one that fits is left.
  await page.route("**/api/find-keys?*", () => undefined);
  await field.fill("zebrab");
  await expect(keys).toHaveText([/^Zebrabook/]);
  await field.fill("zebrabzz");
  await expect(menuOf(page).getByText("Searching…")).toBeVisible();
  await expect(keys).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/overview$/);
  await field.fill("zebrabook");
  await expect(keys).toHaveText([/^Zebrabook/]);

  await page.unroute("**/api/find-keys?*");
  await page.route("**/api/find-keys?*", (route) => route.fulfill({ status: 503 }));
  await field.fill("zzz");
  await expect(menuOf(page).getByText("your keys couldn’t be searched")).toBeVisible();
});

test("the command menu never sends a pasted key", async ({ page }) => {
  await signUp(page);
  const secret = await createKey(page, "Pasted");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await wakeKeys(page);
  await page.keyboard.press("Control+k");
  const menu = menuOf(page);
  await menu.getByRole("combobox").fill(secret);
  await expect(menu.getByRole("option", { name: "Pasted" })).toBeVisible();
  expect(asked.filter((url) => url.includes(secret))).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
});

test("with forced colours what is chosen, and how far something is, still shows", async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: "active" });
  await enterDemo(page);
  await visit(page, "/usage");
  // A fill that is taken away leaves the canvas's colour, whole or transparent.
  const fillOf = async (one: Locator) =>
    /\d+, \d+, \d+/.exec(await one.evaluate((part) => getComputedStyle(part).backgroundColor))?.[0];
  const nav = page.getByRole("navigation").getByRole("link");
  const ranges = page.getByRole("radiogroup", { name: "Range" }).locator("label");
  const meter = page.getByRole("progressbar").first();
  const pairs: [Locator, Locator][] = [
    [nav.and(page.locator("[aria-current=page]")), nav.filter({ hasText: "Logs" })],
    [ranges.filter({ hasText: "30 d" }), ranges.filter({ hasText: "7 d" })],
    [meter.locator("> *"), meter],
  ];
  for (const [chosen, other] of pairs) expect(await fillOf(chosen)).not.toBe(await fillOf(other));
});

test("shortcuts are listed behind ?, and are letters while something is typed", async ({
  page,
}) => {
  await signUp(page);
  await visit(page, "/keys");
  await wakeKeys(page);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet.getByText("Create key")).toBeVisible();
  await expectAccessible(page, "shortcuts");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();

  // One after the other at once: a sequence is one only within a second.
  await Promise.all([page.keyboard.press("g"), page.keyboard.press("u")]);
  await expect(page).toHaveURL(/\/usage$/);

  await page.keyboard.press("Control+k");
  const field = menuOf(page).getByRole("combobox");
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
    const shift = await watchShifts(page);
    if (paths[0] !== "/") {
      await enterDemo(page);
    }
    for (const path of paths) {
      await visitQuiet(page, path);
      await expect(
        page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog")).first(),
      ).toBeVisible();
      await expectStill(shift(), path);
    }
  });
}

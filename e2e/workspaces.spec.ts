import { expect, test } from "@playwright/test";
import { untilReloaded, visit } from "./arrive";
import { choose, wakeKeys } from "./command-menu";
import { createKey, origin, password, signIn, signUp } from "./steps";
import { inspectPage, lookAt, sizeNames, sizes } from "./sweep";
import { openWorkspace, switcher, workspaceOf } from "./team";

test("a second workspace is opened, chosen with mouse, keys and ⌘K, and remembered", async ({
  page,
}) => {
  await signUp(page);
  await createKey(page, "Of the first");
  await page.getByRole("link", { name: "Of the first" }).click();
  await expect(page.getByRole("heading", { name: "Of the first" })).toBeVisible();
  await expect(page).toHaveURL(/\/keys\/key_/);
  const keyPage = page.url();

  await switcher(page, "Personal").click();
  await page.getByRole("menuitem", { name: "Create workspace" }).click();
  await expect(page).toHaveURL("/workspaces/new");
  const name = page.getByLabel("Workspace name");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await name.fill("Analytical Engines");
  await untilReloaded(page, () => page.getByRole("button", { name: "Create workspace" }).click());
  await expect(switcher(page, "Analytical Engines")).toBeVisible();
  await expect(page.getByLabel("Balance")).toHaveText("$0.00");

  await visit(page, keyPage);
  await expect(page.getByRole("heading", { name: "Key not found" })).toBeVisible();

  await visit(page, "/overview");
  await switcher(page, "Analytical Engines").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Personal" })).toBeFocused();
  await untilReloaded(page, () => page.keyboard.press("Enter"));
  await expect(switcher(page, "Personal")).toBeVisible();
  await visit(page, keyPage);
  await expect(page.getByRole("heading", { name: "Of the first" })).toBeVisible();

  await wakeKeys(page);
  await page.keyboard.press("Control+k");
  await untilReloaded(page, () =>
    choose(page, "switch analytical", "Switch to Analytical Engines"),
  );
  await expect(switcher(page, "Analytical Engines")).toBeVisible();

  const [cookie] = (await page.context().cookies()).filter(({ name: called }) =>
    called.endsWith("gatehouse.workspace"),
  );
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
});

test("P14 the cookie is a wish: another's workspace, or none, leads to one's own", async ({
  page,
  browser,
}) => {
  const theirs = await workspaceOf(await signUp(page));
  const stranger = await browser.newPage();
  const own = await workspaceOf(await signUp(stranger));
  for (const value of [theirs, "ws_01kah5v3zq8m2n4c6d7e8f9gab", "' or 1=1 --"]) {
    await stranger.context().addCookies([{ name: "gatehouse.workspace", value, url: origin }]);
    await visit(stranger, "/settings/workspace");
    await expect(stranger.getByText(/^ws_/)).toHaveText(own);
  }
  await stranger.close();
});

test("two tabs never show two workspaces at once", async ({ page, context }) => {
  await signUp(page);
  const other = await context.newPage();
  await visit(other, "/keys");
  await expect(switcher(other, "Personal")).toBeVisible();
  await openWorkspace(page, "Second");
  await expect(switcher(page, "Second")).toBeVisible();
  await expect(switcher(other, "Second")).toBeVisible();
});

test("an owner deletes a workspace by its name and is in the next one", async ({ page }) => {
  await signUp(page);
  await openWorkspace(page, "Short-lived");
  await visit(page, "/settings/workspace");
  await expect(switcher(page, "Short-lived")).toBeVisible();
  await page.getByRole("button", { name: "Delete workspace" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Type Short-lived to confirm").fill("Short-lived");
  await untilReloaded(page, () => dialog.getByRole("button", { name: "Delete workspace" }).click());
  await expect(switcher(page, "Personal")).toBeVisible();
});

test("on a phone the workspaces are in the menu, and the one chosen last outlives the session", async ({
  page,
}) => {
  await page.setViewportSize(sizes.phone);
  const { email } = await signUp(page);
  await openWorkspace(page, "Pocket");
  const openMenu = page.getByRole("button", { name: "Open menu" });
  for (const [from, to] of [
    ["Pocket", "Personal"],
    ["Personal", "Pocket"],
  ] as const) {
    await openMenu.click();
    await switcher(page, from).click();
    await untilReloaded(page, () => page.getByRole("menuitem", { name: to }).click());
    await expect(page).toHaveURL("/overview");
  }
  // The page is left first: an answer that is under way could bring the session's cookie back.
  await page.goto("about:blank");
  await page.context().clearCookies({ name: "gatehouse.session" });
  await signIn(page, email, password);
  await visit(page, "/overview");
  await openMenu.click();
  await expect(switcher(page, "Pocket")).toBeVisible();
});

for (const size of sizeNames) {
  test(`the page for a new workspace, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await signUp(page);
    await inspectPage(page, "/workspaces/new", size);
  });
}

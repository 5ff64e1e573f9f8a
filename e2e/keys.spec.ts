import { expect, type Locator, type Page, test } from "@playwright/test";
import { revisit, visit } from "./arrive";
import { apiUrl, createKey, expectCopied, hear, keepToasts, signUp, takeSecret } from "./steps";

function openForm(page: Page): Locator {
  return page.getByRole("dialog", { name: "Create key" });
}

function secretField(page: Page): Locator {
  return page.getByLabel("API key", { exact: true });
}

function rowOf(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

async function names(page: Page): Promise<string[]> {
  return await page
    .getByRole("row")
    .getByRole("link", { name: /^(Alpha|Beta|Gamma)$/ })
    .allTextContents();
}

async function statusOf(secret: string): Promise<number> {
  const response = await fetch(`${apiUrl}/v1/models`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  return response.status;
}

/** Presses Tab until the element has the focus, as a person without a mouse does. */
async function tabTo(page: Page, target: Locator, key = "Tab"): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press(key);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab doesn't lead to ${target}`);
}

async function revoke(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Revoke", exact: true }).click();
  await page.getByLabel(`Type ${name} to confirm`).fill(name);
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(rowOf(page, name).getByText(/^revoked/)).toBeVisible();
}

test.beforeEach(async ({ page }) => {
  await keepToasts(page);
  await signUp(page);
});

test("D5 a preset fills the form in, and everything in it can still be changed", async ({
  page,
}) => {
  await visit(page, "/keys?new=1");
  const form = openForm(page);
  await form.getByLabel("Name").fill("Laptop");
  await form.getByRole("button", { name: "Development" }).click();
  await expect(form.getByRole("radio", { name: "Test" })).toBeChecked();
  await expect(form.getByRole("checkbox", { name: "write" })).toBeChecked();
  await expect(form.getByLabel("Expiry")).toHaveValue("90");

  await form.getByRole("button", { name: "Admin" }).click();
  await expect(form.getByRole("radio", { name: "Live" })).toBeChecked();
  await expect(form.getByRole("checkbox", { name: "admin" })).toBeChecked();
  await expect(form.getByRole("checkbox", { name: "write" })).not.toBeChecked();
  await expect(form.getByLabel("Expiry")).toHaveValue("30");
  await expect(form.getByLabel("Name")).toHaveValue("Laptop");

  await form.getByRole("button", { name: "Production" }).click();
  await form.getByRole("checkbox", { name: "webhook" }).check();
  await form.getByLabel("Expiry").selectOption("never");
  await expect(form.getByText(/Works until somebody revokes it/)).toBeVisible();
  await expect(form.getByRole("button", { name: "Production" })).toHaveAttribute(
    "aria-pressed",
    "false",
  );
  await form.getByRole("button", { name: "Create key" }).click();
  await takeSecret(page);
  const row = rowOf(page, "Laptop");
  for (const scope of ["read", "write", "webhook"]) {
    await expect(row.getByText(scope, { exact: true })).toBeVisible();
  }
  await expect(row.getByText("never", { exact: true })).not.toHaveCount(0);
});

test("a secret outlives its page: the list that could not be read again leaves it where it is", async ({
  page,
}) => {
  await visit(page, "/keys");
  // The list is read again once the key is made; that answer breaks off.
  await page.route("**/keys?_rsc=*", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ response, body: body.subarray(0, body.length / 2) });
  });
  await page.getByRole("button", { name: "Create key" }).first().click();
  await openForm(page).getByLabel("Name").fill("Laptop");
  await openForm(page).getByRole("button", { name: "Create key" }).click();
  await expect(page.getByText("Your keys didn't load")).toBeVisible();
  await page.unroute("**/keys?_rsc=*");
  const secret = await takeSecret(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(rowOf(page, "Laptop")).toContainText(secret.slice(-4));
});

test("what is wrong in the folded limits opens them, and nothing typed is lost", async ({
  page,
}) => {
  await visit(page, "/keys?new=1");
  const form = openForm(page);
  await form.getByLabel("Name").fill("Bounded");
  const limits = form.getByRole("button", { name: "Limits" });
  await limits.click();
  await form.getByLabel("Monthly cap").fill("lots");
  await form.getByRole("button", { name: "Allow gpt-4" }).click();
  await form.getByLabel("Models", { exact: true }).fill("claude-*,");
  await form.getByLabel("Addresses").fill("203.0.113.7 not-an-address");
  await form.getByLabel("Addresses").press("Enter");
  await form.getByLabel("Rotation").selectOption("90");
  await limits.click();
  await expect(form.getByLabel("Monthly cap")).toHaveCount(0);
  await expect(form.getByText(/2 models, 2 addresses, rotated every 90 days/)).toBeVisible();

  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByLabel("Monthly cap")).toBeFocused();
  await expect(form.getByText(/Enter an amount above \$0/)).toBeVisible();
  await expect(form.getByLabel("Name")).toHaveValue("Bounded");
  await form.getByLabel("Monthly cap").fill("$1,250.50");
  await expect(form.getByText(/Enter an amount above \$0/)).toHaveCount(0);

  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByLabel("Addresses")).toBeFocused();
  await form.getByRole("button", { name: "Remove address not-an-address" }).click();
  await form.getByRole("button", { name: "Create key" }).click();
  const secret = await takeSecret(page);
  await expect(rowOf(page, "Bounded")).toContainText("$0.00 / $1,250.50");
  // The list of addresses is no decoration: this test isn't at 203.0.113.7.
  expect(await statusOf(secret)).toBe(403);
});

test("search, filters and order stand in the address: reload and Back keep them", async ({
  page,
}) => {
  await createKey(page, "Beta");
  await createKey(page, "Alpha");
  await visit(page, "/keys?new=1");
  const form = openForm(page);
  await form.getByLabel("Name").fill("Gamma");
  await form.getByText("Test", { exact: true }).click();
  await form.getByRole("button", { name: "Create key" }).click();
  const secret = await takeSecret(page);

  await expect.poll(() => names(page)).toEqual(["Gamma", "Alpha", "Beta"]);
  await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect(page).toHaveURL(/sort=name/);
  await expect.poll(() => names(page)).toEqual(["Alpha", "Beta", "Gamma"]);
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute(
    "aria-sort",
    "ascending",
  );
  await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect.poll(() => names(page)).toEqual(["Gamma", "Beta", "Alpha"]);

  await page.getByRole("navigation", { name: "Environment" }).getByText("Live").click();
  await expect.poll(() => names(page)).toEqual(["Beta", "Alpha"]);
  await revisit(page);
  await expect.poll(() => names(page)).toEqual(["Beta", "Alpha"]);
  await page.goBack();
  await expect.poll(() => names(page)).toEqual(["Gamma", "Beta", "Alpha"]);

  // By the last four, also of a pasted key, which never gets into the address.
  await page.getByLabel("Search keys").fill(secret);
  await expect.poll(() => names(page)).toEqual(["Gamma"]);
  expect(page.url()).toContain(`q=${secret.slice(-4)}`);
  expect(page.url()).not.toContain(secret);
  await page.getByLabel("Search keys").fill("nothing is called this");
  await expect(page.getByText("No key matches")).toBeVisible();
  await page.getByRole("link", { name: "Show all keys" }).click();
  await expect.poll(() => names(page)).toEqual(["Gamma", "Alpha", "Beta"]);
});

test("D3 Copy works where the browser has no clipboard of its own, as on plain http", async ({
  page,
  context,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    Object.defineProperty(window, "isSecureContext", { value: false });
    Object.defineProperty(crypto, "randomUUID", { value: undefined });
  });
  await visit(page, "/keys?new=1");
  await openForm(page).getByLabel("Name").fill("Plain");
  await openForm(page).getByRole("button", { name: "Create key" }).click();
  const secret = await secretField(page).inputValue();
  const copy = page.getByRole("button", { name: "Copy", exact: true });
  const said = await hear(copy.locator(":scope + [role=status]"));
  await copy.click();
  await expect.poll(said).toContain("Copied");
  const other = await context.newPage();
  await visit(other, "/");
  await expectCopied(other, secret);
  await other.close();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(secretField(page)).toHaveCount(0);
});

test("D3 a key that wasn't copied isn't lost by Done, Escape, Back or a press outside", async ({
  page,
}) => {
  await visit(page, "/keys?new=1");
  await openForm(page).getByLabel("Name").fill("Unsaved");
  await openForm(page).getByRole("button", { name: "Create key" }).click();
  const secret = await secretField(page).inputValue();
  const question = page.getByText("You haven’t copied the key");
  // What gives the field the focus also listens for Escape and Back, in the same turn.
  await expect(secretField(page)).toBeFocused();

  await page.mouse.click(5, 5);
  await page.goBack();
  await expect(question).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(secretField(page)).toHaveValue(secret);
  await page.getByRole("button", { name: "Close without it" }).click();
  await expect(secretField(page)).toHaveCount(0);
  await expect(rowOf(page, "Unsaved")).toBeVisible();
  expect(await page.content()).not.toContain(secret);
});

test("a revoke can be undone, from the notice and from the row", async ({ page }) => {
  const secret = await createKey(page, "Second thoughts");
  await revoke(page, "Second thoughts");
  expect(await statusOf(secret)).toBe(401);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  const row = rowOf(page, "Second thoughts");
  await expect(row.getByText("active", { exact: true })).toBeVisible();
  expect(await statusOf(secret)).toBe(200);

  await revoke(page, "Second thoughts");
  await revisit(page);
  await row.getByRole("button", { name: "Undo the revoke of Second thoughts" }).click();
  await expect(row.getByText("active", { exact: true })).toBeVisible();
  expect(await statusOf(secret)).toBe(200);
});

test("a key can be disabled and enabled from its row", async ({ page }) => {
  const secret = await createKey(page, "Switched");
  const row = rowOf(page, "Switched");
  await page.getByRole("button", { name: "Actions for Switched" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(row.getByText(/^disabled/)).toBeVisible();
  expect(await statusOf(secret)).toBe(401);
  await page.getByRole("button", { name: "Actions for Switched" }).click();
  await page.getByRole("menuitem", { name: "Enable" }).click();
  await expect(row.getByText("active", { exact: true })).toBeVisible();
  expect(await statusOf(secret)).toBe(200);
});

test("create, copy, revoke and undo work without a mouse", async ({ page }) => {
  await visit(page, "/keys");
  await page.getByRole("button", { name: "Create key" }).first().focus();
  await page.keyboard.press("Enter");
  await expect(openForm(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(openForm(page)).toHaveCount(0);
  // What has shown the dialog listens for its key as well.
  await page.keyboard.press("c");
  await expect(openForm(page).getByLabel("Name")).toBeFocused();
  await page.keyboard.type("By hand");
  await page.keyboard.press("Enter");

  await expect(secretField(page)).toBeFocused();
  const secret = await secretField(page).inputValue();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expectCopied(page, secret);
  await tabTo(page, page.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await expect(secretField(page)).toHaveCount(0);

  await tabTo(page, page.getByRole("button", { name: "Actions for By hand" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Open" })).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Revoke" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Type By hand to confirm")).toBeFocused();
  await page.keyboard.type("By hand");
  await page.keyboard.press("Enter");
  const undo = page.getByRole("button", { name: "Undo the revoke of By hand" });
  await expect(undo).toBeVisible();
  // The focus is back on the row's menu, and what brings the key back is just before it.
  await tabTo(page, undo, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(rowOf(page, "By hand").getByText("active", { exact: true })).toBeVisible();
  expect(await statusOf(secret)).toBe(200);
});

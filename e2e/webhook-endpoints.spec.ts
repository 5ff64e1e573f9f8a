import { expect, type Page } from "@playwright/test";
import { revisit, visit, visitQuiet } from "./arrive";
import { findLeaks } from "./leaks";
import { expectCopied, signUp } from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";
import { insertDeliveries, insertEndpoint, insertEveryKind, withSql } from "./webhook-rows";
import {
  addEndpoint,
  attemptsOf,
  chooseAct,
  closeDrawer,
  drawerOf,
  secretField,
  sendTest,
  test,
} from "./webhook-steps";

const listedEndpoint = (page: Page) =>
  page.getByRole("table", { name: "Webhook endpoints" }).getByRole("link");

test("an endpoint is added, what is wrong is said at its field, and its secret is shown once", async ({
  page,
  receiver,
}) => {
  await signUp(page);
  await visit(page, "/webhooks");
  await expect(page.getByRole("heading", { name: "No endpoints yet" })).toBeVisible();
  await page.getByRole("button", { name: "Add your first endpoint" }).click();
  await expect(page).toHaveURL("/webhooks?new=1");
  const dialog = page.getByRole("dialog", { name: "Add endpoint" });
  const submit = dialog.getByRole("button", { name: "Add endpoint" });
  await expect(dialog.getByLabel("URL")).toBeFocused();
  await submit.click();
  await expect(dialog.getByText("Enter an address.")).toBeVisible();
  await expect(dialog.getByText("Choose at least one event.")).toBeVisible();
  await expect(dialog.getByLabel("URL")).toBeFocused();

  await dialog.getByLabel("URL").fill("https://user:pw@example.com/hooks");
  await expect(dialog.getByText("Enter an address.")).toHaveCount(0);
  await dialog.getByRole("checkbox", { name: "balance.low" }).check();
  await dialog.getByRole("button", { name: "Choose all of API keys" }).click();
  await expect(dialog.getByRole("checkbox", { name: "api_key.expiring" })).toBeChecked();
  await submit.click();
  await expect(dialog.getByText("Leave out the user name and password")).toBeVisible();
  await expect(dialog.getByLabel("URL")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByRole("checkbox", { name: "balance.low" })).toBeChecked();
  await dialog.getByLabel("URL").fill(receiver.url);
  await dialog.getByLabel("Description").fill("Billing robot");
  await submit.click();

  const reveal = page.getByRole("dialog", { name: "Save the signing secret" });
  await expect(secretField(page)).toHaveValue(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await expect(secretField(page)).toBeFocused();
  const secret = await secretField(page).inputValue();
  const question = reveal.getByText("You haven’t copied the secret");
  await page.keyboard.press("Escape");
  await expect(question).toBeVisible();
  await expect(secretField(page)).toHaveValue(secret);
  await reveal.getByRole("tab", { name: "JavaScript" }).click();
  await expect(reveal.getByRole("region", { name: /standardwebhooks$/ })).toContainText(
    "webhook.verify(",
  );
  // A program has no secret in it: what it is copied for isn't saved by that.
  await reveal.getByRole("button", { name: "Put the JavaScript program" }).click();
  await expect(question).toBeVisible();
  await reveal.getByRole("button", { name: "Copy", exact: true }).click();
  await expectCopied(page, secret);
  await expect(question).toHaveCount(0);
  await reveal.getByRole("button", { name: "Done" }).click();

  await expect(page).toHaveURL(/\/webhooks\/we_\w+$/);
  await expect(page.getByRole("heading", { level: 1, name: "Billing robot" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Events" }).getByRole("listitem")).toHaveCount(7);
  await revisit(page);
  await expect(page.getByText(receiver.url).first()).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  const id = new URL(page.url()).pathname.replace("/webhooks/", "");
  const encoded = secret.replace("whsec_", "");
  // As it is shown, without what stands before it, and the very bytes.
  for (const form of [secret, encoded, Buffer.from(encoded, "base64").toString("hex")]) {
    expect(await findLeaks(form, id)).toEqual([]);
  }
  await visit(page, "/webhooks");
  await expect(listedEndpoint(page)).toHaveText(receiver.url);
  await expect(page.getByText("1 of 20 endpoints")).toBeVisible();
});

test("an endpoint is changed, and deleted once its host is typed", async ({ page, receiver }) => {
  await signUp(page);
  await addEndpoint(page, receiver, "Robot");
  await page.getByRole("button", { name: "Edit endpoint" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit endpoint" });
  await expect(dialog.getByLabel("URL")).toHaveValue(receiver.url);
  await dialog.getByLabel("URL").fill("example.com");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Enter a full address")).toBeVisible();
  await dialog.getByLabel("URL").fill(`${receiver.url}?from=gatehouse`);
  await dialog.getByLabel("Description").fill("<b>Machine</b>");
  await dialog.getByRole("radio", { name: "Chosen events" }).check();
  await dialog.getByRole("checkbox", { name: "limit.reached" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1, name: "<b>Machine</b>" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Events" })).toHaveText("limit.reached");

  const drawer = await sendTest(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  expect(receiver.received.at(-1)?.path).toBe("/hooks?from=gatehouse");
  await closeDrawer(page);

  const address = page.url();
  const { host } = new URL(receiver.url);
  await chooseAct(page, "<b>Machine</b>", "Delete");
  const confirm = page.getByRole("button", { name: "Delete endpoint" });
  await expect(confirm).toBeDisabled();
  await page.getByLabel(`Type ${host} to confirm`).fill(host);
  await confirm.click();
  await expect(page).toHaveURL("/webhooks");
  await expect(page.getByRole("heading", { name: "No endpoints yet" })).toBeVisible();
  expect((await visit(page, address))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Endpoint not found" })).toBeVisible();
});

test("the twentieth endpoint is the last, and the page says why", async ({ page }) => {
  const account = await signUp(page);
  for (let made = 0; made < 20; made += 1) {
    await insertEndpoint(account.email, { url: `https://example.com/hooks/${made}` });
  }
  await visitQuiet(page, "/webhooks?new=1");
  await expect(page.getByText("All 20 endpoints are in use")).toBeVisible();
  await expect(listedEndpoint(page)).toHaveCount(20);
  await expect(page.getByRole("button", { name: "Add endpoint" })).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a viewer reads all of it, is told who can change it, and is offered nothing", async ({
  page,
}) => {
  const account = await signUp(page);
  const id = await insertEndpoint(account.email, { description: "Robot" });
  const [delivery = ""] = await insertDeliveries(id, { state: "failed" });
  await withSql(
    (sql) => sql`
      update members set role = 'viewer'
      where user_id = (select id from users where email = ${account.email})`,
  );
  const told = page.getByText("Owners, admins and developers can.");
  await visit(page, "/webhooks");
  await expect(told).toBeVisible();
  await expect(listedEndpoint(page)).toHaveText("example.com/hooks");
  await expect(page.getByRole("button", { name: /endpoint/ })).toHaveCount(0);
  await visit(page, `/webhooks/${id}?delivery=${delivery}`);
  await expect(attemptsOf(drawerOf(page))).toHaveCount(1);
  await expect(drawerOf(page).getByRole("button", { name: "Send again" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(drawerOf(page)).toHaveCount(0);
  await expect(told).toBeVisible();
  await expect(page.getByRole("button", { name: /^(Edit|Roll|Send|Actions for)/ })).toHaveCount(0);
});

test("P14 another's endpoint and delivery answer as those that never were", async ({
  page,
  browser,
}) => {
  const owner = await signUp(page);
  const id = await insertEndpoint(owner.email);
  const [delivery = ""] = await insertDeliveries(id, { state: "delivered" });
  const nobodys = ["we_01kah5v3zq8m2n4c6d7e8f9gab", "dlv_01kah5v3zq8m2n4c6d7e8f9gab"];
  const reads = ([endpoint, one]: readonly string[]) => [
    `/webhooks/${endpoint}`,
    `/webhooks/${endpoint}/failed`,
    `/webhooks/${endpoint}/deliveries/${one}`,
  ];
  const stranger = await browser.newPage();
  await signUp(stranger);
  for (const path of [...reads([id, delivery]), ...reads(nobodys)]) {
    const answer = await stranger.request.get(path);
    expect(answer.status(), path).toBe(404);
    expect(await answer.text(), path).not.toContain("example.com/hooks");
  }
  for (const path of reads([id, delivery])) {
    expect((await page.request.get(path)).status(), path).toBe(200);
  }
  await stranger.close();
});

test("the overview tells of an endpoint that fails, and of one that was disabled for it", async ({
  page,
}) => {
  const account = await signUp(page);
  const id = await insertEndpoint(account.email, { description: "Robot", failuresInRow: 7 });
  await visit(page, "/overview");
  await expect(page.getByText("The webhook endpoint Robot is failing")).toBeVisible();
  await withSql(
    (sql) => sql`
      update webhook_endpoints
      set failures_in_row = 20, disabled_at = now(), disabled_reason = 'failures'
      where id = ${id}`,
  );
  await visit(page, "/overview");
  await expect(page.getByText("The webhook endpoint Robot was disabled")).toBeVisible();
  await page.getByRole("link", { name: "Open the endpoint" }).click();
  await expect(
    page.getByText("This endpoint was disabled after 20 failures in a row"),
  ).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByRole("button", { name: "Send test event" })).toBeVisible();
  await visit(page, "/overview");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(page.getByText("The webhook endpoint Robot")).toHaveCount(0);
});

test("g w and the command menu lead to webhooks, and to the dialog", async ({ page }) => {
  await signUp(page);
  await visitQuiet(page, "/usage");
  await page.getByRole("button", { name: "Search or jump to" }).click();
  const menu = page.getByRole("dialog", { name: "Command menu" });
  await menu.getByRole("combobox").fill("add webhook");
  await expect(
    menu.getByRole("option", { name: "Add webhook endpoint", selected: true }),
  ).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/webhooks?new=1");
  await expect(page.getByRole("dialog", { name: "Add endpoint" }).getByLabel("URL")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL("/webhooks");
  await visit(page, "/billing");
  // What has been pressed listens for the shell's keys as well.
  await page.getByRole("button", { name: "Search or jump to" }).click();
  await expect(menu.getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  // One after the other at once: a sequence is one only within a second.
  await Promise.all([page.keyboard.press("g"), page.keyboard.press("w")]);
  await expect(page).toHaveURL("/webhooks");
});

for (const size of sizeNames) {
  test(`webhooks and what can be done with them, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    const account = await signUp(page);
    await inspectPage(page, "/webhooks", size, "webhooks-none");
    await visitQuiet(page, "/webhooks?new=1");
    await expect(page.getByRole("checkbox", { name: "balance.low" })).toBeVisible();
    await inspect(page, "webhooks-new", size);

    const id = await insertEveryKind(account.email);
    await inspectPage(page, "/webhooks", size, "webhooks");
    await inspectPage(page, `/webhooks/${id}`, size, "webhook");
    await inspectPage(page, `/webhooks/${id}?state=delivered`, size, "webhook-filtered");
    const dialogs = [
      ["edit", page.getByRole("button", { name: "Save" })],
      ["roll", page.getByRole("radio", { name: "24 hours" })],
      ["resend", page.getByRole("button", { name: "Send 1 again" })],
      ["disable", page.getByRole("button", { name: "Disable endpoint" })],
      ["delete", page.getByRole("button", { name: "Delete endpoint" })],
    ] as const;
    for (const [dialog, shown] of dialogs) {
      await visitQuiet(page, `/webhooks/${id}?${dialog}=1`);
      await expect(shown).toBeVisible();
      await inspect(page, `webhook-${dialog}`, size);
    }
  });
}

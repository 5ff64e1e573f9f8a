import { expect, type Locator, type Page, test } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { answers, type Receiver, startReceiver } from "../lib/webhooks/testing/receiver";
import { arrived, revisit, visit, visitQuiet } from "./arrive";
import { findLeaks } from "./leaks";
import { expectCopied, keepToasts, signUp } from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";
import { insertDeliveries, insertEndpoint, withSql } from "./webhook-rows";

let receiver: Receiver;

test.beforeEach(async ({ page }) => {
  receiver = await startReceiver();
  await keepToasts(page);
});
test.afterEach(() => receiver.close());

const secretField = (page: Page) => page.getByLabel("Signing secret", { exact: true });
const drawerOf = (page: Page) => page.getByRole("dialog", { name: "Delivery", exact: true });
const rows = (page: Page) => page.locator("tr[data-delivery]");
const attemptsOf = (drawer: Locator) => drawer.getByRole("listitem");
const listedEndpoint = (page: Page) =>
  page.getByRole("table", { name: "Webhook endpoints" }).getByRole("link");

/** Saves the signing secret that a dialog shows, and closes it. */
async function takeSigningSecret(page: Page): Promise<string> {
  await expect(secretField(page)).toHaveValue(/^whsec_/);
  const secret = await secretField(page).inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expectCopied(page, secret);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(secretField(page)).toHaveCount(0);
  return secret;
}

/** Adds an endpoint for all events in the dialog, and waits for its page. Answers its secret. */
async function addEndpoint(page: Page, description: string): Promise<string> {
  await visit(page, "/webhooks?new=1");
  const dialog = page.getByRole("dialog", { name: "Add endpoint" });
  await dialog.getByLabel("URL").fill(receiver.url);
  await dialog.getByLabel("Description").fill(description);
  await dialog.getByRole("radio", { name: "All events" }).check();
  await dialog.getByRole("button", { name: "Add endpoint" }).click();
  const secret = await takeSigningSecret(page);
  await expect(page).toHaveURL(/\/webhooks\/we_\w+$/);
  await expect(page.getByRole("heading", { level: 1, name: description })).toBeVisible();
  await arrived(page);
  return secret;
}

async function sendTest(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Send test event" }).click();
  const drawer = drawerOf(page);
  await expect(drawer.getByText("webhook.test", { exact: true })).toBeVisible();
  return drawer;
}

async function closeDrawer(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(drawerOf(page)).toHaveCount(0);
  await expect(page).toHaveURL(/\/webhooks\/we_\w+$/);
}

async function chooseAct(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: act, exact: true }).click();
}

/** The last message that came, as a receiver with this secret believes it. */
function verifyLast(secret: string): unknown {
  const last = receiver.received.at(-1);
  if (!last) throw new Error("nothing was received");
  return new Webhook(secret).verify(last.body, last.headers);
}

test("an endpoint is added, what is wrong is said at its field, and its secret is shown once", async ({
  page,
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

test("a test event arrives signed, and its delivery shows what was sent, byte by byte", async ({
  page,
}) => {
  await signUp(page);
  const secret = await addEndpoint(page, "Robot");
  await expect(page.getByRole("heading", { name: "Nothing was sent yet" })).toBeVisible();
  const drawer = await sendTest(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(attemptsOf(drawer)).toHaveCount(1);
  await expect(attemptsOf(drawer)).toContainText("204");

  expect(receiver.received).toHaveLength(1);
  const [sent] = receiver.received;
  expect(verifyLast(secret)).toMatchObject({ type: "webhook.test" });
  const headers = drawer.getByRole("region", { name: "Headers as sent" });
  for (const name of ["webhook-id", "webhook-timestamp", "user-agent", "content-type"]) {
    await expect(headers).toContainText(`${name}: ${sent?.headers[name]}`);
  }
  await expect(headers).not.toContainText(sent?.headers["webhook-signature"] ?? "no signature");
  const formatted = drawer.getByRole("region", { name: "Payload, formatted" });
  await expect(formatted).toContainText('"type": "webhook.test"');
  await drawer.getByRole("tab", { name: "As sent" }).click();
  await expect(drawer.getByRole("region", { name: "Payload as sent" })).toHaveText(
    sent?.body ?? "",
  );

  await closeDrawer(page);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("delivered");
  const link = rows(page).getByRole("link", { name: "webhook.test" });
  await link.click();
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/\?delivery=dlv_\w+$/);
  await revisit(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
});

test("what fails is tried again, and after the receiver is mended all of it is sent again", async ({
  page,
}) => {
  await signUp(page);
  const secret = await addEndpoint(page, "Robot");
  receiver.behave(answers(500, { "content-type": "text/html" }, "<b>out of order</b>"));
  const drawer = await sendTest(page);
  // The second attempt comes after five seconds, the third after five minutes.
  await expect(attemptsOf(drawer)).toHaveCount(2);
  await expect(attemptsOf(drawer).first()).toContainText("#2");
  await expect(attemptsOf(drawer).first()).toContainText("500");
  await expect(drawer.getByRole("region", { name: "Answer to attempt 1", exact: true })).toHaveText(
    "<b>out of order</b>",
  );
  await expect(drawer.getByText("pending", { exact: true })).toBeVisible();
  await expect(drawer.getByRole("button", { name: "Send again" })).toHaveCount(0);
  await closeDrawer(page);
  await expect(page.getByText("2 in a row")).toBeVisible();

  await chooseAct(page, "Robot", "Disable");
  await page.getByRole("button", { name: "Disable endpoint" }).click();
  await expect(page.getByText("This endpoint is disabled")).toBeVisible();
  await expect(rows(page)).toContainText("failed");
  await expect(page.getByRole("button", { name: "Send test event" })).toHaveCount(0);
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByRole("button", { name: "Send test event" })).toBeVisible();

  receiver.behave(answers(204));
  await page.getByRole("button", { name: "Send failed again" }).click();
  const dialog = page.getByRole("dialog", { name: "Send failed deliveries again" });
  await expect(dialog.getByRole("radio", { name: "Last hour" })).toBeChecked();
  await dialog.getByRole("radio", { name: "Last 7 days" }).check();
  await dialog.getByRole("button", { name: "Send 1 again" }).click();
  await expect(page.getByText("1 delivery sent again")).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await rows(page).getByRole("link", { name: "webhook.test" }).click();
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(attemptsOf(drawer)).toHaveCount(3);

  expect(verifyLast(secret)).toMatchObject({ type: "webhook.test" });
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
});

test("a 410 disables an endpoint; enabled again, one delivery is sent again from its drawer", async ({
  page,
}) => {
  await signUp(page);
  await addEndpoint(page, "Robot");
  receiver.behave(answers(410));
  const drawer = await sendTest(page);
  await expect(drawer.getByText("failed", { exact: true })).toBeVisible();
  await expect(drawer.getByText("The receiver answered 410").first()).toBeVisible();
  await expect(drawer.getByText("Enable the endpoint to send it again.")).toBeVisible();
  await closeDrawer(page);
  await expect(page.getByText("This endpoint was disabled, because it answered 410")).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByRole("button", { name: "Send test event" })).toBeVisible();

  receiver.behave(answers(200, {}, "thanks"));
  await rows(page).getByRole("link", { name: "webhook.test" }).click();
  await drawer.getByRole("button", { name: "Send again" }).click();
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(attemptsOf(drawer)).toHaveCount(2);
  await expect(drawer.getByRole("region", { name: "Answer to attempt 2", exact: true })).toHaveText(
    "thanks",
  );
  expect(receiver.received).toHaveLength(2);
});

test("a rolled secret signs beside the old one until that is ended", async ({ page }) => {
  await signUp(page);
  const old = await addEndpoint(page, "Robot");
  await page.getByRole("button", { name: "Roll secret" }).click();
  const dialog = page.getByRole("dialog", { name: "Roll the signing secret" });
  await expect(dialog.getByRole("radio", { name: "24 hours" })).toBeFocused();
  await dialog.getByRole("radio", { name: "1 hour" }).check();
  await dialog.getByRole("button", { name: "Roll secret" }).click();
  const next = await takeSigningSecret(page);
  expect(next).not.toBe(old);
  await expect(page.getByText("The old secret signs too")).toBeVisible();

  const drawer = await sendTest(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  for (const secret of [old, next]) {
    expect(verifyLast(secret)).toMatchObject({ type: "webhook.test" });
  }
  await closeDrawer(page);

  await page.getByRole("button", { name: "End it now" }).click();
  await page.getByRole("button", { name: "End old secret" }).click();
  await expect(page.getByText("The old secret signs too")).toHaveCount(0);
  await sendTest(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  expect(receiver.received).toHaveLength(2);
  expect(verifyLast(next)).toMatchObject({ type: "webhook.test" });
  expect(() => verifyLast(old)).toThrow();
});

test("an endpoint is changed, and deleted once its host is typed", async ({ page }) => {
  await signUp(page);
  await addEndpoint(page, "Robot");
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

test("deliveries are filtered and paged by the address", async ({ page }) => {
  const account = await signUp(page);
  const id = await insertEndpoint(account.email);
  await insertDeliveries(id, { state: "failed", count: 5, type: "topup.failed" });
  await insertDeliveries(id, { state: "delivered", count: 52 });
  await visit(page, `/webhooks/${id}`);
  await expect(rows(page)).toHaveCount(50);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/\?after=dlv_/);
  await expect(rows(page)).toHaveCount(7);
  await revisit(page);
  await expect(rows(page)).toHaveCount(7);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(rows(page)).toHaveCount(50);

  const filter = page.getByRole("navigation", { name: "State" });
  await filter.getByRole("link", { name: "Failed" }).click();
  await expect(page).toHaveURL(/\?state=failed$/);
  await expect(rows(page)).toHaveCount(5);
  await expect(filter.locator("[aria-current=true]")).toHaveText("Failed");
  await filter.getByRole("link", { name: "Pending" }).click();
  await expect(page.getByRole("heading", { name: "No pending deliveries" })).toBeVisible();
  await page.getByRole("link", { name: "Show all deliveries" }).click();
  await expect(rows(page)).toHaveCount(50);
  await visit(page, `/webhooks/${id}?state=%00&after=%27&delivery=dlv_nothing`);
  await expect(drawerOf(page).getByText("There is no such delivery")).toBeVisible();
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

const longUrl = `https://hooks.example.com/${"a-very-long-path/".repeat(60)}?token=${"x".repeat(200)}`;
const longName = "Ein Empfänger mit einem sehr langen Namen, der nicht auf einer Zeile steht";

/** An endpoint of every kind; the first has deliveries of every kind. */
async function insertAll(email: string): Promise<string> {
  const id = await insertEndpoint(email, {
    description: "Billing in production",
    events: ["balance.low", "balance.depleted", "topup.succeeded", "topup.failed"],
    failuresInRow: 4,
  });
  await insertDeliveries(id, { state: "delivered", count: 3 });
  await insertDeliveries(id, {
    state: "failed",
    type: "topup.failed",
    answer: `<h1>Bad gateway</h1>\n${"no break ".repeat(40)}`,
  });
  await insertDeliveries(id, { state: "pending", status: 503 });
  await insertEndpoint(email, { url: longUrl, description: longName });
  await insertEndpoint(email, { disabledReason: "user" });
  await insertEndpoint(email, { disabledReason: "gone", url: "https://example.org/gone" });
  return id;
}

for (const size of sizeNames) {
  test(`webhooks and what can be done with them, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    const account = await signUp(page);
    await inspectPage(page, "/webhooks", size, "webhooks-none");
    await visitQuiet(page, "/webhooks?new=1");
    await expect(page.getByRole("checkbox", { name: "balance.low" })).toBeVisible();
    await inspect(page, "webhooks-new", size);

    const id = await insertAll(account.email);
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

  test(`deliveries from close by, and endpoints in trouble, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    const account = await signUp(page);
    const id = await insertAll(account.email);
    await visit(page, `/webhooks/${id}?state=failed`);
    await rows(page).getByRole("link").click();
    await expect(attemptsOf(drawerOf(page))).toHaveCount(1);
    await inspect(page, "delivery", size);

    const stopped = await insertEndpoint(account.email, {
      ...{ url: longUrl, description: longName },
      ...{ failuresInRow: 20, disabledReason: "failures" },
    });
    await inspectPage(page, `/webhooks/${stopped}`, size, "webhook-stopped");
    await inspectPage(page, "/overview", size, "overview-webhook");
    await inspectPage(page, "/webhooks/we_nothing", size, "webhook-not-found");
  });

  test(`a signing secret, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await signUp(page);
    await visit(page, "/webhooks?new=1");
    const dialog = page.getByRole("dialog", { name: "Add endpoint" });
    await dialog.getByLabel("URL").fill(receiver.url);
    await dialog.getByRole("radio", { name: "All events" }).check();
    await dialog.getByRole("button", { name: "Add endpoint" }).click();
    await expect(secretField(page)).toHaveValue(/^whsec_/);
    await inspect(page, "webhook-secret", size);
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("You haven’t copied the secret")).toBeVisible();
    await inspect(page, "webhook-secret-asking", size);
  });
}

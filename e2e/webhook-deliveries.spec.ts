import { expect } from "@playwright/test";
import { answers } from "../lib/webhooks/testing/receiver";
import { revisit, visit } from "./arrive";
import { signUp } from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";
import {
  insertDeliveries,
  insertEndpoint,
  insertEveryKind,
  longName,
  longUrl,
} from "./webhook-rows";
import {
  addEndpoint,
  attemptsOf,
  chooseAct,
  closeDrawer,
  deliveries,
  drawerOf,
  sendTest,
  test,
  verifyLast,
} from "./webhook-steps";

test("a test event arrives signed, and its delivery shows what was sent, byte by byte", async ({
  page,
  receiver,
}) => {
  await signUp(page);
  const secret = await addEndpoint(page, receiver, "Robot");
  await expect(page.getByRole("heading", { name: "Nothing was sent yet" })).toBeVisible();
  const drawer = await sendTest(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(attemptsOf(drawer)).toHaveCount(1);
  await expect(attemptsOf(drawer)).toContainText("204");

  expect(receiver.received).toHaveLength(1);
  const [sent] = receiver.received;
  expect(verifyLast(receiver, secret)).toMatchObject({ type: "webhook.test" });
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
  await expect(deliveries(page)).toHaveCount(1);
  await expect(deliveries(page)).toContainText("delivered");
  const link = deliveries(page).getByRole("link", { name: "webhook.test" });
  await link.click();
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/\?delivery=dlv_\w+$/);
  await revisit(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
});

test("what fails is tried again, and after the receiver is mended all of it is sent again", async ({
  page,
  receiver,
}) => {
  await signUp(page);
  const secret = await addEndpoint(page, receiver, "Robot");
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
  await expect(deliveries(page)).toContainText("failed");
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
  await deliveries(page).getByRole("link", { name: "webhook.test" }).click();
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(attemptsOf(drawer)).toHaveCount(3);

  expect(verifyLast(receiver, secret)).toMatchObject({ type: "webhook.test" });
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
});

test("a 410 disables an endpoint; enabled again, one delivery is sent again from its drawer", async ({
  page,
  receiver,
}) => {
  await signUp(page);
  await addEndpoint(page, receiver, "Robot");
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
  await deliveries(page).getByRole("link", { name: "webhook.test" }).click();
  await drawer.getByRole("button", { name: "Send again" }).click();
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  await expect(attemptsOf(drawer)).toHaveCount(2);
  await expect(drawer.getByRole("region", { name: "Answer to attempt 2", exact: true })).toHaveText(
    "thanks",
  );
  expect(receiver.received).toHaveLength(2);
});

test("deliveries are filtered and paged by the address", async ({ page }) => {
  const account = await signUp(page);
  const id = await insertEndpoint(account.email);
  await insertDeliveries(id, { state: "failed", count: 5, type: "topup.failed" });
  await insertDeliveries(id, { state: "delivered", count: 52 });
  await visit(page, `/webhooks/${id}`);
  await expect(deliveries(page)).toHaveCount(50);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/\?after=dlv_/);
  await expect(deliveries(page)).toHaveCount(7);
  await revisit(page);
  await expect(deliveries(page)).toHaveCount(7);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(deliveries(page)).toHaveCount(50);

  const filter = page.getByRole("navigation", { name: "State" });
  await filter.getByRole("link", { name: "Failed" }).click();
  await expect(page).toHaveURL(/\?state=failed$/);
  await expect(deliveries(page)).toHaveCount(5);
  await expect(filter.locator("[aria-current=true]")).toHaveText("Failed");
  await filter.getByRole("link", { name: "Pending" }).click();
  await expect(page.getByRole("heading", { name: "No pending deliveries" })).toBeVisible();
  await page.getByRole("link", { name: "Show all deliveries" }).click();
  await expect(deliveries(page)).toHaveCount(50);
  await visit(page, `/webhooks/${id}?state=%00&after=%27&delivery=dlv_nothing`);
  await expect(drawerOf(page).getByText("There is no such delivery")).toBeVisible();
});

for (const size of sizeNames) {
  test(`deliveries from close by, and endpoints in trouble, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    const account = await signUp(page);
    const id = await insertEveryKind(account.email);
    await visit(page, `/webhooks/${id}?state=failed`);
    await deliveries(page).getByRole("link").click();
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
}

import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { type Receiver, startReceiver } from "../lib/webhooks/testing/receiver";
import { arrived, visit } from "./arrive";
import { expectCopied, keepToasts } from "./steps";

/** A page whose toasts stay, and somebody who receives webhooks. */
export const test = base.extend<{ receiver: Receiver }>({
  page: async ({ page }, use) => {
    await keepToasts(page);
    await use(page);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.close();
  },
});

export const secretField = (page: Page) => page.getByLabel("Signing secret", { exact: true });
export const drawerOf = (page: Page) => page.getByRole("dialog", { name: "Delivery", exact: true });
export const deliveries = (page: Page) => page.locator("tr[data-delivery]");
export const attemptsOf = (drawer: Locator) => drawer.getByRole("listitem");

/** Saves the signing secret that a dialog shows, and closes it. */
export async function takeSigningSecret(page: Page): Promise<string> {
  await expect(secretField(page)).toHaveValue(/^whsec_/);
  const secret = await secretField(page).inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expectCopied(page, secret);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(secretField(page)).toHaveCount(0);
  return secret;
}

/** Adds an endpoint for all events in the dialog, and waits for its page. Answers its secret. */
export async function addEndpoint(
  page: Page,
  receiver: Receiver,
  description: string,
): Promise<string> {
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

export async function sendTest(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Send test event" }).click();
  const drawer = drawerOf(page);
  await expect(drawer.getByText("webhook.test", { exact: true })).toBeVisible();
  return drawer;
}

export async function closeDrawer(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(drawerOf(page)).toHaveCount(0);
  await expect(page).toHaveURL(/\/webhooks\/we_\w+$/);
}

export async function chooseAct(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: act, exact: true }).click();
}

/** The last message that came, as a receiver with this secret believes it. */
export function verifyLast(receiver: Receiver, secret: string): unknown {
  const last = receiver.received.at(-1);
  if (!last) throw new Error("nothing was received");
  return new Webhook(secret).verify(last.body, last.headers);
}

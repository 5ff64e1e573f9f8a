import { expect } from "@playwright/test";
import { visit } from "./arrive";
import { signUp } from "./steps";
import { inspect, lookAt, sizeNames } from "./sweep";
import {
  addEndpoint,
  closeDrawer,
  secretField,
  sendTest,
  takeSigningSecret,
  test,
  verifyLast,
} from "./webhook-steps";

test("a rolled secret signs beside the old one until that is ended", async ({ page, receiver }) => {
  await signUp(page);
  const old = await addEndpoint(page, receiver, "Robot");
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
    expect(verifyLast(receiver, secret)).toMatchObject({ type: "webhook.test" });
  }
  await closeDrawer(page);

  await page.getByRole("button", { name: "End it now" }).click();
  await page.getByRole("button", { name: "End old secret" }).click();
  await expect(page.getByText("The old secret signs too")).toHaveCount(0);
  await sendTest(page);
  await expect(drawer.getByText("delivered", { exact: true })).toBeVisible();
  expect(receiver.received).toHaveLength(2);
  expect(verifyLast(receiver, next)).toMatchObject({ type: "webhook.test" });
  expect(() => verifyLast(receiver, old)).toThrow();
});

for (const size of sizeNames) {
  test(`a signing secret, ${size}`, async ({ page, receiver }) => {
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

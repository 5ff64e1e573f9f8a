import { expect, test } from "@playwright/test";
import { visit } from "./arrive";
import { apiUrl, createKey, forgetSession, password, signIn, signUp, signUpByHand } from "./steps";

test("D1 signing out closes every page, and signing in leads back to the page asked for", async ({
  page,
}) => {
  const account = await signUpByHand(page);
  await visit(page, "/keys");
  await page.getByRole("button", { name: `Account: ${account.email}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);

  await visit(page, "/overview");
  await expect(page).toHaveURL(/\/sign-in$/);
  for (const path of ["/keys", "/usage", "/billing", "/settings"]) {
    await visit(page, path);
    await expect(page).toHaveURL(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
  }
  expect((await page.request.get("/api/usage?range=24h")).status()).toBe(401);
  expect((await page.request.get("/api/balance")).status()).toBe(401);

  await visit(page, "/sign-in?callbackUrl=/billing");
  await page.getByLabel("Email").fill(account.email.toUpperCase());
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/billing$/);
});

test("a wrong password and an unknown address get the same answer", async ({ page }) => {
  const account = await signUp(page);
  await forgetSession(page);
  const answers: string[] = [];
  for (const email of [account.email, `nobody-${account.email}`]) {
    await visit(page, "/sign-in");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill("not the password at all");
    await page.getByRole("button", { name: "Sign in" }).click();
    const alert = page.getByRole("alert").filter({ hasText: /\S/ }).first();
    await expect(alert).toBeVisible();
    answers.push((await alert.textContent()) ?? "");
    await expect(page.getByLabel("Email")).toHaveValue(email);
  }
  expect(answers[0]).toBe(answers[1]);
});

test("an ended session is signed out at its next request", async ({ page, browser }) => {
  const account = await signUp(page);
  const other = await browser.newPage();
  await signIn(other, account.email, password);
  await visit(page, "/settings");
  await page.getByRole("button", { name: "Sign out others" }).click();
  await expect(page.getByRole("button", { name: "End session" })).toHaveCount(0);
  await visit(other, "/keys");
  await expect(other).toHaveURL(/\/sign-in/);
  await other.close();
});

test("old addresses lead to the pages", async ({ page }) => {
  await signUp(page);
  for (const path of ["/dashboard/keys", "/api-keys", "/settings/api-keys"]) {
    await visit(page, path);
    await expect(page).toHaveURL(/\/keys$/);
  }
  await visit(page, "/dashboard");
  await expect(page).toHaveURL(/\/overview$/);
});

test("a test key works without credit and costs nothing", async ({ page }) => {
  await signUp(page);
  await visit(page, "/keys?new=1");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Sandbox");
  await dialog.getByRole("radio", { name: "Test" }).check();
  await dialog.getByRole("checkbox", { name: "write" }).check();
  await dialog.getByRole("button", { name: "Create key" }).click();
  const secret = await page.getByLabel("API key", { exact: true }).inputValue();
  expect(secret).toMatch(/^gate_test_/);
  const answer = await fetch(`${apiUrl}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": secret, "content-type": "application/json" },
    body: JSON.stringify({ model: "glm-4.7", messages: [{ role: "user", content: "Hi" }] }),
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-request-cost")).toBe("0.00");
});

test("another workspace's keys are not there", async ({ page, browser }) => {
  await signUp(page);
  await createKey(page, "Mine alone");
  const stranger = await browser.newPage();
  await signUp(stranger);
  await visit(stranger, "/keys");
  await expect(stranger.getByText("No keys yet")).toBeVisible();
  await expect(stranger.getByText("Mine alone")).toHaveCount(0);
  await stranger.close();
});

import { randomBytes } from "node:crypto";
import { expect, type Locator, type Page } from "@playwright/test";

/** Where programs reach the API, without `/v1`: the gateway's own port. */
export const apiUrl = (process.env.E2E_API_URL ?? "http://localhost:4000/v1").replace(/\/v1$/, "");

export const password = "correct horse battery staple 42";

export interface Account {
  name: string;
  email: string;
}

/** Signs up a new account and waits until the dashboard is there. */
export async function signUp(page: Page): Promise<Account> {
  const account = {
    name: "Ada Lovelace",
    email: `ada-${randomBytes(6).toString("hex")}@example.com`,
  };
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(account.name);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/overview$/);
  return account;
}

export async function signIn(page: Page, email: string, secret: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/overview$/);
}

/** Makes a key in the dialog and answers its secret; `scopes` are chosen beside what it starts with. */
export async function createKey(
  page: Page,
  name: string,
  scopes: readonly string[] = [],
): Promise<string> {
  await page.goto("/keys");
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  for (const scope of scopes) await dialog.getByRole("checkbox", { name: scope }).check();
  await dialog.getByRole("button", { name: "Create key" }).click();
  const secret = await page.getByLabel("API key", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByLabel("API key", { exact: true })).toHaveCount(0);
  return secret;
}

/** The amount an element shows, to the nano-dollar. */
export async function readNanos(amount: Locator): Promise<bigint> {
  const text = (await amount.textContent()) ?? "";
  const match = /^\$([\d,]+)\.(\d{2,9})$/.exec(text.trim());
  if (!match) throw new Error(`not an exact amount: ${text}`);
  const [, whole = "", fraction = ""] = match;
  return BigInt(whole.replaceAll(",", "")) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** The balance as the page shows it. */
export function readBalanceNanos(page: Page): Promise<bigint> {
  return readNanos(page.getByLabel("Balance"));
}

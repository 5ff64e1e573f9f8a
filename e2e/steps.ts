import { randomBytes } from "node:crypto";
import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import { visit } from "./arrive";

/** Where programs reach the API, without `/v1`: the gateway's own port. */
export const apiUrl = (process.env.E2E_API_URL ?? "http://localhost:4000/v1").replace(/\/v1$/, "");
/** Where the pages are. */
export const origin = new URL(process.env.E2E_BASE_URL ?? "").origin;

export const password = "correct horse battery staple 42";

export interface Account {
  name: string;
  email: string;
}

function newAccount(): Account {
  return {
    name: "Ada Lovelace",
    email: `ada-${randomBytes(6).toString("hex")}@example.com`,
  };
}

/** Signs up a new account as a person does, and waits until the dashboard is there. */
export async function signUpByHand(page: Page): Promise<Account> {
  const account = newAccount();
  await visit(page, "/sign-up");
  await page.getByLabel("Name").fill(account.name);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/overview$/);
  return account;
}

/** The fields that a form brings along by itself. */
function hiddenFields(html: string): Record<string, string> {
  const inputs = html.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
  const entity: Record<string, string> = { "&quot;": '"', "&amp;": "&", "&#x27;": "'" };
  return Object.fromEntries(
    inputs.map((input) => {
      const [name = "", value = ""] = ["name", "value"].map((attribute) =>
        (new RegExp(` ${attribute}="([^"]*)"`).exec(input)?.[1] ?? "").replace(
          /&(quot|amp|#x27);/g,
          (found) => entity[found] ?? found,
        ),
      );
      return [name, value];
    }),
  );
}

/**
 * A browser that is signed in to a new account: what most journeys begin with and none is about. The form
 * is posted as a browser without scripts posts it; no page is opened.
 */
export async function signUp(page: Page): Promise<Account> {
  const account = newAccount();
  const form = await page.request.get("/sign-up");
  const answer = await page.request.post("/sign-up", {
    headers: { origin: new URL(form.url()).origin },
    multipart: { ...hiddenFields(await form.text()), ...account, password },
    maxRedirects: 0,
  });
  expect(answer.status(), "the sign-up leads on").toBe(303);
  expect(answer.headers().location).toMatch(/\/overview$/);
  return account;
}

export async function signIn(page: Page, email: string, secret: string): Promise<void> {
  await visit(page, "/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/overview$/);
}

let demoCookies: Awaited<ReturnType<BrowserContext["cookies"]>> = [];

/** A browser that is signed in to the demo's busy workspace. One session does for all journeys of a worker. */
export async function enterDemo(page: Page): Promise<void> {
  if (demoCookies.length === 0) {
    await signIn(page, "demo@gatehouse.example", process.env.E2E_DEMO_PASSWORD ?? "");
    demoCookies = (await page.context().cookies()).filter(({ name }) => /session/.test(name));
  }
  await page.context().addCookies(demoCookies);
}

/** Leaves the site, so that no answer that is under way brings a cookie back, and forgets the cookies. */
export async function forgetSession(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}

/**
 * Has toasts stay until they are dismissed: they wait while the page is hidden, so the page says that it
 * is. Call it before the page is opened.
 */
export async function keepToasts(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(document, "hidden", { get: () => true }));
}

/** Does something that calls a server action, and waits for the answer, which begins when the action is over. */
export async function untilActed(page: Page, act: () => Promise<void>): Promise<void> {
  const answered = page.waitForResponse(
    (response) => response.request().headers()["next-action"] !== undefined,
  );
  await act();
  await answered;
}

/** Notes what an element says from now on: some of it is gone after two seconds. */
export async function hear(status: Locator): Promise<() => Promise<string[]>> {
  const said = await status.evaluateHandle((element) => {
    const texts: string[] = [];
    const note = () => texts.push(element.textContent ?? "");
    const changes = { childList: true, characterData: true, subtree: true };
    new MutationObserver(note).observe(element, changes);
    return texts;
  });
  return () => said.jsonValue();
}

/** What is on the clipboard is this, as soon as the browser has put it there. */
export async function expectCopied(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text);
}

/** Saves the secret that a dialog shows, and closes it. */
export async function takeSecret(page: Page): Promise<string> {
  const field = page.getByLabel("API key", { exact: true });
  const secret = await field.inputValue();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expectCopied(page, secret);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(field).toHaveCount(0);
  return secret;
}

/** Makes a key in the dialog and answers its secret; `scopes` are chosen beside what it starts with. */
export async function createKey(
  page: Page,
  name: string,
  { scopes = [], isTest = false }: { scopes?: readonly string[]; isTest?: boolean } = {},
): Promise<string> {
  await visit(page, "/keys");
  await page.getByRole("button", { name: "Create key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  if (isTest) await dialog.getByRole("radio", { name: "Test" }).check();
  for (const scope of scopes) await dialog.getByRole("checkbox", { name: scope }).check();
  await dialog.getByRole("button", { name: "Create key" }).click();
  return await takeSecret(page);
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

import { randomBytes } from "node:crypto";
import { type APIResponse, expect, type Page, test } from "@playwright/test";
import { findFreePort } from "../scripts/ports.mjs";
import { visit } from "./arrive";
import { type IdentityProvider, startIdentityProvider } from "./identity-provider";
import { forgetMailsTo, query, readLink, readMail } from "./mailbox";
import { type SecondWeb, startSecondWeb } from "./second-web";
import { forgetSession, password } from "./steps";

/*
 * The product with a mail server and an identity provider: a second dashboard on the same database, whose
 * environment names them. Its mails are read where the worker would take them from.
 */
let web: SecondWeb;
let identities: IdentityProvider;

test.beforeAll(async () => {
  const port = await findFreePort();
  const providerPort = await findFreePort([port]);
  const client = { clientId: "gatehouse", clientSecret: "a secret of the tests" };
  identities = await startIdentityProvider({
    ...client,
    port: providerPort,
    redirectUri: `http://localhost:${port}/api/auth/callback/oidc`,
  });
  web = await startSecondWeb(port, {
    SMTP_URL: "smtp://127.0.0.1:9",
    MAIL_FROM: "Gatehouse <no-reply@example.com>",
    AUTH_OIDC_ISSUER: `http://127.0.0.1:${providerPort}`,
    AUTH_OIDC_CLIENT_ID: client.clientId,
    AUTH_OIDC_CLIENT_SECRET: client.clientSecret,
    AUTH_OIDC_NAME: "Example ID",
  });
});
test.afterAll(async () => {
  await web?.stop();
  await identities?.close();
});

const nameOf = (prefix: string) => `${prefix}-${randomBytes(6).toString("hex")}`;

async function askToSignUp(page: Page, email: string): Promise<string> {
  await visit(page, `${web.url}/sign-up?callbackUrl=/billing`);
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeVisible();
  return (await page.getByRole("main").textContent()) ?? "";
}

/** A confirmed account, signed in at the second dashboard. */
async function signUpByMail(page: Page): Promise<string> {
  const email = `${nameOf("ada")}@example.com`;
  await askToSignUp(page, email);
  await visit(page, `${web.url}${await readLink(email, "sign_up")}`);
  await page.getByRole("button", { name: "Open my account" }).click();
  await expect(page).toHaveURL(/\/billing$/);
  return email;
}

test("J08 with mail a sign-up is confirmed by a link, and a taken address gets the same answer", async ({
  page,
  browser,
}) => {
  const email = await signUpByMail(page);
  await visit(page, `${web.url}/settings`);
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();

  await forgetMailsTo(email);
  const stranger = await browser.newPage();
  const free = `${nameOf("new")}@example.com`;
  const answers = [await askToSignUp(stranger, email), await askToSignUp(stranger, free)];
  expect(answers[0]).toBe(answers[1]);
  expect(await readMail(email, "already_signed_up")).not.toContain("/link/");
  // Until the link is used there is no account, whatever the password.
  await visit(stranger, `${web.url}/sign-in`);
  await stranger.getByLabel("Email").fill(free);
  await stranger.getByLabel("Password").fill(password);
  await stranger.getByRole("button", { name: "Sign in" }).click();
  await expect(stranger.getByText("Email or password is wrong.")).toBeVisible();
  await stranger.close();

  // Another browser has to know the password that was chosen.
  const other = await browser.newPage();
  await visit(other, `${web.url}${await readLink(free, "sign_up")}`);
  await other.getByLabel("Password").fill("not the one chosen");
  await other.getByRole("button", { name: "Open my account" }).click();
  await expect(other.getByText("This isn’t the password chosen at sign-up.")).toBeVisible();
  await other.getByLabel("Password").fill(password);
  await other.getByRole("button", { name: "Open my account" }).click();
  await expect(other).toHaveURL(/\/billing$/);
  await other.close();
});

test("a mailed link signs in once, after a press of its button, and back to the page asked for", async ({
  page,
}) => {
  const email = await signUpByMail(page);
  await forgetSession(page);
  await visit(page, `${web.url}/sign-in?callbackUrl=/usage`);
  await page.getByRole("link", { name: "Mail me a link instead" }).click();
  await expect(page.getByRole("heading", { name: "Sign in by mail" })).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Mail me a link" }).click();
  await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeVisible();
  const link = `${web.url}${await readLink(email, "sign_in")}`;
  for (let i = 0; i < 3; i++) await page.request.get(link);
  await visit(page, link);
  await expect(page).toHaveURL(/\/sign-in\/link$/);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/usage$/);
  await forgetSession(page);
  await visit(page, link);
  await expect(page.getByRole("heading", { name: "no longer valid" })).toBeVisible();
});

/** From the sign-in page to the provider, which leads back at once where it knows the browser. */
async function setOut(page: Page, callbackUrl = ""): Promise<void> {
  await visit(page, `${web.url}/sign-in${callbackUrl ? `?callbackUrl=${callbackUrl}` : ""}`);
  await page.getByRole("button", { name: "Continue with Example ID" }).click();
}

/** The same, as far as the provider's own form. */
async function goThere(page: Page, callbackUrl = ""): Promise<void> {
  await setOut(page, callbackUrl);
  await expect(page.locator("input[name=login]")).toBeVisible();
}

async function signInThere(page: Page, name: string): Promise<void> {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("anything");
  await page.locator("button[type=submit]").click();
}

async function consentThere(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Continue" }).click();
}

test("a provider opens a new account, and the same one the next time, at the page asked for", async ({
  page,
}) => {
  const name = nameOf("grace");
  await goThere(page, "/billing");
  await signInThere(page, name);
  await consentThere(page);
  await expect(page).toHaveURL(`${web.url}/billing`);
  // An answer that is under way would bring the session back.
  await page.goto("about:blank");
  await page.context().clearCookies({ domain: "localhost" });
  await setOut(page);
  await expect(page).toHaveURL(`${web.url}/overview`);
  const rows = await query(
    (sql) => sql`select 1 from users where email = ${`${name}@example.com`}`,
  );
  expect(rows).toHaveLength(1);

  // Its only way in stays.
  await visit(page, `${web.url}/settings/security`);
  await page.getByRole("button", { name: "Disconnect Example ID" }).click();
  await expect(page.getByText("This is your only way to sign in.")).toBeVisible();
});

test("J28 an address that has an account is connected in Settings and nowhere else", async ({
  page,
  browser,
}) => {
  const email = await signUpByMail(page);
  const name = email.split("@")[0] ?? "";
  const visitor = await browser.newPage();
  await goThere(visitor);
  await signInThere(visitor, name);
  await consentThere(visitor);
  await expect(visitor.getByText("Your address has an account here already.")).toBeVisible();

  await visit(page, `${web.url}/settings/security`);
  await page.getByRole("button", { name: "Connect Example ID" }).click();
  await signInThere(page, name);
  await consentThere(page);
  await expect(page.getByText("The account is connected.")).toBeVisible();
  expect(await readMail(email, "account_connected")).toContain("Example ID was connected");

  await setOut(visitor, "/keys");
  await expect(visitor).toHaveURL(`${web.url}/keys`);
  await visitor.close();
  await page.getByRole("button", { name: "Disconnect Example ID" }).click();
  await expect(page.getByRole("button", { name: "Connect Example ID" })).toBeVisible();
});

test("J28 an address that the provider hasn't confirmed opens nothing", async ({ page }) => {
  const name = nameOf("unsure");
  await goThere(page);
  await signInThere(page, name);
  await consentThere(page);
  await expect(page.getByText("hasn’t confirmed your email address")).toBeVisible();
  expect(
    await query((sql) => sql`select 1 from users where email = ${`${name}@example.com`}`),
  ).toHaveLength(0);
});

test("cancelling at the provider leads back with a word, and signs nobody in", async ({ page }) => {
  await goThere(page, "/keys");
  await page.getByRole("link", { name: /Cancel/ }).click();
  await expect(page.getByText("You cancelled at the provider.")).toBeVisible();
  await expect(page).toHaveURL(/callbackUrl=%2Fkeys/);
});

/** Follows the provider's redirects by hand, up to a page of its own or to its answer to us. */
async function follow(page: Page, response: APIResponse): Promise<APIResponse | string> {
  const { location } = response.headers();
  if (location === undefined) return response;
  const url = new URL(location, response.url()).toString();
  if (url.includes("/api/auth/callback/")) return url;
  return await follow(page, await page.request.get(url, { maxRedirects: 0 }));
}

/** The provider's answer, caught on its way back to us. */
async function catchAnswer(page: Page): Promise<string> {
  await goThere(page);
  const login = { prompt: "login", login: nameOf("eve"), password: "anything" };
  const action = (await page.locator("form").getAttribute("action")) ?? "";
  const post = (url: string, form: Record<string, string>) =>
    page.request.post(new URL(url, page.url()).toString(), { form, maxRedirects: 0 });
  const consent = await follow(page, await post(action, login));
  if (typeof consent === "string") return consent;
  const next = /action="([^"]+)"/.exec(await consent.text())?.[1] ?? "";
  const answer = await follow(page, await post(next, { prompt: "consent" }));
  if (typeof answer !== "string") throw new Error("the provider doesn't answer");
  return answer;
}

async function expectRefused(page: Page, url: string): Promise<void> {
  await visit(page, url);
  await expect(page.getByText("Signing in there didn’t work.")).toBeVisible();
  expect((await page.request.get(`${web.url}/api/balance`)).status()).toBe(401);
}

for (const [what, spoil] of [
  ["another state", (url: URL) => url.searchParams.set("state", "x")],
  ["no state", (url: URL) => url.searchParams.delete("state")],
  ["another code", (url: URL) => url.searchParams.set("code", "x")],
  ["another issuer", (url: URL) => url.searchParams.set("iss", "https://evil.test")],
] as const) {
  test(`an answer with ${what} signs nobody in`, async ({ page }) => {
    const url = new URL(await catchAnswer(page));
    spoil(url);
    await expectRefused(page, url.toString());
  });
}

for (const cookie of ["state", "nonce", "pkce", "intent"]) {
  test(`an answer in a browser that lacks the ${cookie} signs nobody in`, async ({ page }) => {
    const url = await catchAnswer(page);
    await page.context().clearCookies({ name: `gatehouse.${cookie}` });
    await expectRefused(page, url);
  });
}

test("an id token for another audience signs nobody in", async ({ page }) => {
  const url = await catchAnswer(page);
  identities.setForeignAudience(true);
  await expectRefused(page, url);
  identities.setForeignAudience(false);
});

import { randomBytes } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import { generateSync } from "otplib";
import { visit } from "./arrive";
import { query, readLink, readMail } from "./mailbox";
import { type Account, forgetSession, password, signIn, signUp } from "./steps";

const newPassword = "an entirely different sentence";

async function enterPassword(page: Page, email: string, secret: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** As if the session had been opened an hour ago. */
async function ageSessions(email: string): Promise<void> {
  await query(
    (sql) => sql`
      update sessions set proved_at = now() - interval '1 hour'
      where user_id = (select id from users where email = ${email})`,
  );
}

async function requestReset(page: Page, email: string): Promise<void> {
  await visit(page, "/forgot-password");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Mail me a link" }).click();
  await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeVisible();
}

test("J11 J22 a forgotten password is replaced by a mailed link, which works once and ends every session", async ({
  page,
  browser,
}) => {
  const { email } = await signUp(page);
  const stranger = await browser.newPage();
  await requestReset(stranger, email);
  const link = await readLink(email, "reset");

  // Programs that look at a mail's links before its reader does.
  for (let i = 0; i < 3; i++) {
    const looked = await stranger.request.get(link, { maxRedirects: 0 });
    expect(looked.status()).toBe(303);
    expect(looked.headers()["referrer-policy"]).toBe("no-referrer");
  }
  const reader = await browser.newPage();
  const [answer] = await Promise.all([
    reader.waitForResponse((response) => response.url().endsWith("/reset-password")),
    visit(reader, link),
  ]);
  expect(answer.headers()["referrer-policy"]).toBe("no-referrer");
  expect(answer.headers()["cache-control"]).toContain("no-store");
  await expect(reader).toHaveURL(/\/reset-password$/);
  expect(await reader.content()).not.toContain(link.split("token=")[1] ?? "?");

  const set = reader.getByRole("button", { name: "Set new password" });
  await reader.getByLabel("New password").fill("password1234");
  await set.click();
  await expect(reader.getByRole("alert").filter({ hasText: "easy to guess" })).toBeVisible();
  await reader.getByLabel("New password").fill(newPassword);
  await set.click();
  await expect(reader.getByText("Your password is changed.")).toBeVisible();

  await visit(page, "/keys");
  await expect(page).toHaveURL(/\/sign-in/);
  await visit(page, link);
  await expect(page.getByRole("heading", { name: "no longer valid" })).toBeVisible();

  await visit(page, "/sign-in");
  await enterPassword(page, email, password);
  await expect(page.getByText("Email or password is wrong.")).toBeVisible();
  await signIn(page, email, newPassword);
  expect(await readMail(email, "password_changed")).toContain("Your password was changed");
  await stranger.close();
  await reader.close();
});

test("asking for a reset says the same for an address nobody has, and again only after a minute", async ({
  page,
}) => {
  const nobody = `nobody-${randomBytes(6).toString("hex")}@example.com`;
  await requestReset(page, nobody);
  await visit(page, "/forgot-password");
  await page.getByLabel("Email").fill(nobody);
  await page.getByRole("button", { name: "Mail me a link" }).click();
  await expect(page.getByText(/Try again in \d+ seconds/)).toBeVisible();
  await expect(page.getByText(/^0:\d\d left$/)).toBeVisible();
  const mails = await query((sql) => sql`select 1 from mails where to_address = ${nobody}`);
  expect(mails).toHaveLength(0);
});

test("an address is confirmed by the link in its mail, and by pressing its button", async ({
  page,
}) => {
  const { email } = await signUp(page);
  await visit(page, "/settings");
  await expect(page.getByText("Not confirmed")).toBeVisible();
  await visit(page, await readLink(email, "verify"));
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is confirmed" })).toBeVisible();
  await visit(page, "/settings");
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
});

test("I49 changing the password needs the current one, ends other sessions and keeps this one", async ({
  page,
  browser,
}) => {
  const { email } = await signUp(page);
  const other = await browser.newPage();
  await signIn(other, email, password);
  await visit(page, "/settings/security");
  const change = page.getByRole("button", { name: "Change password" });
  await page.getByLabel("Current password").fill("not the current one");
  await page.getByLabel("New password").fill(newPassword);
  await change.click();
  await expect(page.getByText("This isn’t your password.")).toBeVisible();
  await page.getByLabel("Current password").fill(password);
  await change.click();
  await expect(page.getByText("Your password is changed")).toBeVisible();
  await visit(other, "/keys");
  await expect(other).toHaveURL(/\/sign-in/);
  await other.close();
  await visit(page, "/keys");
  await expect(page.getByRole("heading", { name: "API keys", level: 1 })).toBeVisible();
});

async function askForEmail(page: Page, email: string): Promise<string> {
  await visit(page, "/settings");
  await page.getByLabel("New email address").fill(email);
  await page.getByRole("button", { name: "Change", exact: true }).click();
  const answer = page.getByText("Open the link in the mail to");
  await expect(answer).toBeVisible();
  return ((await answer.textContent()) ?? "").replace(email, "ADDRESS");
}

test("I50 a taken address gets the answer of a free one; the free one is the account's once its link is opened", async ({
  page,
  browser,
}) => {
  const other = await browser.newPage();
  const taken = await signUp(other);
  const { email } = await signUp(page);
  const free = `moved-${email}`;
  const answers = [await askForEmail(page, taken.email)];
  // Nobody else's journey changes an address.
  await query((sql) => sql`delete from throttles where subject like 'mail:change-email:%'`);
  answers.push(await askForEmail(page, free));
  expect(answers[0]).toBe(answers[1]);
  expect(await readMail(taken.email, "address_in_use")).not.toContain("/link/");

  // Somebody else's session gives the address to nobody.
  const link = await readLink(free, "change_email");
  await visit(other, link);
  await expect(other.getByRole("heading", { name: "no longer valid" })).toBeVisible();
  await other.close();

  await visit(page, link);
  await page.getByRole("button", { name: "Use this address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is changed" })).toBeVisible();
  expect(await readMail(email, "email_changed")).toContain(free);
  await forgetSession(page);
  await signIn(page, free, password);
});

function codeOf(secret: string, steps = 0): string {
  const epoch = Math.floor(Date.now() / 1_000) + 30 * steps;
  return generateSync({ strategy: "totp", secret, epoch });
}

/** Turns the second factor on; answers the app's secret and the recovery codes. */
async function turnOn(page: Page): Promise<{ secret: string; codes: string[] }> {
  await visit(page, "/settings/security");
  await page.getByRole("button", { name: "Turn on" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("img", { name: "QR code" })).toBeVisible();
  const secret = ((await dialog.locator("code").textContent()) ?? "").replaceAll(" ", "");
  await dialog.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  const list = page.getByRole("list", { name: "Recovery codes" });
  await expect(list.getByRole("listitem")).toHaveCount(10);
  const codes = await list.getByRole("listitem").allTextContents();
  await page.getByRole("button", { name: "Copy all" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("10 of 10 recovery codes left")).toBeVisible();
  return { secret, codes };
}

/** The step of the last code counts as long past: a test doesn't wait half a minute. */
async function forgetStep({ email }: Pick<Account, "email">): Promise<void> {
  await query(
    (sql) => sql`
      update second_factors set last_step = 0
      where user_id = (select id from users where email = ${email})`,
  );
}

test("a second factor is asked for at sign-in, a code opens once, and a recovery code stands in for it", async ({
  page,
}) => {
  const account = await signUp(page);
  const { email } = account;
  const { secret, codes } = await turnOn(page);
  expect(await readMail(email, "second_factor_enabled")).toContain("turned on");

  await forgetSession(page);
  await visit(page, "/sign-in?callbackUrl=/billing");
  await enterPassword(page, email, password);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  // Half signed in is not signed in.
  expect((await page.request.get("/api/balance")).status()).toBe(401);
  const half = await page.request.get("/keys", { maxRedirects: 0 });
  expect(await half.text()).not.toContain(email);

  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("This code isn’t right")).toBeVisible();
  await forgetStep(account);
  const used = codeOf(secret);
  await page.getByLabel("Code", { exact: true }).fill(used);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL(/\/billing$/);

  await forgetSession(page);
  await visit(page, "/sign-in?callbackUrl=/billing");
  await enterPassword(page, email, password);
  await page.getByLabel("Code", { exact: true }).fill(used);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("This code isn’t right")).toBeVisible();
  await page.getByRole("link", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL(/\/billing$/);

  await visit(page, "/settings/security");
  await expect(page.getByText("9 of 10 recovery codes left")).toBeVisible();
  await page.getByRole("button", { name: "Turn off" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Code").fill(codes[1] ?? "");
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();
  await forgetSession(page);
  await signIn(page, email, password);
});

test("the door for programs opens nothing on a password alone where a second factor is on", async ({
  page,
}) => {
  const { email } = await signUp(page);
  await turnOn(page);
  await forgetSession(page);
  const { csrfToken } = await (await page.request.get("/api/auth/csrf")).json();
  const origin = new URL(process.env.E2E_BASE_URL ?? "").origin;
  await page.request.post("/api/auth/callback/credentials", {
    headers: { origin },
    form: { csrfToken, email, password },
    maxRedirects: 0,
  });
  expect((await page.request.get("/api/balance")).status()).toBe(401);
});

test("an admin key made long after signing in asks who is there, and keeps what was typed", async ({
  page,
}) => {
  const { email } = await signUp(page);
  await ageSessions(email);
  await visit(page, "/keys?new=1");
  const form = page.getByRole("dialog", { name: "Create key" });
  await form.getByLabel("Name").fill("Deploy robot");
  await form.getByRole("checkbox", { name: "admin" }).check();
  await form.getByRole("button", { name: "Create key" }).click();
  const proof = page.getByRole("dialog", { name: "Confirm that it’s you" });
  await proof.getByLabel("Your password").fill("not the password");
  await proof.getByRole("button", { name: "Confirm" }).click();
  await expect(proof.getByText("This isn’t your password.")).toBeVisible();
  await proof.getByLabel("Your password").fill(password);
  await proof.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByLabel("API key", { exact: true })).toHaveValue(/^gate_live_/);
});

test("a suspended workspace's members read why, and everything else, and can leave", async ({
  page,
}) => {
  const { email } = await signUp(page);
  await query(
    (sql) => sql`
      update workspaces set suspended_at = now(), suspended_reason = 'Unpaid invoice' where id in (
        select m.workspace_id from members m join users u on u.id = m.user_id
        where u.email = ${email})`,
  );
  for (const path of ["/overview", "/keys", "/usage", "/logs", "/billing", "/settings/workspace"]) {
    await visit(page, path);
    const notice = page.getByRole("region", { name: "Account suspended" });
    await expect(notice.getByText("Reason: Unpaid invoice")).toBeVisible();
    await expect(notice.getByRole("link", { name: /^Write to support@/ })).toBeVisible();
  }
  await page.getByLabel("Name").fill("Another name");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This account is suspended. Contact support")).toBeVisible();
  await page.getByRole("button", { name: /^Account: / }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  // By way of a page that leads on by itself.
  await expect(page).toHaveURL(/\/sign-in/);
  await visit(page, "/sign-in");
  await enterPassword(page, email, password);
  await expect(page).toHaveURL(/\/overview$/);
});

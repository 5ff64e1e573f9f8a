import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import { revisit, visit } from "./arrive";
import { operatorPages, operatorRoutes } from "./operator-table";
import { operatorActsOn, operatorCommand, query, signUpOperator, workspaceOf } from "./operators";
import { apiUrl, createKey, keepToasts, origin, password, signUp } from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";

test.beforeEach(({ page }) => keepToasts(page));

/** Somebody's account, in a browser of its own, under a name that nobody else has. */
async function openCustomer(page: Page): Promise<{ email: string; id: string; name: string }> {
  const { email } = await signUp(page);
  const id = await workspaceOf({ email });
  const name = `Acme ${id.slice(-8)}`;
  await query((sql) => sql`update workspaces set name = ${name} where id = ${id}`);
  return { email, id, name };
}

async function openAct(page: Page, account: { name: string }, item: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${account.name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Sends a dialog; the first sensitive act of a session that is old asks who it is. */
async function submit(page: Page, label: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: label }).click();
}

const ask = (secret: string) =>
  fetch(`${apiUrl}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });

/** An answer without what is of its moment alone. */
async function answerOf(request: APIRequestContext, path: string) {
  // Whole, because two slashes would name another host.
  const response = await request.get(`${origin}${path}`, { maxRedirects: 0 });
  const headers = Object.entries(response.headers())
    .filter(([name]) => !["date", "x-request-id", "keep-alive"].includes(name))
    .map(([name, value]) => `${name}: ${value.replace(/'nonce-[^']+'/, "'nonce'")}`);
  return { status: response.status(), headers: headers.sort(), body: await response.text() };
}

/** How an address may be written so that some router still takes it for the same; names have five letters. */
const spellings: readonly ((name: string) => string)[] = [
  (name) => `/%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
  (name) => `/%${name.charCodeAt(0).toString(16)}${name.slice(1)}/accounts`,
  (name) => `/${name.slice(0, -1)}%${name.charCodeAt(4).toString(16)}/audit/log.csv`,
  (name) => `/${name.toUpperCase()}`,
  (name) => `/${name}%2Faccounts`,
  (name) => `/%2F${name}`,
  (name) => `/${name}/`,
  (name) => `//${name}/accounts`,
  (name) => `/${name}//accounts`,
  (name) => `/_next/data/build/${name}/accounts.json`,
];

/** An answer with the address's own name taken out of where it leads. */
function inOwnWords<T extends { headers: string[]; body: string }>(answer: T, name: string): T {
  const plain = (text: string) => text.replaceAll(name, "NAME");
  return { ...answer, headers: answer.headers.map(plain), body: plain(answer.body) };
}

test("P14 to everybody else the console is the page for what isn't there, to the byte", async ({
  page,
  browser,
}) => {
  const { id } = await openCustomer(page);
  const visitor = await browser.newContext();
  for (const request of [visitor.request, page.request]) {
    const nothing = await answerOf(request, "/no-such-page");
    expect(nothing.status).toBe(404);
    for (const path of [...operatorPages, ...operatorRoutes, "/admin/no-such-page"]) {
      expect(await answerOf(request, path.replace("WORKSPACE", id)), path).toEqual(nothing);
    }
    // Each spelling of the console's answers as the same spelling of a page that isn't there.
    for (const spell of spellings) {
      const [hidden, none] = [spell("admin"), spell("aeons")];
      const answer = await answerOf(request, hidden);
      expect(inOwnWords(answer, "admin"), hidden).toEqual(
        inOwnWords(await answerOf(request, none), "aeons"),
      );
      if (answer.status !== 308) expect(answer, hidden).toEqual(nothing);
      else expect((await request.get(`${origin}${hidden}`)).status(), hidden).toBe(404);
    }
    const flight = { headers: { rsc: "1" } };
    const hidden = await request.get("/admin/accounts", flight);
    const none = await request.get("/no-such-page", flight);
    expect(hidden.status()).toBe(none.status());
    expect(Object.keys(hidden.headers()).sort()).toEqual(Object.keys(none.headers()).sort());
    expect(await hidden.text()).not.toContain(id);
  }
  await visitor.close();
});

test("operators are made and taken out at the command line, which says what is wrong", async ({
  page,
}) => {
  const { email } = await signUp(page);
  await expect(operatorCommand("add", "nobody@example.com")).rejects.toThrow(
    "Nobody has an account with the address nobody@example.com.",
  );
  await expect(operatorCommand("add", email)).rejects.toThrow("isn’t confirmed");
  await expect(operatorCommand("ad", email)).rejects.toThrow("npm run operator -- add EMAIL");
  await query((sql) => sql`update users set email_verified_at = now() where email = ${email}`);
  expect(await operatorCommand("add", email)).toContain("may open /admin");
  expect(await operatorCommand("list")).toContain(email);

  await visit(page, "/overview");
  await page.getByRole("button", { name: /^Account: / }).click();
  await page.getByRole("menuitem", { name: "Operator’s console" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
  await operatorCommand("remove", email);
  expect((await page.request.get("/admin/accounts")).status()).toBe(404);
  await visit(page, "/overview");
  await page.getByRole("button", { name: /^Account: / }).click();
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Operator’s console" })).toHaveCount(0);
});

test("an account is found, suspended with a reason and restored; its keys and pages follow at once", async ({
  page,
  browser,
}) => {
  const customerPage = await browser.newPage();
  const customer = await openCustomer(customerPage);
  const secret = await createKey(customerPage, "Production");
  expect((await ask(secret)).status).toBe(200);

  await signUpOperator(page);
  await visit(page, "/admin/accounts");
  await page.getByRole("searchbox", { name: "Search accounts" }).fill(customer.email);
  const table = page.getByRole("table", { name: "Accounts" });
  await expect(table.getByRole("row")).toHaveCount(2);
  await table.getByRole("link", { name: customer.name }).click();
  await expect(page.getByRole("heading", { level: 1, name: customer.name })).toBeVisible();
  await expect(page.getByText(`gate_live_…${secret.slice(-4)}`)).toBeVisible();
  expect(await page.content()).not.toContain(secret.slice(10, 40));

  await openAct(page, customer, "Suspend");
  await submit(page, "Suspend account");
  await expect(page.getByText("Enter a reason.")).toBeVisible();
  await page.getByLabel("Reason").fill("Unpaid invoice of October");
  await submit(page, "Suspend account");
  await expect(page.getByText("Account suspended")).toBeVisible();
  const refused = await ask(secret);
  expect(refused.status).toBe(403);
  expect((await refused.json()).error.code).toBe("account_suspended");

  await visit(customerPage, "/keys");
  const notice = customerPage.getByRole("region", { name: "Account suspended" });
  await expect(notice.getByText("Reason: Unpaid invoice of October")).toBeVisible();
  await expect(customerPage.getByRole("link", { name: "Production" })).toBeVisible();
  const [mail] = await query(
    (sql) => sql`select subject, text from mails
      where to_address = ${customer.email} and kind = 'account_suspended'`,
  );
  expect(mail?.text).toContain("Unpaid invoice of October");

  await openAct(page, customer, "Restore");
  await page.getByLabel("Reason").fill("Paid");
  await submit(page, "Restore account");
  await expect(page.getByText("Account restored")).toBeVisible();
  expect((await ask(secret)).status).toBe(200);
  await visit(customerPage, "/settings/audit");
  const acts = customerPage.getByRole("list", { name: "Acts" });
  await expect(acts.getByText("Suspended the account: Unpaid invoice of October")).toBeVisible();
  await expect(acts.getByText("Support", { exact: true }).first()).toBeVisible();
  expect(await operatorActsOn(customer.id)).toEqual(["workspace.suspended", "workspace.restored"]);
  await customerPage.close();
});

test("limits and plan of an account are changed, and the customer sees them", async ({
  page,
  browser,
}) => {
  const customerPage = await browser.newPage();
  const customer = await openCustomer(customerPage);
  await signUpOperator(page);
  await visit(page, `/admin/accounts/${customer.id}`);
  await openAct(page, customer, "Change limits");
  await page.getByLabel("Requests an hour").fill("a lot");
  await page.getByLabel("Reason").fill("Agreed for the launch");
  await submit(page, "Save limits");
  await expect(page.getByText("Enter a whole number.")).toBeVisible();
  await page.getByLabel("Requests an hour").fill("12,345");
  await page.getByLabel("Open streams").fill("77");
  await submit(page, "Save limits");
  await expect(page.getByText("Limits changed")).toBeVisible();
  const limits = page.getByRole("table", { name: "Limits" });
  await expect(limits.getByRole("row", { name: /Requests an hour.*own.*12,345/ })).toBeVisible();

  await openAct(page, customer, "Change plan");
  await page.getByLabel("Plan", { exact: true }).selectOption({ label: "Enterprise" });
  await page.getByLabel("Reason").fill("Contract signed");
  await submit(page, "Change plan");
  await expect(page.getByText("Plan changed")).toBeVisible();

  await visit(customerPage, "/usage");
  await expect(customerPage.getByText("12,345").first()).toBeVisible();
  await visit(customerPage, "/settings/workspace");
  await expect(customerPage.getByText("Enterprise")).toBeVisible();
  expect(await operatorActsOn(customer.id)).toEqual([
    "workspace.limits_changed",
    "workspace.plan_changed",
  ]);
  await customerPage.close();
});

test("looking as an account shows everything and lets nothing be done, until it is left", async ({
  page,
  browser,
}) => {
  const customerPage = await browser.newPage();
  const customer = await openCustomer(customerPage);
  await createKey(customerPage, "Production");
  const operator = await signUpOperator(page);
  await visit(page, `/admin/accounts/${customer.id}`);
  await page.getByRole("button", { name: "View as account" }).click();
  await page.getByLabel("Reason").fill("Ticket 4812");
  await submit(page, "Open dashboard");
  const banner = page.getByRole("region", { name: "Support view" });
  await expect(page).toHaveURL(/\/overview$/);
  await expect(banner.getByText(`You are looking at ${customer.name} as support`)).toBeVisible();

  for (const path of ["/keys", "/usage", "/logs", "/playground", "/billing", "/webhooks"]) {
    await visit(page, path);
    await expect(banner).toBeVisible();
  }
  await visit(page, "/keys");
  await expect(page.getByRole("link", { name: "Production" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Create key" })).toHaveCount(0);

  await revisit(page);
  await banner.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(new RegExp(`/admin/accounts/${customer.id}$`));
  await visit(page, "/overview");
  await expect(page.getByRole("button", { name: `Account: ${operator.email}` })).toBeVisible();
  await expect(banner).toHaveCount(0);
  expect(await operatorActsOn(customer.id)).toEqual(["support_view.started", "support_view.ended"]);

  await visit(customerPage, "/settings/audit?actor=support");
  await expect(
    customerPage.getByText("Began to look at the dashboard, read-only: Ticket 4812"),
  ).toBeVisible();
  expect(await customerPage.content()).not.toContain(operator.email);
  await customerPage.close();
});

test("an account's page leads to credit for it", async ({ page, browser }) => {
  const customerPage = await browser.newPage();
  const customer = await openCustomer(customerPage);
  await signUpOperator(page);
  await visit(page, `/admin/accounts/${customer.id}`);
  await page.getByRole("link", { name: "Grant credit" }).click();
  const dialog = page.getByRole("dialog", { name: `Grant credit to ${customer.name}` });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel("Amount").fill("12.50");
  await dialog.getByLabel("Reason").fill("Goodwill");
  await submit(page, "Grant credit");
  await expect(page.getByText("Credit granted")).toBeVisible();
  expect(await operatorActsOn(customer.id)).toEqual(["credit.granted"]);
  await customerPage.close();
});

test("a sensitive act wants a recent sign-in, and goes on after it", async ({ page, browser }) => {
  const customerPage = await browser.newPage();
  const customer = await openCustomer(customerPage);
  const operator = await signUpOperator(page);
  await query(
    (sql) => sql`
      update sessions set proved_at = now() - interval '1 hour'
      where user_id = (select id from users where email = ${operator.email})`,
  );
  await visit(page, `/admin/accounts/${customer.id}?suspend=1`);
  await page.getByLabel("Reason").fill("Abuse");
  await submit(page, "Suspend account");
  const proof = page.getByRole("dialog", { name: "Confirm that it’s you" });
  await proof.getByLabel("Your password").fill(password);
  await proof.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("Account suspended")).toBeVisible();
  expect(await operatorActsOn(customer.id)).toEqual(["workspace.suspended"]);
  await customerPage.close();
});

test("the operators' log is filtered by account and exported, safe for spreadsheets", async ({
  page,
  browser,
}) => {
  const customerPage = await browser.newPage();
  const customer = await openCustomer(customerPage);
  await query((sql) => sql`update workspaces set name = '=1+1' where id = ${customer.id}`);
  await signUpOperator(page);
  await visit(page, `/admin/accounts/${customer.id}?suspend=1`);
  await page.getByLabel("Reason").fill("@SUM(A1)");
  await submit(page, "Suspend account");
  await expect(page.getByText("Account suspended")).toBeVisible();
  await visit(page, `/admin/audit?account=${customer.id}`);
  const acts = page.getByRole("list", { name: "Acts" });
  await expect(acts.getByRole("listitem")).toHaveCount(1);
  await expect(acts.getByText("Suspended the account: @SUM(A1)")).toBeVisible();
  const csv = await page.request.get(`/admin/audit/log.csv?account=${customer.id}`);
  const lines = (await csv.text()).trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("Suspended the account: @SUM(A1),");
  expect(lines[1]).toContain(",'=1+1,");
  await page.getByLabel("What").selectOption({ label: "Operators" });
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await customerPage.close();
});

for (const size of sizeNames) {
  test(`the console's accounts and log, ${size}`, async ({ page, browser }) => {
    const customerPage = await browser.newPage();
    const customer = await openCustomer(customerPage);
    await createKey(
      customerPage,
      "A key with a name that is as long as a name can be, all 64 here.",
    );
    await lookAt(page, size);
    await signUpOperator(page);
    await inspectPage(page, "/admin/accounts", size);
    await inspectPage(page, "/admin/accounts?q=nothing-matches-this", size);
    await inspectPage(page, `/admin/accounts/${customer.id}`, size);
    for (const dialog of ["limits", "plan", "look", "suspend"]) {
      await visit(page, `/admin/accounts/${customer.id}?${dialog}=1`);
      await expect(page.getByRole("dialog")).toBeVisible();
      await inspect(page, `account-${dialog}`, size);
    }
    await page.getByLabel("Reason").fill("Unpaid invoice of October");
    await submit(page, "Suspend account");
    await expect(page.getByText("Account suspended")).toBeVisible();
    await inspectPage(page, `/admin/accounts/${customer.id}`, size);
    await inspectPage(page, "/admin/audit", size);
    await lookAt(customerPage, size);
    await inspectPage(customerPage, "/overview", size);
    await visit(page, `/admin/accounts/${customer.id}?look=1`);
    await page.getByLabel("Reason").fill("Ticket 4812");
    await submit(page, "Open dashboard");
    await expect(page.getByRole("region", { name: "Support view" })).toBeVisible();
    await inspectPage(page, "/overview", size);
    await customerPage.close();
  });
}

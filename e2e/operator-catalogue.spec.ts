import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { expect, type Page, test } from "@playwright/test";
import { arrived, revisit, visit } from "./arrive";
import { query, signUpOperator, workspaceOf } from "./operators";
import { apiUrl, createKey, keepToasts, signUp } from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";

test.beforeEach(({ page }) => keepToasts(page));

const unique = (name: string) => `${name}-${randomBytes(4).toString("hex")}`;

/** Names of what operators did to something, oldest first. */
async function actsOn(targetId: string): Promise<string[]> {
  const rows = await query(
    (sql) => sql`
      select action from audit_log where target_id = ${targetId} and actor_type = 'operator'
      order by at, id`,
  );
  return rows.map(({ action }) => action);
}

/** Other journeys go through the list of models; these were made for one alone. */
async function putAway(model: string): Promise<void> {
  await query(
    (sql) => sql`update models set listed = false, retired_at = now() where id = ${model}`,
  );
}

async function submit(page: Page, label: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: label, exact: true }).click();
}

/** Confirms in the question that a button asks. */
async function confirm(page: Page, label: string): Promise<void> {
  await page.getByRole("alertdialog").getByRole("button", { name: label, exact: true }).click();
}

async function ask(secret: string, model: string) {
  const response = await fetch(`${apiUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: "user", content: "Hi" }] }),
  });
  await response.text();
  return { status: response.status, cost: response.headers.get("x-request-cost") };
}

/** Adds a simulated model through its form, and leads to its page. */
async function addModel(page: Page, id: string, usd: string): Promise<void> {
  await visit(page, "/admin/models");
  await page.getByRole("button", { name: "Add model" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a model" });
  await dialog.getByLabel("Name", { exact: true }).fill(id);
  await dialog.getByLabel("Display name").fill("A model of ours");
  await dialog.getByLabel("Maker").fill("ours");
  await dialog.getByLabel("Context").fill("8000");
  await dialog.getByLabel("Max output").fill("2000");
  await dialog.getByLabel("Default output").fill("500");
  await dialog.getByLabel("Upstream 1", { exact: true }).selectOption("simulated");
  await dialog.getByLabel("Name at upstream 1").fill("deepseek-chat");
  await dialog.getByLabel("Input price").fill(usd);
  await dialog.getByLabel("Output price").fill(usd);
  await submit(page, "Add model");
  await expect(page.getByRole("heading", { level: 1, name: "A model of ours" })).toBeVisible();
  await arrived(page);
}

test("a model is added, priced from a day to come, and priced now; its past requests keep what they cost", async ({
  page,
  browser,
}) => {
  const customer = await browser.newPage();
  await signUp(customer);
  const secret = await createKey(customer, "Production");
  await signUpOperator(page);
  const id = unique("journey");
  await addModel(page, id, "1");
  const before = await ask(secret, id);
  expect(before).toMatchObject({ status: 200, cost: expect.stringMatching(/^0\.0*\d+$/) });

  await page.getByRole("button", { name: "Set price" }).click();
  await page.getByLabel("Input price").fill("5");
  await page.getByRole("radio", { name: "Later" }).check();
  await page.getByLabel("Day and time").fill("2020-01-01T00:00");
  await submit(page, "Set price");
  await expect(page.getByText("This has passed. Choose a later time, or now.")).toBeVisible();
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("Day and time").fill(`${day}T00:00`);
  await submit(page, "Set price");
  await expect(page.getByText("Price scheduled")).toBeVisible();
  const prices = page.getByRole("table", { name: `Prices of ${id}` });
  await expect(prices.getByText("scheduled")).toBeVisible();
  await visit(customer, "/prices");
  const shown = customer.getByRole("row").filter({ hasText: id });
  await expect(shown).toContainText("$5.00 in");

  await prices.getByRole("button", { name: /^Withdraw the price/ }).click();
  await confirm(page, "Withdraw price");
  await expect(page.getByText("Price withdrawn")).toBeVisible();
  await expect(prices.getByText("scheduled")).toHaveCount(0);

  await page.getByRole("button", { name: "Set price" }).click();
  await page.getByRole("radio", { name: "Now" }).check();
  await page.getByLabel("Input price").fill("100");
  await page.getByLabel("Output price").fill("100");
  await submit(page, "Set price");
  await expect(page.getByText("The price holds in a few seconds")).toBeVisible();
  await expect
    .poll(async () => Number((await ask(secret, id)).cost), { timeout: 30_000 })
    .toBe(Number(before.cost) * 100);
  await revisit(page);
  await expect(prices.getByText("in force")).toBeVisible();
  await expect(prices.getByText("over")).toBeVisible();
  await expect(prices.getByRole("button", { name: /^Withdraw/ })).toHaveCount(0);
  const [first] = await query(
    (sql) => sql`select cost_nanos from request_log where model = ${id} order by at limit 1`,
  );
  expect(Number(first?.cost_nanos)).toBe(Math.round(Number(before.cost) * 1e9));
  await visit(customer, "/prices");
  await expect(shown).toContainText("$100.00");

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Listed").uncheck();
  await submit(page, "Save");
  await expect(page.getByText("Model saved")).toBeVisible();
  await page.getByRole("button", { name: "Retire" }).click();
  await confirm(page, "Retire model");
  await expect(page.getByText("The model is retired")).toBeVisible();
  expect((await ask(secret, id)).status).toBe(404);
  await page.getByRole("button", { name: "Bring back" }).click();
  await confirm(page, "Bring back");
  await expect(page.getByText("The model answers again")).toBeVisible();
  expect((await ask(secret, id)).status).toBe(200);
  expect(await actsOn(id)).toEqual([
    ...["model.added", "model_price.set", "model_price.withdrawn", "model_price.set"],
    ...["model.updated", "model.retired", "model.restored"],
  ]);
  await putAway(id);
});

test("credit is granted once however often it is sent, taken back, and made into a code that works", async ({
  page,
  browser,
}) => {
  const customer = await browser.newPage();
  const { email } = await signUp(customer);
  const workspace = await workspaceOf({ email });
  await signUpOperator(page);
  await visit(page, "/admin/credits");
  await page.getByRole("textbox", { name: "Account" }).fill(email);
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText(workspace)).toBeVisible();
  await arrived(page);
  await page.getByRole("button", { name: "Grant credit" }).click();
  await submit(page, "Grant credit");
  await expect(page.getByText("Enter dollars and cents, such as 25 or 12.50.")).toBeVisible();
  await page.getByLabel("Amount").fill("25");
  await page.getByLabel("Reason").fill("Goodwill for the outage");
  const grant = page.getByRole("dialog").getByRole("button", { name: "Grant credit" });
  await grant.dblclick();
  await expect(page.getByText("Credit granted")).toBeVisible();
  await expect(page.getByText("$30.00").first()).toBeVisible();

  await page.getByRole("button", { name: "Adjust" }).click();
  await page.getByRole("radio", { name: "Take" }).check();
  await page.getByLabel("Amount").fill("1000");
  await page.getByLabel("Reason").fill("Granted twice");
  await submit(page, "Adjust");
  await expect(page.getByText("Only $30.00 is free and can be taken.")).toBeVisible();
  await page.getByLabel("Amount").fill("10");
  await submit(page, "Adjust");
  await expect(page.getByText("Balance adjusted")).toBeVisible();
  expect(await actsOn(workspace)).toEqual(["credit.granted", "balance.adjusted"]);

  await page.getByRole("button", { name: "Create code" }).click();
  await page.getByLabel("Worth").fill("7");
  await page.getByLabel("Description").fill("Launch credit");
  await submit(page, "Create code");
  const code = await page.getByLabel("Credit code").inputValue();
  await submit(page, "I have saved the code");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await page.content()).not.toContain(code);
  await visit(customer, "/billing");
  await expect(customer.getByText("Goodwill for the outage")).toBeVisible();
  await customer.getByLabel("Code").fill(code);
  await customer.getByRole("button", { name: "Redeem" }).click();
  await expect(customer.getByText("$27.00").first()).toBeVisible();
  await revisit(page);
  const codes = page.getByRole("table", { name: "Credit codes" });
  const row = codes.getByRole("row").filter({ hasText: code.slice(-4) });
  await expect(row).toContainText("0 of 1");
  await expect(row).toContainText("used up");
});

test("a code whose answer was lost is the same one when its form is sent again", async ({
  page,
}) => {
  await signUpOperator(page);
  await visit(page, "/admin/credits?code=1");
  const description = unique("lost");
  await page.getByLabel("Worth").fill("7");
  await page.getByLabel("Description").fill(description);
  // The first answer is thrown away when the server has acted, as by a network that breaks.
  let lost = 0;
  await page.route("**/admin/credits**", async (route) => {
    if (lost > 0 || route.request().headers()["next-action"] === undefined) {
      return await route.continue();
    }
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  await submit(page, "Create code");
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  const made = () =>
    query((sql) => sql`select hint from credit_codes where description = ${description}`);
  expect(await made()).toHaveLength(1);
  await submit(page, "Create code");
  const code = await page.getByLabel("Credit code").inputValue();
  expect(await made()).toEqual([{ hint: code.slice(-4) }]);
});

test("a code that is disabled can't be redeemed", async ({ page }) => {
  await signUpOperator(page);
  await visit(page, "/admin/credits?code=1");
  await page.getByLabel("Worth").fill("7");
  await page.getByLabel("Uses").fill("3");
  await page.getByLabel("Description").fill("Withdrawn credit");
  await page.getByLabel("Last day").fill("2099-12-31");
  await submit(page, "Create code");
  const code = await page.getByLabel("Credit code").inputValue();
  await submit(page, "I have saved the code");
  const disable = page.getByRole("button", {
    name: `Disable the code that ends in ${code.slice(-4)}`,
  });
  await disable.click();
  await confirm(page, "Disable code");
  await expect(page.getByText("Code disabled")).toBeVisible();
  await expect(disable).toHaveCount(0);
  await visit(page, "/billing");
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Redeem" }).click();
  await expect(page.getByText("This code isn't valid.")).toBeVisible();
});

test("the ledger is checked when it is asked for, and the deployment's parts are told", async ({
  page,
}) => {
  await signUpOperator(page);
  await visit(page, "/admin/operations");
  const ledger = page.getByRole("region", { name: "Ledger" });
  const latest = async () => {
    const [row] = await query((sql) => sql`select max(at) as at from ledger_checks`);
    return Number(row?.at ?? 0);
  };
  const before = await latest();
  await ledger.getByRole("button", { name: "Check now" }).click();
  await expect.poll(latest, { timeout: 60_000 }).toBeGreaterThan(before);
  await expect(ledger.getByText("Reconciled", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(
    page.getByRole("table", { name: "Gateways" }).getByText("live").first(),
  ).toBeVisible();
  const parts = ["Open holds", "Worker", "Webhooks", "Mail", "Gateways"];
  for (const name of [...parts, "Errors in the last hour", "Upstreams in the last hour"]) {
    await expect(page.getByRole("region", { name })).toBeVisible();
  }
});

/** A provider that wants a credential. */
async function startProvider(credential: string): Promise<{ server: Server; baseUrl: string }> {
  const server = createServer((req, res) => {
    const isFine = req.headers.authorization === `Bearer ${credential}`;
    res.writeHead(isFine ? 200 : 401, { "content-type": "application/json" });
    const message = { role: "assistant", content: "Hello" };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 };
    res.end(JSON.stringify({ id: "c", object: "chat.completion", created: 1, choices, usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { server, baseUrl: `http://127.0.0.1:${port}/v1` };
}

test("an upstream is added, checked, given another credential and removed, while requests follow", async ({
  page,
  browser,
}) => {
  const credential = `sk-canary-${randomBytes(12).toString("hex")}`;
  const { server, baseUrl } = await startProvider(credential);
  const customer = await browser.newPage();
  await signUp(customer);
  const secret = await createKey(customer, "Production");
  await signUpOperator(page);
  const id = unique("provider");
  await visit(page, "/admin/upstreams");
  await page.getByRole("button", { name: "Add upstream" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an upstream" });
  await dialog.getByLabel("Id", { exact: true }).fill(id);
  await dialog.getByLabel("Name", { exact: true }).fill(`Provider ${id}`);
  await dialog.getByLabel("Address", { exact: true }).fill(baseUrl);
  await dialog.getByLabel("Credential").fill("sk-not-this-one-0000");
  await submit(page, "Add upstream");
  await expect(page.getByText("Use https, or allow private addresses")).toBeVisible();
  await dialog.getByLabel("Allow private addresses").check();
  await submit(page, "Add upstream");
  await expect(page.getByRole("heading", { level: 1, name: `Provider ${id}` })).toBeVisible();
  await arrived(page);
  await page.getByRole("button", { name: "Check connection" }).click();
  await expect(page.getByText("It answers, and refuses the credential.")).toBeVisible();

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Credential").fill(credential);
  await submit(page, "Save");
  await expect(page.getByText("Upstream saved")).toBeVisible();
  await expect(page.getByText(`••••${credential.slice(-4)}`)).toBeVisible();
  await page.getByRole("button", { name: "Check connection" }).click();
  await expect(page.getByText("It answers, and takes the credential.")).toBeVisible();
  expect(await page.content()).not.toContain(credential);

  const model = unique("provided");
  await addModel(page, model, "1");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Upstream 1", { exact: true }).selectOption(id);
  await submit(page, "Save");
  await expect(page.getByText("Model saved")).toBeVisible();
  expect((await ask(secret, model)).status).toBe(200);

  await visit(page, `/admin/upstreams/${id}`);
  await page.getByRole("button", { name: "Remove" }).click();
  await confirm(page, "Remove upstream");
  await expect(page.getByText(`${model} would lose who answers.`)).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect
    .poll(
      async () => {
        await revisit(page);
        return await page.getByRole("region", { name: "Health" }).innerText();
      },
      { timeout: 30_000 },
    )
    .toContain("Error rate");

  await visit(page, `/admin/models/${model}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Upstream 1", { exact: true }).selectOption("simulated");
  await submit(page, "Save");
  await expect(page.getByText("Model saved")).toBeVisible();
  await visit(page, `/admin/upstreams/${id}`);
  await page.getByRole("button", { name: "Remove" }).click();
  await confirm(page, "Remove upstream");
  await expect(page).toHaveURL(/\/admin\/upstreams$/);
  expect(await actsOn(id)).toEqual([
    ...["upstream.added", "upstream.checked", "upstream.credential_changed", "upstream.checked"],
    "upstream.removed",
  ]);
  await putAway(model);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("a plan's limits are changed, which the log keeps with what they were", async ({ page }) => {
  await signUpOperator(page);
  const id = unique("plan");
  await query(
    (sql) => sql`
      insert into plans (id, name, requests_per_hour, position) values (${id}, ${id}, 100, 90)`,
  );
  await visit(page, "/admin/plans");
  await page.getByRole("button", { name: `Edit ${id}` }).click();
  await page.getByLabel("Requests an hour").fill("0");
  await submit(page, "Save plan");
  await expect(page.getByText("Enter 1 or more; to stop an account, suspend it.")).toBeVisible();
  await page.getByLabel("Requests an hour").fill("250");
  await page.getByLabel("Requests a day").fill("1000");
  await submit(page, "Save plan");
  await expect(page.getByText("Plan saved")).toBeVisible();
  const row = page.getByRole("table", { name: "Plans" }).getByRole("row").filter({ hasText: id });
  await expect(row).toContainText("250");
  const [act] = await query(
    (sql) => sql`select details from audit_log where action = 'plan.updated' and target_id = ${id}`,
  );
  expect(act?.details.fields).toEqual([
    "requests an hour from 100 to 250",
    "requests a day from none to 1000",
  ]);
  await query((sql) => sql`delete from plans where id = ${id}`);
});

for (const size of sizeNames) {
  test(`the catalogue's pages and forms are fit to be looked at (${size})`, async ({ page }) => {
    await signUpOperator(page);
    await lookAt(page, size);
    for (const [path, state] of [
      ["/admin/models", "models"],
      ["/admin/models?q=no-such-model", "models-none"],
      ["/admin/models?show=retired", "models-retired"],
      ["/admin/models/gpt-4", "model"],
      ["/admin/models/no-such-model", "model-missing"],
      ["/admin/credits", "credits"],
      ["/admin/credits?account=nobody", "credits-nobody"],
      ["/admin/plans", "plans"],
      ["/admin/upstreams", "upstreams"],
      ["/admin/upstreams/simulated", "upstream"],
      ["/admin/operations", "operations"],
      ["/prices", "prices"],
    ] as const) {
      await inspectPage(page, path, size, state);
    }
    for (const [path, state] of [
      ["/admin/models?new=1", "model-form"],
      ["/admin/models/gpt-4?price=1", "price-form"],
      ["/admin/credits?code=1", "code-form"],
      ["/admin/upstreams?new=1", "upstream-form"],
    ] as const) {
      await visit(page, path);
      await expect(page.getByRole("dialog")).toBeVisible();
      await inspect(page, state, size);
    }
  });
}

import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Browser, expect, type Locator, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { arrived, revisit, visit } from "./arrive";
import { enterDemo, keepToasts, readBalanceNanos, signUp } from "./steps";
import { expectAccessible } from "./sweep";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";
const usd = 1_000_000_000n;

let sql: postgres.Sql;
test.beforeAll(() => {
  sql = postgres(databaseUrl, { max: 1 });
});
test.afterAll(() => sql.end());

/** Opens the dialog, asks for an amount in dollars and goes on to the provider's page. */
async function startTopUp(page: Page, amount: string, isCardKept = false): Promise<void> {
  await visit(page, "/billing");
  await page.getByRole("button", { name: "Top up" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Amount").fill(amount);
  if (isCardKept) await dialog.getByRole("checkbox", { name: /^Save this card/ }).check();
  await dialog.getByRole("button", { name: "Top up" }).click();
  await expect(page).toHaveURL(/\/checkout\//);
  await arrived(page);
}

/** Says the same before and after a reload. */
async function expectLasting(page: Page, notice: Locator): Promise<void> {
  await expect(notice).toBeVisible();
  await revisit(page);
  await expect(notice).toBeVisible();
}

async function expectBalance(page: Page, nanos: bigint): Promise<void> {
  await expect(async () => expect(await readBalanceNanos(page)).toBe(nanos)).toPass();
}

/** A member of the page's own workspace from now on. */
async function becomeRole(email: string, role: "viewer" | "developer" | "billing"): Promise<void> {
  await sql`update members set role = ${role}
    where user_id = (select id from users where email = ${email})`;
}

test("what became of a top-up is told, also after a reload, and only a paid one is credited", async ({
  page,
}) => {
  await signUp(page);
  await test.step("declined", async () => {
    await startTopUp(page, "10");
    await page.getByRole("button", { name: "Decline" }).click();
    await expect(page).toHaveURL(/\/billing\?top_up=/);
    await expectLasting(page, page.getByText("Your payment of $10.00 failed"));
  });
  await test.step("cancelled at the provider", async () => {
    await startTopUp(page, "11");
    await page.getByRole("button", { name: "Cancel" }).click();
    await expectLasting(page, page.getByText("Your payment of $11.00 was cancelled"));
  });
  await test.step("left open, and cancelled here", async () => {
    await startTopUp(page, "12.50");
    await visit(page, "/billing");
    await expectLasting(page, page.getByText("Waiting for your payment of $12.50"));
    await expect(page.getByRole("link", { name: "Continue to payment" })).toBeVisible();
    await page.getByRole("button", { name: "Cancel payment" }).click();
    await expect(page.getByText("Waiting for your payment")).toHaveCount(0);
    await expectBalance(page, 5n * usd);
  });
  await test.step("left open, and paid later", async () => {
    await startTopUp(page, "$1,234.56");
    await visit(page, "/billing");
    await page.getByRole("link", { name: "Continue to payment" }).click();
    await expect(page).toHaveURL(/\/checkout\//);
    await arrived(page);
    await page.getByRole("button", { name: /^Pay/ }).click();
    await expectLasting(page, page.getByText("$1,234.56 added"));
    await expectBalance(page, 1_239_560_000_000n);
  });
});

test("amounts that aren't, and those that are too small or too large, are refused in words", async ({
  page,
}) => {
  await signUp(page);
  await visit(page, "/billing?add=1");
  const dialog = page.getByRole("dialog");
  const refused: [string, string | RegExp][] = [
    ["4.99", "The smallest top-up is $5.00."],
    ["10000.01", "The largest top-up is $10,000.00."],
    ["5e3", /^Enter an amount in dollars/],
    ["", /^Enter an amount in dollars/],
    ["-5", /^Enter an amount in dollars/],
  ];
  for (const [amount, message] of refused) {
    await dialog.getByLabel("Amount").fill(amount);
    await dialog.getByRole("button", { name: "Top up" }).click();
    await expect(dialog.getByRole("alert")).toHaveText(message);
  }
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/billing$/);
});

test("H32 P14 the page for a payment of somebody else's shows nothing of it and grants nothing", async ({
  page,
  browser,
}) => {
  await signUp(page);
  await startTopUp(page, "20");
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const stranger = await openAs(browser);
  for (const topUp of [id, "top_01kah5v3zq8m2n4c6d7e8f9gab", "x", "cs_test_1"]) {
    await visit(stranger, `/billing?top_up=${topUp}`);
    await expect(stranger.getByText("Spent this month")).toBeVisible();
    await expect(stranger.getByText(/payment of|added/)).toHaveCount(0);
    expect(await readBalanceNanos(stranger)).toBe(5n * usd);
  }
  await stranger.context().close();
  await visit(page, `/billing?top_up=${id}`);
  await expect(page.getByText("Waiting for your payment of $20.00")).toBeVisible();
  expect(await readBalanceNanos(page)).toBe(5n * usd);
});

async function openAs(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signUp(page);
  return page;
}

test("a saved card keeps the credit filled, within its limits, until it is removed", async ({
  page,
}) => {
  await signUp(page);
  await visit(page, "/billing");
  await expect(page.getByRole("button", { name: "Turn on automatic top-up" })).toBeDisabled();
  await page.getByRole("button", { name: "Add card" }).click();
  await expect(page).toHaveURL(/\/checkout\/card/);
  await arrived(page);
  await page.getByRole("button", { name: "Save card" }).click();
  await expect(page).toHaveURL(/\/billing\?card=saved/);
  await arrived(page);
  await expect(page.getByText("Visa ending in 4242")).toBeVisible();

  await page.getByRole("button", { name: "Turn on automatic top-up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Threshold").fill("20");
  await dialog.getByLabel("Restore to").fill("20");
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(dialog.getByText(/^Restore to more than/)).toBeVisible();
  await dialog.getByLabel("Restore to").fill("30");
  await dialog.getByLabel("Monthly limit").fill("40");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByText("Below $20, back to $30")).toBeVisible();
  // The worker looks at balances by itself; the page learns of it by itself.
  await expect(async () => expect(await readBalanceNanos(page)).toBe(30n * usd)).toPass();
  await revisit(page);
  await expect(page.getByText("$25 of $40")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove card" }).click();
  await expect(page.getByText("No card saved.")).toBeVisible();
  await expect(page.getByText("Off. Save a card to turn it on.")).toBeVisible();
});

test("a paused automatic top-up says why and how to go on", async ({ page }) => {
  const { email } = await signUp(page);
  await sql`
    insert into billing_profiles (workspace_id, provider, payment_method_id, card_brand, card_last4,
      card_expiry_month, card_expiry_year, auto_top_up, auto_user_id, auto_paused_reason,
      provider_customer_id, auto_threshold_cents)
    select m.workspace_id, 'demo', 'demo_card_4242', 'visa', '4242', 12, 2034, true, m.user_id,
      'declined', 'demo_customer_' || m.workspace_id, 100
    from members m join users u on u.id = m.user_id where u.email = ${email}
    on conflict (workspace_id) do update set auto_top_up = true, auto_paused_reason = 'declined'`;
  await visit(page, "/billing");
  const notice = page.getByText("Automatic top-up is paused: your card was declined");
  await expectLasting(page, notice);
  await expect(page.getByRole("button", { name: "Replace card" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(notice).toHaveCount(0);
});

/** A code worth $10, as an operator's console would make it. */
async function makeCode(): Promise<string> {
  const plain = randomBytes(8).toString("hex").toUpperCase();
  await sql`
    insert into credit_codes (id, code_hash, hint, description, amount_nanos, uses_max)
    values (${`code_${plain.toLowerCase()}`}, ${createHash("sha256").update(plain).digest()},
      ${plain.slice(-4)}, 'Launch offer', 10000000000, 1)`;
  return plain.replace(/(.{4})(?=.)/g, "$1-");
}

test("a code becomes granted credit once, without a reload", async ({ page }) => {
  await keepToasts(page);
  await signUp(page);
  const code = await makeCode();
  await visit(page, "/billing");
  const field = page.getByLabel("Code", { exact: true });
  const redeem = page.getByRole("button", { name: "Redeem" });
  await redeem.click();
  await expect(page.getByText("Enter a code.", { exact: true })).toBeVisible();
  await field.fill("NOT-A-CODE");
  await redeem.click();
  await expect(page.getByText("This code isn't valid.")).toBeVisible();
  await field.fill(code.toLowerCase());
  await redeem.click();
  await expect(page.getByText("$10.00 added")).toBeVisible();
  await expectBalance(page, 15n * usd);
  await expect(page.getByRole("row", { name: /Launch offer/ })).toBeVisible();
  await field.fill(code);
  await redeem.click();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expectBalance(page, 15n * usd);
});

test("a plan is changed after its consequences were told", async ({ page }) => {
  await signUp(page);
  await visit(page, "/billing");
  await expect(page.getByRole("link", { name: "Contact us about Enterprise" })).toBeVisible();
  await page.getByRole("button", { name: "Switch to Pro" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toBeVisible();
  await revisit(page);
  await expect(dialog.getByText("10,000")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Switch plan" }).click();
  await expect(page.getByText("You are on Pro now")).toBeVisible();
  await expect(page.getByText("0 of 10,000")).toBeVisible();
  await expect(page.getByRole("button", { name: "Switch to Standard" })).toBeVisible();
});

/** The nano-dollars of a cell such as `+$25.00` or `-$6.14737462`. */
function nanosOf(text: string): bigint {
  const match = /^([+-]?)\$([\d,]+)\.(\d{2,9})/.exec(text.trim());
  if (!match) throw new Error(`not an amount: ${text}`);
  const [, sign = "", whole = "", fraction = ""] = match;
  const nanos = BigInt(whole.replaceAll(",", "")) * usd + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -nanos : nanos;
}

test("K02 the CSV holds every line of the page, and adds up to the same balance", async ({
  page,
}) => {
  await enterDemo(page);
  await visit(page, "/billing");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Everything" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(
    /^gatehouse-transactions-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv$/,
  );
  const text = readFileSync(await download.path(), "utf8");
  expect(
    text.startsWith("\uFEFFDate (UTC),Type,Description,Amount (USD),Balance after (USD)"),
  ).toBe(true);
  // No cell of the demo's holds a comma or a quote.
  const rows = text.slice(1).trimEnd().split("\r\n").slice(1);
  const amounts = rows.map((row) => row.split(",")[3] ?? "");
  const exported = amounts.map((amount) => nanosOf(amount.replace(/^(-?)/, "$1$")));
  const balance = await readBalanceNanos(page);
  expect(exported.reduce((sum, nanos) => sum + nanos, 0n)).toBe(balance);

  const shown: bigint[] = [];
  for (;;) {
    const table = page.getByRole("table", { name: "Transactions" });
    await expect(table).toBeVisible();
    const cells = table.locator("tbody td[data-label=Amount] [data-nanos]");
    const nanos = await cells.evaluateAll((all) => all.map((cell) => cell.dataset.nanos ?? ""));
    shown.push(...nanos.map(BigInt));
    const older = page.getByRole("link", { name: "Older" });
    if ((await older.count()) === 0) break;
    const address = await older.getAttribute("href");
    await visit(page, address ?? "");
  }
  expect(shown).toEqual(exported);
});

test("the sixth export of an hour is refused in words, and no address makes a server error", async ({
  page,
}) => {
  await keepToasts(page);
  await signUp(page);
  const wrong = ["from=x", "to=2026-02-30", "from=0000-01-01", "kind=__proto__"];
  for (const query of [...wrong, "from=2026-02-01&to=2026-01-01"]) {
    expect((await page.request.get(`/billing/transactions.csv?${query}`)).status(), query).toBe(
      400,
    );
  }
  for (let i = 0; i < 5; i++) {
    const answer = await page.request.get("/billing/transactions.csv?from=2026-01-01");
    expect(answer.status()).toBe(200);
    expect(answer.headers()["content-type"]).toBe("text/csv; charset=utf-8");
    expect(answer.headers()["cache-control"]).toBe("private, no-store");
  }
  const refused = await page.request.get("/billing/transactions.csv");
  expect(refused.status()).toBe(429);
  expect(Number(refused.headers()["retry-after"])).toBeGreaterThan(3_000);
  await visit(page, "/billing");
  await page.getByRole("button", { name: "Export CSV" }).click();
  await page.getByRole("menuitem", { name: "This month" }).click();
  await expect(page.getByText(/^Too many attempts/)).toBeVisible();
  const visitor = await page.context().browser()?.newContext();
  const unknown = await visitor?.request.get(new URL("/billing/transactions.csv", page.url()).href);
  expect(unknown?.status()).toBe(401);
  await visitor?.close();
});

test("P14 a receipt can be printed, and another's is as absent as one that never was", async ({
  page,
  browser,
}) => {
  await signUp(page);
  await startTopUp(page, "50");
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByText("$50.00 added")).toBeVisible();
  await page.getByRole("link", { name: "Receipt" }).first().click();
  await expect(page).toHaveURL(/\/billing\/receipts\/top_/);
  const receipt = page.getByRole("article");
  await expect(receipt.getByText("$50.00 USD")).toBeVisible();
  await expect(receipt.getByText(/^GATE-[0-9A-Z]{8}$/)).toBeVisible();
  await expectAccessible(page);
  // As wide as a sheet of A4 between its margins.
  await page.setViewportSize({ width: 673, height: 950 });
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  await expect(page.getByLabel("Balance")).toBeHidden();
  await expect(receipt).toBeVisible();

  const stranger = await openAs(browser);
  const answers = [];
  for (const address of [page.url(), "/billing/receipts/top_01kah5v3zq8m2n4c6d7e8f9gab"]) {
    const response = await visit(stranger, address);
    await expect(stranger.getByRole("heading").first()).toBeVisible();
    answers.push([response?.status(), await stranger.getByRole("heading").allTextContents()]);
    await expect(stranger.getByText("$50.00")).toHaveCount(0);
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.[0]).toBe(404);
  await stranger.context().close();
});

for (const role of ["viewer", "developer"] as const) {
  test(`a ${role} sees billing whole, and is told who can change it`, async ({ page }) => {
    const { email } = await signUp(page);
    await becomeRole(email, role);
    await visit(page, "/billing?add=1");
    await expect(page.getByText("You can see billing but not change it.")).toBeVisible();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    const acts = ["Top up", "Add card", "Turn on", "Edit", "Redeem", "Switch to"];
    for (const name of acts) await expect(page.getByRole("button", { name })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Export CSV" })).toBeVisible();
    await expectBalance(page, 5n * usd);
    await expectAccessible(page);
  });
}

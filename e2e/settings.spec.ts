import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { revisit, visit } from "./arrive";
import { readMail } from "./mailbox";
import {
  type Account,
  apiUrl,
  createKey,
  enterDemo,
  keepToasts,
  password,
  signIn,
  signUp,
  untilActed,
} from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";

/** Runs statements on the product's own database, for what takes months otherwise. */
async function withSql<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    return await run(sql);
  } finally {
    await sql.end();
  }
}

const parts = [
  ["Profile", "/settings", "Profile"],
  ["Security", "/settings/security", "Sessions"],
  ["Notifications", "/settings/notifications", "Notifications"],
  ["General", "/settings/workspace", "Workspace"],
  ["Members", "/settings/members", "Members"],
  ["Key safety", "/settings/keys", "Key safety"],
  ["Audit log", "/settings/audit", "Audit log"],
] as const;

test("each part of the settings has an address, and the navigation says where one is", async ({
  page,
}) => {
  await signUp(page);
  await visit(page, "/settings");
  const nav = page.getByRole("navigation", { name: "Settings" });
  for (const [label, path, heading] of parts) {
    await nav.getByRole("link", { name: label }).click();
    await expect(page).toHaveURL(path);
    await expect(page.getByRole("heading", { name: heading, level: 2 }).first()).toBeVisible();
    await expect(nav.locator("[aria-current=page]")).toHaveText(label);
  }
  await visit(page, "/settings/workspace");
  await page.getByRole("link", { name: "Manage API keys" }).click();
  await expect(page).toHaveURL(/\/keys$/);
});

/** Of the naughty strings' kinds: markup, templates, SQL, right-to-left, emoji, combining marks. */
const names = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "Robert'); DROP TABLE users;--",
  `$${""}{jndi:ldap://x}{{7*7}}%s%n`,
  "../../../etc/passwd",
  "表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀",
  "مُنَاقَشَةُ سُبُلِ اِسْتِخْدَامِ",
  "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301",
  "undefined null NaN true \\",
  "=1+1@SUM(1)",
];
const refused = [
  "",
  "   ",
  "\u202Eevil",
  "\u200B\uFEFF",
  `Z${"\u0301".repeat(50)}`,
  "x".repeat(65),
];

for (const [what, path, label, saved] of [
  ["user", "/settings", "Name", "Your name is saved"],
  ["workspace", "/settings/workspace", "Workspace name", "The workspace’s name is saved"],
] as const) {
  test(`K01 hostile and foreign text as ${what} name is shown as text or refused at its field`, async ({
    page,
  }) => {
    let dialogs = 0;
    page.on("dialog", (dialog) => {
      dialogs++;
      void dialog.dismiss();
    });
    await keepToasts(page);
    await signUp(page);
    await visit(page, path);
    const field = page.getByLabel(label, { exact: true });
    const form = page.locator("form", { has: field });
    for (const name of names) {
      await field.fill(name);
      await form.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText(saved).first()).toBeVisible();
      await expect(form.getByRole("button", { name: "Save" })).toBeDisabled();
      await revisit(page);
      await expect(field).toHaveValue(name.normalize("NFC"));
    }
    for (const name of refused.slice(0, -1)) {
      await field.fill(name);
      // The field is marked from the one before.
      await untilActed(page, () => form.getByRole("button", { name: "Save" }).click());
      await expect(field).toHaveAttribute("aria-invalid", "true");
    }
    await visit(page, "/settings/audit?group=account,workspace");
    await expect(page.getByRole("list", { name: "Acts" })).toContainText(
      "<script>alert(1)</script>",
    );
    expect(dialogs).toBe(0);
  });
}

test("J22 a session that is ended from the security page is signed out at its next request", async ({
  page,
  browser,
}) => {
  const account = await signUp(page);
  const other = await browser.newPage();
  await signIn(other, account.email, password);
  await visit(page, "/settings/security");
  const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  await expect(sessions).toHaveCount(2);
  await expect(sessions.first()).toContainText("This browser");
  await expect(sessions.first()).toContainText(/Chrome on \w+/);
  await page.getByRole("button", { name: /^End session/ }).click();
  await expect(sessions).toHaveCount(1);
  await visit(other, "/settings");
  await expect(other).toHaveURL(/\/sign-in/);
  await other.close();
});

test("a mail that is turned off stays off, and turning it is in the audit log", async ({
  page,
}) => {
  await signUp(page);
  await visit(page, "/settings/notifications");
  const receipts = page.getByRole("switch", { name: "Receipts" });
  await expect(receipts).toBeChecked();
  // The switch turns before the server knows; a reload would take the message back.
  await untilActed(page, () => receipts.uncheck());
  await revisit(page);
  await expect(receipts).not.toBeChecked();
  await expect(page.getByText("Always on")).toBeVisible();
  await visit(page, "/settings/audit?group=account");
  await expect(page.getByText("Turned mails off Receipts")).toBeVisible();
});

async function callOnce(secret: string): Promise<number> {
  const answer = await fetch(`${apiUrl}/v1/models`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function openDeletion(page: Page, account: Account) {
  await visit(page, "/settings");
  await page.getByRole("button", { name: "Delete account" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("$5.00 is left on the balance");
  await dialog.getByLabel(`Type ${account.email} to confirm`).fill(account.email);
  return dialog;
}

test("P1 J22 deleting the account stops its keys at once, signs out everywhere, and frees the address", async ({
  page,
  browser,
}) => {
  const account = await signUp(page);
  const secret = await createKey(page, "Doomed");
  expect(await callOnce(secret)).toBe(200);
  const other = await browser.newPage();
  await signIn(other, account.email, password);

  const dialog = await openDeletion(page, account);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(page).toHaveURL(/\/account-deleted$/);
  await expect(page.getByRole("heading", { name: "Your account is deleted" })).toBeVisible();
  expect(await callOnce(secret)).toBe(401);
  for (const one of [page, other]) {
    await visit(one, "/keys");
    await expect(one).toHaveURL(/\/sign-in/);
  }
  await other.close();
  expect(await readMail(account.email, "account_deleted")).toContain("deleted");
  await visit(page, "/sign-up");
  await page.getByLabel("Name").fill("Ada Again");
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/overview$/);
});

test("a session that hasn't shown lately who it is must do so before the account goes", async ({
  page,
}) => {
  const account = await signUp(page);
  await withSql(
    (sql) => sql`
      update sessions set proved_at = now() - interval '1 hour'
      where user_id = (select id from users where email = ${account.email})`,
  );
  const dialog = await openDeletion(page, account);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  const proof = page.getByRole("dialog");
  await proof.getByLabel("Password").fill(password);
  await proof.getByRole("button", { name: /Confirm|Continue/ }).click();
  await expect(page).toHaveURL(/\/account-deleted$/);
});

test("the audit log is filtered by address, opened, walked through and exported", async ({
  page,
}) => {
  await enterDemo(page);
  await visit(page, "/settings/audit");
  const acts = page.getByRole("list", { name: "Acts" });
  await expect(acts.getByRole("listitem").first()).toBeVisible();
  await page.getByLabel("What").selectOption("keys");
  await expect(page).toHaveURL(/group=keys/);
  await expect(acts).not.toContainText("Signed in");
  const first = acts.locator("details").first();
  await first.locator("summary").click();
  await expect(first.getByText("Entry")).toBeVisible();
  await first.getByRole("link", { name: /^Show only acts with key_/ }).click();
  await expect(page).toHaveURL(/target=key_/);
  await revisit(page);
  await page.getByRole("button", { name: /^Remove the filter by key_/ }).click();
  await expect(page).toHaveURL("/settings/audit?group=keys");

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/-audit-log-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(lines[0]).toMatch(/^\uFEFFTime \(UTC\),What,Who,/);
  expect(lines.length).toBeGreaterThan(3);
  await visit(page, "/settings/audit?actor=%00&group=x&range=1y&before=%27");
  await expect(acts.getByRole("listitem").first()).toBeVisible();
  await visit(page, "/settings/audit?range=custom&from=2020-01-01&to=2020-01-02");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(page).toHaveURL("/settings/audit");
});

/** A key that may do everything, was used to read for a month, and has neither cap nor end. */
async function makeRisky(page: Page, account: Account): Promise<void> {
  await createKey(page, "Careless", { scopes: ["admin"] });
  await withSql(async (sql) => {
    await sql`
      update api_keys set created_at = now() - interval '1 year', expires_at = null
      where name = 'Careless' and created_by = (select id from users where email = ${account.email})`;
    await sql`
      update api_key_secrets set last_used_at = now() from api_keys k
      where k.id = key_id and k.name = 'Careless'
        and k.created_by = (select id from users where email = ${account.email})`;
    await sql`
      insert into usage_hourly (workspace_id, hour, key_id, model, endpoint, status_class, requests,
        input_tokens, output_tokens, cost_nanos, latency_buckets)
      select k.workspace_id, date_trunc('hour', now()), k.id, '', '/v1/models', 2, 1, 0, 0, 0,
        '{1,0,0,0,0,0,0,0,0,0,0,0}'
      from api_keys k join users u on u.id = k.created_by
      where u.email = ${account.email} and k.name = 'Careless'`;
  });
}

test("what is unsafe about a key is mended from the list, and undone", async ({ page }) => {
  await keepToasts(page);
  const account = await signUp(page);
  await visit(page, "/settings/keys");
  await expect(page.getByRole("heading", { name: "No keys yet" })).toBeVisible();
  await makeRisky(page, account);
  await visit(page, "/settings/keys");
  const list = page.getByRole("list", { name: "Keys to mend" });
  await expect(list).toContainText("It may admin, but only used read for 30 days");
  await expect(list).toContainText("It has no spend cap");
  await expect(list).toContainText("It never expires");

  const narrow = page.getByRole("button", { name: "Narrow Careless to read" });
  // The button goes as it is pressed; what is counted is drawn by the server, and with it what acts go by.
  const counted = page.getByRole("link", { name: /^Broader than used/ });
  await narrow.click();
  await expect(narrow).toBeHidden();
  await expect(counted).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(counted).toBeVisible();
  await expect(narrow).toBeVisible();
  await narrow.click();
  await expect(page.getByText("Narrowed to read").first()).toBeVisible();
  await expect(counted).toHaveCount(0);
  await expect(narrow).toBeHidden();

  await page.getByRole("button", { name: "Set a cap for Careless" }).click();
  await page.getByRole("dialog").getByLabel("Each month").fill("25");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(list).not.toContainText("It has no spend cap");
  await page.getByRole("button", { name: "Set an expiry for Careless" }).click();
  await page.getByRole("dialog").getByLabel("Expiry").selectOption("90");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Everything is in order" })).toBeVisible();
});

test("a viewer reads all of it, is told who can change it, and changes nothing", async ({
  page,
}) => {
  const account = await signUp(page);
  await makeRisky(page, account);
  await withSql(
    (sql) => sql`
      update members set role = 'viewer'
      where user_id = (select id from users where email = ${account.email})`,
  );
  await visit(page, "/settings/keys");
  await expect(page.getByText("Owners, admins and developers can.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Keys to mend" })).toContainText("Careless");
  await expect(page.getByRole("button", { name: /^(Narrow|Set|Disable)/ })).toHaveCount(0);
  await visit(page, "/settings/audit");
  await expect(page.getByText("What you did in this workspace.")).toBeVisible();
  await expect(page.getByLabel("Who", { exact: true })).toHaveCount(0);
  await visit(page, "/settings/workspace");
  await expect(page.getByLabel("Workspace name")).toBeDisabled();
  await expect(page.getByText("Only owners and admins can rename the workspace.")).toBeVisible();
});

for (const size of sizeNames) {
  test(`every part of the settings, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await enterDemo(page);
    for (const [label, path] of parts) {
      await inspectPage(page, path, size, `settings-${label.toLowerCase().replace(" ", "-")}`);
    }
  });

  test(`the states of the settings, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    const account = await signUp(page);
    await inspectPage(page, "/settings/keys", size, "settings-no-keys");
    const nothing = "/settings/audit?group=billing&actor=system&range=custom";
    await inspectPage(page, nothing, size, "settings-filtered");
    const dialog = await openDeletion(page, account);
    await expect(dialog).toBeVisible();
    await inspect(page, "delete", size);
    await visit(page, "/account-deleted");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
}

import { randomBytes } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { query, readLink, readMail } from "./mailbox";
import { type Account, createKey, password, signIn, signUp } from "./steps";

const freshAddress = () => `guest-${randomBytes(6).toString("hex")}@example.com`;

const switcher = (page: Page, name: string) =>
  page.getByRole("button", { name: `Workspace: ${name}`, exact: true });

/** Invites an address from the members page, and reads the link that stands in for a mail. */
async function invite(page: Page, email: string, role: string): Promise<void> {
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByRole("radio", { name: role }).check();
  await dialog.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByRole("region", { name: "Invitation link" })).toContainText(
    "/link/invitation?token=inv_",
  );
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("table", { name: "Invitations" })).toContainText(email);
}

/** Opens an account through an invitation and joins. */
async function join(page: Page, email: string): Promise<void> {
  await page.goto(await readLink(email, "invitation"));
  await expect(page).toHaveURL("/invitation");
  await page.getByRole("link", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await page.getByLabel("Name").fill("Grace Hopper");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/invitation");
  await page.getByRole("button", { name: "Join workspace" }).click();
  await expect(page).toHaveURL("/overview");
}

async function actOn(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: act }).click();
}

async function workspaceOf({ email }: Account): Promise<string> {
  const [row] = await query<{ id: string }>(
    (sql) => sql<{ id: string }[]>`
      select m.workspace_id as id from members m join users u on u.id = m.user_id
      where u.email = ${email} order by m.created_at limit 1`,
  );
  return row?.id ?? "";
}

test("a second workspace is opened, chosen with mouse, keys and ⌘K, and remembered", async ({
  page,
}) => {
  await signUp(page);
  await createKey(page, "Of the first");
  await page.getByRole("link", { name: "Of the first" }).click();
  await expect(page).toHaveURL(/\/keys\/key_/);
  const keyPage = page.url();

  await switcher(page, "Personal").click();
  await page.getByRole("menuitem", { name: "Create workspace" }).click();
  await expect(page).toHaveURL("/workspaces/new");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page.getByLabel("Workspace name")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Workspace name").fill("Analytical Engines");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(switcher(page, "Analytical Engines")).toBeVisible();
  await expect(page.getByLabel("Balance")).toHaveText("$0.00");

  await page.goto(keyPage);
  await expect(page.getByRole("heading", { name: "Key not found" })).toBeVisible();

  await page.goto("/overview");
  await switcher(page, "Analytical Engines").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Personal" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(switcher(page, "Personal")).toBeVisible();
  await page.goto(keyPage);
  await expect(page.getByRole("heading", { name: "Of the first" })).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("switch analytical");
  await expect(page.getByRole("option", { name: "Switch to Analytical Engines" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(switcher(page, "Analytical Engines")).toBeVisible();

  const [cookie] = (await page.context().cookies()).filter(({ name }) =>
    name.endsWith("gatehouse.workspace"),
  );
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
});

test("P14 the cookie is a wish: another's workspace, or none, leads to one's own", async ({
  page,
  browser,
}) => {
  const owner = await signUp(page);
  const stranger = await browser.newPage();
  await signUp(stranger);
  const url = new URL(stranger.url()).origin;
  const theirs = await workspaceOf(owner);
  for (const value of [theirs, "ws_01kah5v3zq8m2n4c6d7e8f9gab", "' or 1=1 --"]) {
    await stranger.context().addCookies([{ name: "gatehouse.workspace", value, url }]);
    await stranger.goto("/settings/workspace");
    const shown = stranger.getByText(/^ws_/);
    await expect(shown).toBeVisible();
    await expect(shown).not.toHaveText(theirs);
  }
  await stranger.close();
});

test("two tabs never show two workspaces at once", async ({ page, context }) => {
  await signUp(page);
  const other = await context.newPage();
  await other.goto("/keys");
  await expect(switcher(other, "Personal")).toBeVisible();
  await page.goto("/workspaces/new");
  await page.getByLabel("Workspace name").fill("Second");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(switcher(page, "Second")).toBeVisible();
  await expect(switcher(other, "Second")).toBeVisible();
});

test("invited by mail, joined in another browser, promoted, made the owner; the first one leaves", async ({
  page,
  browser,
}) => {
  const owner = await signUp(page);
  const email = freshAddress();
  await invite(page, email, "Viewer");
  const context = await browser.newContext();
  const guest = await context.newPage();
  const link = await readLink(email, "invitation");
  await join(guest, email);
  await expect(switcher(guest, "Personal")).toBeVisible();
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: /no longer valid/ })).toBeVisible();

  await guest.goto("/settings/members");
  await expect(guest.getByRole("table", { name: "Members" })).toContainText(owner.email);
  await expect(guest.getByText("Only owners and admins can change who is in")).toBeVisible();
  await expect(guest.getByRole("button", { name: "Invite" })).toHaveCount(0);
  await guest.goto("/keys");
  await expect(guest.getByText("Your role can see keys but not change them.")).toBeVisible();

  await page.goto("/settings/members");
  await actOn(page, "Grace Hopper", "Change role");
  await page.getByRole("radio", { name: "Admin" }).check();
  await page.getByRole("button", { name: "Change role" }).click();
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toContainText("Admin");
  expect(await readMail(email, "role_changed")).toContain("Now: admin");
  await guest.goto("/settings/members");
  await expect(guest.getByRole("button", { name: "Invite" })).toBeVisible();
  // An admin does nothing to an owner.
  await expect(guest.getByRole("button", { name: `Actions for ${owner.name}` })).toHaveCount(0);

  await actOn(page, owner.name, "Leave workspace");
  await page.getByRole("button", { name: "Leave workspace" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "only one" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await actOn(page, "Grace Hopper", "Transfer ownership");
  await page.getByRole("button", { name: "Transfer ownership" }).click();
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toContainText("Owner");
  await actOn(page, owner.name, "Leave workspace");
  await page.getByRole("button", { name: "Leave workspace" }).click();
  await expect(page).toHaveURL("/no-workspace");
  expect(await readMail(email, "member_left")).toContain(owner.email);
  await page.getByLabel("Workspace name").fill("A new start");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(switcher(page, "A new start")).toBeVisible();
  await guest.goto("/settings/audit?group=members");
  await expect(guest.getByRole("list", { name: "Acts" })).toContainText(
    "Transferred the ownership to Grace Hopper",
  );
  await context.close();
});

/** Somebody who is signed in elsewhere, in the role of a member of the page's workspace. */
async function openMember(
  context: BrowserContext,
  owner: Account,
  role: string,
): Promise<{ page: Page; account: Account }> {
  const page = await context.newPage();
  const account = await signUp(page);
  const workspaceId = await workspaceOf(owner);
  await query(
    (sql) => sql`
      with own as (delete from members where user_id = (select id from users where email = ${account.email}))
      insert into members (workspace_id, user_id, role)
      select ${workspaceId}, id, ${role} from users where email = ${account.email}`,
  );
  await query((sql) => sql`update users set name = 'Bo' where email = ${account.email}`);
  return { page, account };
}

test("P1 a member who is removed with their keys is out at once, and so are the keys", async ({
  page,
  browser,
  request,
}) => {
  const owner = await signUp(page);
  const context = await browser.newContext();
  const member = await openMember(context, owner, "developer");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const secret = await createKey(member.page, "Made by Bo");
  const models = () =>
    request.get(`${new URL(page.url()).origin}/v1/models`, {
      headers: { authorization: `Bearer ${secret}` },
    });
  expect((await models()).status()).toBe(200);
  await page.goto("/settings/members");
  await actOn(page, "Bo", "Remove");
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByText("1 key made by them")).toBeVisible();
  await expect(dialog.getByRole("radio", { name: "Keep" })).toBeChecked();
  await dialog.getByRole("radio", { name: "Revoke" }).check();
  await dialog.getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByText("Member removed")).toBeVisible();
  expect((await models()).status()).toBe(401);
  await member.page.goto("/keys");
  await expect(member.page).toHaveURL("/no-workspace");
  expect(await readMail(member.account.email, "member_removed")).toContain("were revoked");
  await context.close();
});

test("signed in with another address, the invitation says so and leads to the right account", async ({
  page,
  browser,
}) => {
  const context = await browser.newContext();
  const guest = await context.newPage();
  const invited = await signUp(guest);
  await context.clearCookies();
  await signUp(page);
  await invite(page, invited.email, "Billing");
  await page.goto(await readLink(invited.email, "invitation"));
  await expect(page.getByText("Only the account of the invited address can join.")).toBeVisible();
  await page.getByRole("button", { name: "Use another account" }).click();
  await expect(page).toHaveURL("/invitation");
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page.getByLabel("Email")).toHaveValue(invited.email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Join workspace" }).click();
  await expect(page).toHaveURL("/overview");
  await page.goto("/settings/workspace");
  await expect(page.getByText("billing", { exact: true })).toBeVisible();
  await context.close();
});

test("an invitation that is sent again or taken back opens nothing by its link before", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const email = freshAddress();
  await invite(page, email, "Developer");
  const first = await readLink(email, "invitation");
  await actOn(page, email, "Send again");
  const shown = page.getByRole("region", { name: "Invitation link" });
  await expect(shown).toContainText("/link/invitation?token=inv_");
  await expect(shown).not.toContainText(first);
  const second = new URL(((await shown.textContent()) ?? "").trim());
  await page.getByRole("button", { name: "Done" }).click();
  const context = await browser.newContext();
  const visitor = await context.newPage();
  await visitor.goto(first);
  await expect(visitor.getByRole("heading", { name: /no longer valid/ })).toBeVisible();
  await visitor.goto(second.pathname + second.search);
  await expect(visitor.getByRole("heading", { name: "You are invited" })).toBeVisible();
  await actOn(page, email, "Revoke");
  await expect(page.getByRole("heading", { name: "No open invitations" })).toBeVisible();
  await visitor.goto(second.pathname + second.search);
  await expect(visitor).toHaveURL("/invitation");
  await expect(visitor.getByRole("heading", { name: /no longer valid/ })).toBeVisible();
  await context.close();
});

test("an owner deletes a workspace by its name and is in the next one", async ({ page }) => {
  await signUp(page);
  await page.goto("/workspaces/new");
  await page.getByLabel("Workspace name").fill("Short-lived");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(switcher(page, "Short-lived")).toBeVisible();
  await page.goto("/settings/workspace");
  await page.getByRole("button", { name: "Delete workspace" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Type Short-lived to confirm").fill("Short-lived");
  await dialog.getByRole("button", { name: "Delete workspace" }).click();
  await expect(switcher(page, "Personal")).toBeVisible();
});

const widths = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** What is on the page now: without a finding of axe, and no wider than its screen. */
async function sweep(page: Page, name: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`,
  );
  expect(found, name).toEqual([]);
}

for (const [theme, size] of [
  ["light", "desktop"],
  ["dark", "phone"],
] as const) {
  test(`the states of members and invitations, ${size}, ${theme}`, async ({ page, browser }) => {
    const look = { colorScheme: theme, reducedMotion: "reduce" } as const;
    await page.emulateMedia(look);
    await page.setViewportSize(widths[size]);
    const owner = await signUp(page);
    const workspaceId = await workspaceOf(owner);
    const long = `${"very-long-".repeat(6)}${randomBytes(4).toString("hex")}@example.com`;
    await query(
      (sql) => sql`
        with many as (
          insert into users (id, name, email)
          select 'usr_' || ${workspaceId} || n, repeat('Wolfeschlegelsteinhausen ', 2) || n,
            n || ${long} from generate_series(1, 6) n returning id)
        insert into members (workspace_id, user_id, role)
        select ${workspaceId}, id, 'developer' from many`,
    );
    const name = (state: string) => `members-${state}-${size}-${theme}`;
    await page.goto("/settings/members");
    await expect(page.getByRole("heading", { name: "No open invitations" })).toBeVisible();
    await sweep(page, name("list"));
    await page.getByRole("button", { name: "Invite" }).click();
    await expect(page.getByRole("dialog").getByLabel("Email")).toBeVisible();
    await sweep(page, name("invite"));
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    const email = freshAddress();
    await invite(page, email, "Viewer");
    await sweep(page, name("invited"));
    await actOn(page, owner.name, "Change role");
    await expect(page.getByRole("radio", { name: "Owner" })).toBeChecked();
    await sweep(page, name("role"));
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await actOn(page, owner.name, "Leave workspace");
    await expect(page.getByRole("alertdialog")).toBeVisible();
    await sweep(page, name("leave"));
    await page.goto("/workspaces/new");
    await expect(page.getByLabel("Workspace name")).toBeVisible();
    await sweep(page, name("new-workspace"));

    const context = await browser.newContext({ viewport: widths[size], ...look });
    const guest = await context.newPage();
    await guest.goto(await readLink(email, "invitation"));
    await expect(guest.getByRole("heading", { name: "You are invited" })).toBeVisible();
    await sweep(guest, name("invitation"));
    await guest.goto("/link/invitation?token=none");
    await expect(guest.getByRole("heading", { name: /no longer valid/ })).toBeVisible();
    await sweep(guest, name("dead-invitation"));
    const account = await signUp(guest);
    await guest.goto(await readLink(email, "invitation"));
    await expect(guest.getByRole("button", { name: "Use another account" })).toBeVisible();
    await sweep(guest, name("other-account"));
    await query(
      (sql) => sql`
        delete from members where user_id = (select id from users where email = ${account.email})`,
    );
    await guest.goto("/overview");
    await expect(guest).toHaveURL("/no-workspace");
    await sweep(guest, name("no-workspace"));
    await context.close();
  });
}

test("on a phone the workspaces are in the menu", async ({ page }) => {
  await page.setViewportSize(widths.phone);
  const { email } = await signUp(page);
  await page.goto("/workspaces/new");
  await page.getByLabel("Workspace name").fill("Pocket");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL("/overview");
  await page.getByRole("button", { name: "Open menu" }).click();
  await switcher(page, "Pocket").click();
  await page.getByRole("menuitem", { name: "Personal" }).click();
  await expect(page).toHaveURL("/overview");
  await page.getByRole("button", { name: "Open menu" }).click();
  await expect(switcher(page, "Personal")).toBeVisible();
  await page.context().clearCookies({ name: "gatehouse.session" });
  await signIn(page, email, password);
});

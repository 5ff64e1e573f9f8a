import { randomBytes } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import { arrived, untilReloaded, visit } from "./arrive";
import { query, readLink, readMail } from "./mailbox";
import { type Account, apiUrl, createKey, keepToasts, password, signUp, untilActed } from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";
import {
  actOn,
  freshAddress,
  invite,
  join,
  openMember,
  switcher,
  takeInvitationLink,
  workspaceOf,
} from "./team";

const rowOf = (page: Page, name: string) =>
  page.getByRole("table", { name: "Members" }).getByRole("row", { name });

/** Gives a workspace a name of its own: every account starts with one called Personal. */
async function rename(owner: Account, name: string): Promise<void> {
  const id = await workspaceOf(owner);
  await query((sql) => sql`update workspaces set name = ${name} where id = ${id}`);
}

test("invited by mail, joined in another browser, promoted, made the owner; the first one leaves", async ({
  page,
  browser,
}) => {
  const owner = await signUp(page);
  await rename(owner, "Difference Engine");
  const email = freshAddress();
  await invite(page, email, "Viewer");
  const guest = await browser.newPage();
  const link = await readLink(email, "invitation");
  await join(guest, email, "Grace Hopper");
  await expect(switcher(guest, "Difference Engine")).toBeVisible();
  await visit(guest, link);
  await expect(guest.getByRole("heading", { name: /no longer valid/ })).toBeVisible();

  await visit(guest, "/settings/members");
  await expect(rowOf(guest, owner.name)).toContainText(owner.email);
  await expect(guest.getByText("Only owners and admins can change who is in")).toBeVisible();
  await expect(guest.getByRole("button", { name: "Invite", exact: true })).toHaveCount(0);
  await visit(guest, "/keys");
  await expect(guest.getByText("Your role can see keys but not change them.")).toBeVisible();

  await visit(page, "/settings/members");
  await actOn(page, "Grace Hopper", "Change role");
  const roles = page.getByRole("dialog");
  await roles.getByRole("radio", { name: "Admin" }).check();
  await roles.getByRole("button", { name: "Change role" }).click();
  await expect(rowOf(page, "Grace Hopper")).toContainText("Admin");
  expect(await readMail(email, "role_changed")).toContain("Now: admin");
  await visit(guest, "/settings/members");
  await expect(guest.getByRole("button", { name: "Invite", exact: true })).toBeVisible();
  // An admin does nothing to an owner.
  await expect(rowOf(guest, owner.name)).toContainText("Owner");
  await expect(guest.getByRole("button", { name: `Actions for ${owner.name}` })).toHaveCount(0);

  await actOn(page, owner.name, "Leave workspace");
  const asked = page.getByRole("alertdialog");
  await expect(asked).toContainText("You are its only owner");
  await expect(asked.getByRole("button", { name: "Leave workspace" })).toBeDisabled();
  await asked.getByRole("button", { name: "Cancel" }).click();
  await expect(asked).toHaveCount(0);
  await actOn(page, "Grace Hopper", "Transfer ownership");
  await asked.getByRole("button", { name: "Transfer ownership" }).click();
  await expect(rowOf(page, "Grace Hopper")).toContainText("Owner");
  await expect(rowOf(page, owner.name)).toContainText("Admin");
  await actOn(page, owner.name, "Leave workspace");
  await untilReloaded(page, () => asked.getByRole("button", { name: "Leave workspace" }).click());
  await expect(page).toHaveURL("/no-workspace");
  await arrived(page);
  expect(await readMail(email, "member_left")).toContain(owner.email);
  await page.getByLabel("Workspace name").fill("A new start");
  await untilReloaded(page, () => page.getByRole("button", { name: "Create workspace" }).click());
  await expect(switcher(page, "A new start")).toBeVisible();
  await visit(guest, "/settings/audit?group=members");
  await expect(guest.getByRole("list", { name: "Acts" })).toContainText(
    "Transferred the ownership to Grace Hopper",
  );
  await guest.close();
});

test("P1 a member who is removed with their keys is out at once, and so are the keys", async ({
  page,
  browser,
  request,
}) => {
  await keepToasts(page);
  const owner = await signUp(page);
  const context = await browser.newContext();
  const member = await openMember(context, owner, "developer");
  const secret = await createKey(member.page, "Made by Bo");
  const models = async () => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await request.get(`${apiUrl}/v1/models`, { headers })).status();
  };
  expect(await models()).toBe(200);
  await visit(page, "/settings/members");
  await actOn(page, "Bo", "Remove");
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByText("1 key made by them")).toBeVisible();
  await expect(dialog.getByRole("radio", { name: "Keep" })).toBeChecked();
  await dialog.getByRole("radio", { name: "Revoke" }).check();
  await untilActed(page, () => dialog.getByRole("button", { name: "Remove member" }).click());
  expect(await models()).toBe(401);
  await expect(page.getByText("Member removed").first()).toBeVisible();
  await expect(page.getByRole("table", { name: "Members" })).not.toContainText("Bo");
  await visit(member.page, "/keys");
  await expect(member.page).toHaveURL("/no-workspace");
  expect(await readMail(member.account.email, "member_removed")).toContain("were revoked");
  await context.close();
});

test("signed in with another address, the invitation says so and leads to the right account", async ({
  page,
  browser,
}) => {
  const elsewhere = await browser.newPage();
  const invited = await signUp(elsewhere);
  await elsewhere.close();
  const owner = await signUp(page);
  await rename(owner, "Difference Engine");
  await visit(page, await invite(page, invited.email, "Billing"));
  await expect(page.getByText("Only the account of the invited address can join.")).toBeVisible();
  await page.getByRole("button", { name: "Use another account" }).click();
  // By way of a page that says that one is signed out, to the same address as before.
  await expect(page.getByRole("link", { name: "Create account" })).toBeVisible();
  await expect(page).toHaveURL("/invitation");
  await arrived(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page.getByLabel("Email")).toHaveValue(invited.email);
  await arrived(page);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Join workspace" })).toBeVisible();
  await arrived(page);
  await page.getByRole("button", { name: "Join workspace" }).click();
  await expect(page).toHaveURL("/overview");
  await visit(page, "/settings/workspace");
  await expect(switcher(page, "Difference Engine")).toBeVisible();
  await expect(page.getByText("billing", { exact: true })).toBeVisible();
});

test("an invitation that is sent again or taken back opens nothing by its link before", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const email = freshAddress();
  const first = await invite(page, email, "Developer");
  await actOn(page, email, "Send again");
  const second = await takeInvitationLink(page);
  expect(second).not.toBe(first);
  const visitor = await browser.newPage();
  const dead = visitor.getByRole("heading", { name: /no longer valid/ });
  await visit(visitor, first);
  await expect(dead).toBeVisible();
  await visit(visitor, second);
  await expect(visitor.getByRole("heading", { name: "You are invited" })).toBeVisible();
  await actOn(page, email, "Revoke");
  await expect(page.getByRole("heading", { name: "No open invitations" })).toBeVisible();
  await visit(visitor, second);
  await expect(visitor).toHaveURL("/invitation");
  await expect(dead).toBeVisible();
  await visitor.close();
});

/** Members with names and addresses as long as they may be. */
async function addCrowd(owner: Account): Promise<void> {
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
}

for (const size of sizeNames) {
  test(`the states of members, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    const owner = await signUp(page);
    await addCrowd(owner);
    await visit(page, "/settings/members");
    await expect(page.getByRole("heading", { name: "No open invitations" })).toBeVisible();
    await inspect(page, "members", size);
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Email")).toBeVisible();
    await inspect(page, "members-invite", size);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toHaveCount(0);
    await actOn(page, owner.name, "Change role");
    await expect(dialog.getByRole("radio", { name: "Owner" })).toBeChecked();
    await inspect(page, "members-role", size);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toHaveCount(0);
    await actOn(page, owner.name, "Leave workspace");
    await expect(page.getByRole("alertdialog")).toBeVisible();
    await inspect(page, "members-leave", size);
  });

  test(`the states of an invitation, ${size}`, async ({ page, browser }) => {
    await lookAt(page, size);
    await signUp(page);
    const email = freshAddress();
    const link = await invite(page, email, "Viewer");
    await inspect(page, "members-invited", size);

    const guest = await browser.newPage();
    await lookAt(guest, size);
    await inspectPage(guest, link, size, "invitation");
    await expect(guest.getByRole("heading", { name: "You are invited" })).toBeVisible();
    await inspectPage(guest, "/link/invitation?token=none", size, "invitation-dead");
    await expect(guest.getByRole("heading", { name: /no longer valid/ })).toBeVisible();
    const account = await signUp(guest);
    await inspectPage(guest, link, size, "invitation-other-account");
    await expect(guest.getByRole("button", { name: "Use another account" })).toBeVisible();
    await query(
      (sql) => sql`
        delete from members where user_id = (select id from users where email = ${account.email})`,
    );
    await inspectPage(guest, "/overview", size, "no-workspace");
    await expect(guest).toHaveURL("/no-workspace");
    await guest.close();
  });
}

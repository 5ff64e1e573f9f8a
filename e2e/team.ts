import { randomBytes } from "node:crypto";
import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import { arrived, untilReloaded, visit } from "./arrive";
import { query, readLink } from "./mailbox";
import { type Account, password, signUp } from "./steps";

/** The button that says which workspace a page shows. */
export function switcher(page: Page, name: string): Locator {
  return page.getByRole("button", { name: `Workspace: ${name}`, exact: true });
}

/** Opens a workspace as a person does, and is in it. */
export async function openWorkspace(page: Page, name: string): Promise<void> {
  await visit(page, "/workspaces/new");
  await page.getByLabel("Workspace name").fill(name);
  await untilReloaded(page, () => page.getByRole("button", { name: "Create workspace" }).click());
  await expect(page).toHaveURL("/overview");
}

/** The workspace that somebody was in first. */
export async function workspaceOf({ email }: Account): Promise<string> {
  const [row] = await query<{ id: string }>(
    (sql) => sql<{ id: string }[]>`
      select m.workspace_id as id from members m join users u on u.id = m.user_id
      where u.email = ${email} order by m.created_at limit 1`,
  );
  if (!row) throw new Error(`${email} is in no workspace`);
  return row.id;
}

export const freshAddress = () => `guest-${randomBytes(6).toString("hex")}@example.com`;

/** The link of an invitation that a dialog shows, where no mail server brings it; closes the dialog. */
export async function takeInvitationLink(page: Page): Promise<string> {
  const shown = page.getByRole("region", { name: "Invitation link" });
  await expect(shown).toHaveText(/\/link\/invitation\?token=inv_[\w.-]+$/);
  const { pathname, search } = new URL((await shown.innerText()).trim());
  await page.getByRole("button", { name: "Done" }).click();
  await expect(shown).toHaveCount(0);
  return pathname + search;
}

/** Invites an address from the members page; answers the link. */
export async function invite(page: Page, email: string, role: string): Promise<string> {
  await visit(page, "/settings/members");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByRole("radio", { name: role }).check();
  await dialog.getByRole("button", { name: "Send invitation" }).click();
  const link = await takeInvitationLink(page);
  await expect(page.getByRole("table", { name: "Invitations" })).toContainText(email);
  return link;
}

/** Opens an account by way of the invitation that was mailed, and joins. */
export async function join(page: Page, email: string, name: string): Promise<void> {
  await visit(page, await readLink(email, "invitation"));
  await expect(page).toHaveURL("/invitation");
  await page.getByRole("link", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await arrived(page);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("button", { name: "Join workspace" })).toBeVisible();
  await arrived(page);
  await page.getByRole("button", { name: "Join workspace" }).click();
  await expect(page).toHaveURL("/overview");
}

/** Chooses an act on somebody from the menu of their row. */
export async function actOn(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: act }).click();
}

/** Somebody who is signed in elsewhere, called Bo, as a member of the owner's workspace and of no other. */
export async function openMember(
  context: BrowserContext,
  owner: Account,
  role: string,
): Promise<{ page: Page; account: Account }> {
  const page = await context.newPage();
  const account = await signUp(page);
  const workspaceId = await workspaceOf(owner);
  await query(async (sql) => {
    const [user] = await sql`
      update users set name = 'Bo' where email = ${account.email} returning id`;
    await sql`delete from members where user_id = ${user?.id}`;
    return await sql`
      insert into members (workspace_id, user_id, role)
      values (${workspaceId}, ${user?.id}, ${role})`;
  });
  return { page, account: { ...account, name: "Bo" } };
}

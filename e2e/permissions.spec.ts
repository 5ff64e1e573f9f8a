import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { may, type PermissionName } from "../lib/permissions";
import { roles } from "../lib/scope";
import { nextDir } from "../scripts/paths.mjs";
import { readActions, resultOf, send } from "./action-calls";
import { operatorInputs, operatorPages, operatorRoutes } from "./operator-table";
import { origin, signUp } from "./steps";

const sql = postgres(process.env.E2E_DATABASE_URL ?? "", { max: 1, onnotice: () => undefined });
test.afterAll(() => sql.end());

const actions = readActions();
const nonce = () => randomBytes(12).toString("hex");

/** What the acts of a row are done to; made anew for each. */
interface Things {
  workspace: string;
  key: string;
  topUp: string;
  member: string;
  invitation: string;
  endpoint: string;
  /** One that has failed. */
  delivery: string;
}

interface Row {
  action: string;
  permission: PermissionName;
  input: (things: Things) => unknown;
  /** An act that also wants a state of its own, which isn't made here: it is let through, and may say so. */
  needsMore?: true;
}

const keyForm = (scopes: readonly string[]) => ({
  ...{ name: "Made", environment: "live", scopes, expiry: { kind: "never" }, nonce: nonce() },
});

/** Every act in a workspace, and what it takes. Rows of one action are told apart by what they ask for. */
const table: readonly Row[] = [
  row("createKeyAction", "keys.manage", () => keyForm(["read"])),
  row("createKeyAction", "keys.manage_admin", () => keyForm(["read", "admin"])),
  row("renameKeyAction", "keys.manage", ({ key }) => ({ id: key, name: "Other" })),
  row("updateKeyAction", "keys.manage", ({ key }) => ({ id: key, requestsPerHour: 5 })),
  row("disableKeyAction", "keys.manage", ({ key }) => ({ id: key })),
  state("enableKeyAction", "keys.manage", ({ key }) => ({ id: key })),
  row("rotateKeyAction", "keys.manage", ({ key }) => ({ id: key, graceSeconds: 0 })),
  state("retireOldSecretAction", "keys.manage", ({ key }) => ({ id: key, evenIfUnused: true })),
  state("extendGraceAction", "keys.manage", ({ key }) => ({ id: key, seconds: 60 })),
  state("cancelRotationAction", "keys.manage", ({ key }) => ({ id: key })),
  row("revokeKeyAction", "keys.manage", ({ key }) => ({ id: key })),
  state("undoRevokeAction", "keys.manage", ({ key }) => ({ id: key })),
  row("startTopUpAction", "billing.manage", () => ({ amountCents: 1_000, formNonce: nonce() })),
  row("cancelTopUpAction", "billing.manage", ({ topUp }) => ({ topUpId: topUp })),
  row("completeCheckoutAction", "billing.manage", ({ topUp }) => ({
    ...{ topUpId: topUp, choice: "cancel" },
  })),
  row("saveCardAction", "billing.manage", () => ({})),
  row("completeCardSetupAction", "billing.manage", () => ({ cardId: "demo_card_4242" })),
  state("removeCardAction", "billing.manage", () => ({})),
  state("setAutoTopUpAction", "billing.manage", () => ({
    ...{ thresholdCents: 500, restoreCents: 2_000, monthlyLimitCents: 10_000 },
  })),
  state("turnOffAutoTopUpAction", "billing.manage", () => ({})),
  state("resumeAutoTopUpAction", "billing.manage", () => ({})),
  row("setLowBalanceAlertAction", "billing.manage", () => ({ alertCents: 700 })),
  state("redeemCodeAction", "billing.manage", () => ({ code: "NOTACODE" })),
  row("changePlanAction", "plan.change", () => ({ planId: "pro" })),
  row("createEndpointAction", "webhooks.manage", () => ({
    ...{ url: "https://example.com/hooks", description: "", events: ["*"] },
  })),
  row("updateEndpointAction", "webhooks.manage", ({ endpoint }) => ({
    ...{ id: endpoint, description: "Other", isEnabled: false },
  })),
  row("rollWebhookSecretAction", "webhooks.manage", ({ endpoint }) => ({
    ...{ id: endpoint, overlapSeconds: 0 },
  })),
  row("endOldWebhookSecretAction", "webhooks.manage", ({ endpoint }) => ({ id: endpoint })),
  row("sendTestEventAction", "webhooks.manage", ({ endpoint }) => ({ id: endpoint })),
  row("resendDeliveryAction", "webhooks.manage", ({ endpoint, delivery }) => ({
    ...{ endpointId: endpoint, id: delivery },
  })),
  row("resendFailedAction", "webhooks.manage", ({ endpoint }) => ({
    ...{ id: endpoint, since: "2026-01-01T00:00:00Z" },
  })),
  row("deleteEndpointAction", "webhooks.manage", ({ endpoint }) => ({ id: endpoint })),
  row("renameWorkspaceAction", "workspace.rename", () => ({ name: "Ours" })),
  row("inviteMemberAction", "members.manage", () => invited("viewer")),
  row("inviteMemberAction", "owners.manage", () => invited("owner")),
  row("resendInvitationAction", "members.manage", ({ invitation }) => ({
    ...{ invitationId: invitation },
  })),
  row("revokeInvitationAction", "members.manage", ({ invitation }) => ({
    ...{ invitationId: invitation },
  })),
  row("changeRoleAction", "members.manage", ({ member }) => ({ userId: member, role: "billing" })),
  row("changeRoleAction", "owners.manage", ({ member }) => ({ userId: member, role: "owner" })),
  row("transferOwnershipAction", "owners.manage", ({ member }) => ({ userId: member })),
  row("removeMemberAction", "members.manage", ({ member }) => ({ userId: member, keys: "keep" })),
  // The last: it takes the workspace away.
  row("deleteWorkspaceAction", "workspace.delete", () => ({ confirmation: "Ours" })),
];

/** What somebody does as themselves, whatever their role, and what visitors do. */
const personal = [
  ...["signInAction", "signUpAction", "signOutAction", "requestResetAction", "resetPasswordAction"],
  ...["confirmSignUpAction", "signInCodeAction", "requestSignInLinkAction", "signInLinkAction"],
  ...["verifyEmailAction", "confirmEmailAction", "signInWithProviderAction", "reportKeyAction"],
  ...["listProofChoicesAction", "proveAction", "proveWithProviderAction", "changePasswordAction"],
  ...["changeEmailAction", "resendVerificationAction", "beginSecondFactorAction"],
  ...["confirmSecondFactorAction", "disableSecondFactorAction", "renewRecoveryCodesAction"],
  ...["connectAccountAction", "disconnectAccountAction", "endSessionAction"],
  ...["endOtherSessionsAction", "renameProfileAction", "setNoticeAction", "deleteAccountAction"],
  ...["acceptInvitationAction", "switchAccountAction", "switchWorkspaceAction"],
  ...["createWorkspaceAction", "leaveWorkspaceAction"],
];

/** The dashboard's own routes; null for those that every member may call. */
const routes: Record<string, { permission: PermissionName | null; path: string }> = {
  "/api/balance": { permission: "billing.read", path: "/api/balance" },
  "/api/find-keys": { permission: "keys.read", path: "/api/find-keys?q=" },
  "/api/first-request": { permission: "logs.read", path: "/api/first-request" },
  "/api/logs": { permission: "logs.read", path: "/api/logs" },
  "/api/logs/[id]": { permission: "logs.read", path: "/api/logs/req_01kah5v3zq8m2n4c6d7e8f9gab" },
  "/api/reader-zone": { permission: null, path: "/api/reader-zone?zone=UTC" },
  "/api/usage": { permission: "usage.read", path: "/api/usage?range=24h" },
  "/api/usage/csv": { permission: "usage.read", path: "/api/usage/csv?range=24h" },
  "/api/usage/latency": { permission: "usage.read", path: "/api/usage/latency?range=24h" },
  "/api/usage/limits": { permission: "usage.read", path: "/api/usage/limits" },
  "/billing/transactions.csv": { permission: "billing.read", path: "/billing/transactions.csv" },
  "/keys/[id]/rotation": { permission: "keys.read", path: "/keys/KEY/rotation" },
  "/keys/[id]/traffic": { permission: "keys.read", path: "/keys/KEY/traffic" },
  "/playground/answer": { permission: "playground.use", path: "/playground/answer" },
  "/playground/receipt": { permission: "logs.read", path: "/playground/receipt?requestId=req_x" },
  "/settings/audit/log.csv": { permission: "audit.read", path: "/settings/audit/log.csv" },
  "/webhooks/[id]/deliveries/[delivery]": {
    permission: "webhooks.read",
    path: "/webhooks/ENDPOINT/deliveries/DELIVERY",
  },
  "/webhooks/[id]/failed": { permission: "webhooks.read", path: "/webhooks/ENDPOINT/failed" },
};

/** Routes that nobody has to be signed in for; what they take is checked otherwise. */
const open =
  /^\/(api\/(auth|webhooks|secret-scanning)\/|link\/|signed-out$|docs\/|brand\/|llms|icon|apple-icon|favicon)/;

function row(action: string, permission: PermissionName, input: Row["input"]): Row {
  return { action, permission, input };
}

function state(action: string, permission: PermissionName, input: Row["input"]): Row {
  return { ...row(action, permission, input), needsMore: true };
}

function invited(role: string) {
  return { email: `${nonce()}@example.com`, role };
}

function builtRoutes(): string[] {
  const file = join(nextDir(), "server", "app-paths-manifest.json");
  const manifest: Record<string, string> = JSON.parse(readFileSync(file, "utf8"));
  return Object.keys(manifest)
    .filter((name) => name.endsWith("/route"))
    .map((name) => name.replace(/\/route$/, "").replace(/\/\([^)]+\)/g, ""))
    .filter((name) => !open.test(`${name}${name.includes("[...") ? "/" : ""}`));
}

test("P14 every action and every route of the build is in the table of permissions", () => {
  const known = [...table.map(({ action }) => action), ...personal, ...Object.keys(operatorInputs)];
  expect([...actions.keys()].sort()).toEqual([...new Set(known)].sort());
  expect(builtRoutes().sort()).toEqual([...Object.keys(routes), ...operatorRoutes].sort());
});

/** Two who share a workspace: its owner, and one whose role is whatever a row needs. */
async function openTeam(page: Page, other: Page): Promise<{ workspace: string; acting: string }> {
  const [owner, acting] = [await signUp(page), await signUp(other)];
  const [ids] = await sql`
    select m.workspace_id, m.user_id, (select id from users where email = ${acting.email}) as acting
    from members m join users u on u.id = m.user_id where u.email = ${owner.email}`;
  await sql`delete from members where user_id = ${ids?.acting}`;
  await sql`update workspaces set name = 'Ours' where id = ${ids?.workspace_id}`;
  await sql`
    insert into members (workspace_id, user_id, role)
    values (${ids?.workspace_id}, ${ids?.acting}, 'viewer')`;
  return { workspace: ids?.workspace_id, acting: ids?.acting };
}

/** Fresh things of the workspace, as its owner has them. */
async function makeThings(workspace: string): Promise<Things> {
  const tail = randomBytes(13).toString("hex");
  const things = {
    workspace,
    ...{
      key: `key_${tail}`,
      topUp: `top_${tail}`,
      member: `usr_${tail}`,
      invitation: `inv_${tail}`,
      endpoint: `we_${tail}`,
      delivery: `dlv_${tail}`,
    },
  };
  const [owner] = await sql`
    select user_id from members where workspace_id = ${workspace} and role = 'owner'
    order by created_at limit 1`;
  const ownerId = owner?.user_id;
  await sql`
    insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
    values (${things.key}, ${workspace}, 'K', 'live', '{read}', ${ownerId})`;
  await sql`
    insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state)
    values (${`sec_${tail}`}, ${things.key}, ${workspace}, ${randomBytes(32)}, 'gate_live', 'abcd', 'active')`;
  await sql`
    insert into top_ups (id, workspace_id, user_id, provider, amount_cents, form_nonce)
    values (${things.topUp}, ${workspace}, ${ownerId}, 'demo', 1000, ${tail})`;
  await sql`
    insert into users (id, name, email) values (${things.member}, 'M', ${`${tail}@example.com`})`;
  await sql`
    insert into members (workspace_id, user_id, role) values (${workspace}, ${things.member}, 'viewer')`;
  await sql`
    insert into invitations (id, workspace_id, email, role, secret_hash, is_mailed, invited_by, expires_at)
    values (${things.invitation}, ${workspace}, ${`i${tail}@example.com`}, 'viewer', '\\x00', true,
      ${ownerId}, now() + interval '1 day')`;
  await makeEndpoint(things, tail, ownerId);
  return things;
}

/** In the place of the one before: there is room for twenty. Its secret can't be read, so nothing is sent. */
async function makeEndpoint(
  { workspace, endpoint, delivery }: Things,
  tail: string,
  ownerId: string,
): Promise<void> {
  await sql`
    update webhook_endpoints set deleted_at = now(), secret = null, previous_secret = null,
      previous_expires_at = null
    where workspace_id = ${workspace} and deleted_at is null`;
  await sql`
    insert into webhook_endpoints (id, workspace_id, url, events, secret, previous_secret,
      previous_expires_at, created_by)
    values (${endpoint}, ${workspace}, 'https://example.com/hooks', '{*}', '\\x00', '\\x00',
      now() + interval '1 day', ${ownerId})`;
  await sql`
    insert into webhook_messages (id, workspace_id, type, occurred_at, body)
    values (${`msg_${tail}`}, ${workspace}, 'balance.low', now(), '{}')`;
  await sql`
    insert into webhook_deliveries (id, message_id, endpoint_id, workspace_id, state, next_attempt_at)
    values (${delivery}, ${`msg_${tail}`}, ${endpoint}, ${workspace}, 'failed', null)`;
}

/**
 * All that an act could have changed of a workspace. What the worker makes of deliveries is left out; an act on
 * them is in the audit log.
 */
async function snapshot(workspace: string): Promise<string> {
  const rows = await sql`
    select to_jsonb(t) as row from (
      select to_jsonb(w) as it from workspaces w where id = ${workspace}
      union all select to_jsonb(k) from api_keys k where workspace_id = ${workspace}
      union all select to_jsonb(s) from api_key_secrets s where workspace_id = ${workspace}
      union all select to_jsonb(t) from top_ups t where workspace_id = ${workspace}
      union all select to_jsonb(p) from billing_profiles p where workspace_id = ${workspace}
      union all select to_jsonb(m) - 'last_seen_at' from members m where workspace_id = ${workspace}
      union all select to_jsonb(i) from invitations i where workspace_id = ${workspace}
      union all select to_jsonb(b) from budgets b where workspace_id = ${workspace}
      union all select to_jsonb(e) - '{failures_in_row,held_until}'::text[]
        from webhook_endpoints e where workspace_id = ${workspace}
      union all select to_jsonb(d.id) from webhook_deliveries d where workspace_id = ${workspace}
      union all select to_jsonb(a) from audit_log a where workspace_id = ${workspace}
    ) t order by 1`;
  return JSON.stringify(rows);
}

for (const role of roles) {
  test(`P14 ${role}: each act works, or is refused and changes nothing`, async ({
    page,
    browser,
  }) => {
    const acting = await browser.newPage();
    const team = await openTeam(page, acting);
    const wrong: string[] = [];
    for (const { action, permission, input, needsMore } of table) {
      const things = await makeThings(team.workspace);
      await sql`
        update members set role = ${role}
        where workspace_id = ${team.workspace} and user_id = ${team.acting}`;
      await sql`delete from throttles where subject like 'invitation:%'`;
      const before = await snapshot(team.workspace);
      const result = await resultOf(await send(acting, actions.get(action) ?? "", [input(things)]));
      const name = `${action} (${permission})`;
      const isRefused = result.includes('"code":"FORBIDDEN"');
      if (may(role, permission)) {
        const works = needsMore
          ? !isRefused && result !== "no result"
          : result.includes('"ok":true');
        if (!works) wrong.push(`${name} doesn't work: ${result.slice(0, 200)}`);
        continue;
      }
      if (!isRefused) wrong.push(`${name} isn't refused: ${result.slice(0, 200)}`);
      if ((await snapshot(team.workspace)) !== before) wrong.push(`${name} changed something`);
    }
    expect(wrong).toEqual([]);
    await acting.close();
  });
}

test("P14 each route of the dashboard answers the roles that may, and nobody else", async ({
  page,
  browser,
}) => {
  const acting = await browser.newPage();
  const team = await openTeam(page, acting);
  const { key, endpoint, delivery } = await makeThings(team.workspace);
  const visitor = await browser.newContext();
  const body = { model: "gpt-4", messages: [{ role: "user", content: "" }] };
  const wrong: string[] = [];
  for (const [name, { permission, path }] of Object.entries(routes)) {
    const address = path
      .replace("KEY", key)
      .replace("ENDPOINT", endpoint)
      .replace("DELIVERY", delivery);
    const ask = (from: APIRequestContext) =>
      name === "/playground/answer"
        ? from.post(address, { headers: { origin }, data: { keyId: key, body } })
        : from.get(address);
    const unknown = await ask(visitor.request);
    if (unknown.status() !== 401) wrong.push(`${name} for a visitor: ${unknown.status()}`);
    for (const role of roles) {
      await sql`
        update members set role = ${role}
        where workspace_id = ${team.workspace} and user_id = ${team.acting}`;
      await sql`delete from throttles where subject like 'export:%'`;
      const status = (await ask(acting.request)).status();
      const isAllowed = permission === null || may(role, permission);
      if (isAllowed === (status === 403) || status >= 500 || status === 401) {
        wrong.push(`${name} for ${role}: ${status}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  await visitor.close();
  await acting.close();
});

test("P14 the operator’s console isn’t there for any role: no page, no route, no action", async ({
  page,
  browser,
}) => {
  const acting = await browser.newPage();
  const { workspace, acting: userId } = await openTeam(page, acting);
  const before = await snapshot(workspace);
  const wrong: string[] = [];
  for (const role of roles) {
    await sql`update members set role = ${role} where workspace_id = ${workspace} and user_id = ${userId}`;
    for (const path of [...operatorPages, ...operatorRoutes]) {
      const answer = await acting.request.get(path.replace("WORKSPACE", workspace));
      if (answer.status() !== 404) wrong.push(`${path} for ${role}: ${answer.status()}`);
    }
    for (const [name, toInput] of Object.entries(operatorInputs)) {
      const result = await resultOf(
        await send(acting, actions.get(name) ?? "", toInput({ workspace })),
      );
      if (!result.includes('"code":"NOT_FOUND"')) wrong.push(`${name} for ${role}: ${result}`);
    }
  }
  expect(wrong).toEqual([]);
  await sql`update members set role = 'viewer' where workspace_id = ${workspace} and user_id = ${userId}`;
  expect(await snapshot(workspace)).toBe(before);
  await acting.close();
});

/** What visitors may do; everything else is done by somebody who is signed in. */
const ofVisitors =
  /^(sign|request|reset|confirm(SignUp|Email)|verify|reportKey|switchAccount|acceptInvitation)/;

test("P14 an operator who looks as support does nothing: every act is refused and changes nothing", async ({
  page,
  browser,
}) => {
  const acting = await browser.newPage();
  const { workspace, acting: userId } = await openTeam(page, acting);
  // Nobody of the workspace, and an operator whose browser has an open look at it.
  await sql`delete from members where user_id = ${userId}`;
  await sql`insert into operators (user_id) values (${userId})`;
  await sql`
    insert into support_views (id, session_id, user_id, workspace_id, reason, expires_at)
    select ${`view_${randomBytes(13).toString("hex")}`}, id, user_id, ${workspace}, 'A test',
      now() + interval '1 hour'
    from sessions where user_id = ${userId}`;
  const things = await makeThings(workspace);
  const before = await snapshot(workspace);
  const wrong: string[] = [];
  const refuse = async (name: string, input: unknown) => {
    const result = await resultOf(await send(acting, actions.get(name) ?? "", [input]));
    if (!result.includes('"code":"FORBIDDEN"')) wrong.push(`${name}: ${result.slice(0, 200)}`);
  };
  for (const { action, input } of table) await refuse(action, input(things));
  for (const name of personal.filter((one) => !ofVisitors.test(one))) await refuse(name, {});
  for (const [name, { path }] of Object.entries(routes)) {
    if (name === "/playground/answer") continue;
    const status = (await acting.request.get(path.replace("KEY", things.key))).status();
    if (status >= 500 || status === 401 || status === 403) wrong.push(`${name}: ${status}`);
  }
  const body = { model: "gpt-4", messages: [{ role: "user", content: "Hello" }] };
  const sent = await acting.request.post("/playground/answer", {
    headers: { origin },
    data: { keyId: things.key, body },
  });
  expect(sent.status()).toBe(403);
  expect(wrong).toEqual([]);
  expect(await snapshot(workspace)).toBe(before);
  await acting.close();
});

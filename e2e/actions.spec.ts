import { expect, test } from "@playwright/test";
import postgres from "postgres";
import { readActions, resultOf, send } from "./action-calls";
import { operatorInputs } from "./operator-table";
import { createKey, signUp } from "./steps";
import { insertDeliveries, insertEndpoint } from "./webhook-rows";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";

/** What each action on somebody's thing is sent, given the thing's id. */
const inputs: Record<string, (ids: Ids) => unknown[]> = {
  renameKeyAction: ({ key }) => [{ id: key, name: "Taken over" }],
  updateKeyAction: ({ key }) => [{ id: key, name: "Taken over", requestsPerHour: 1 }],
  disableKeyAction: ({ key }) => [{ id: key }],
  enableKeyAction: ({ key }) => [{ id: key }],
  revokeKeyAction: ({ key }) => [{ id: key }],
  undoRevokeAction: ({ key }) => [{ id: key }],
  rotateKeyAction: ({ key }) => [{ id: key, graceSeconds: 0 }],
  retireOldSecretAction: ({ key }) => [{ id: key, evenIfUnused: true }],
  extendGraceAction: ({ key }) => [{ id: key, seconds: 60 }],
  cancelRotationAction: ({ key }) => [{ id: key }],
  endSessionAction: ({ session }) => [{ sessionId: session }],
  completeCheckoutAction: ({ topUp }) => [{ topUpId: topUp, choice: "pay" }],
  cancelTopUpAction: ({ topUp }) => [{ topUpId: topUp }],
  switchWorkspaceAction: ({ workspace }) => [{ workspaceId: workspace }],
  changeRoleAction: ({ member }) => [{ userId: member, role: "viewer" }],
  removeMemberAction: ({ member }) => [{ userId: member, keys: "revoke" }],
  transferOwnershipAction: ({ member }) => [{ userId: member }],
  resendInvitationAction: ({ invitation }) => [{ invitationId: invitation }],
  revokeInvitationAction: ({ invitation }) => [{ invitationId: invitation }],
  updateEndpointAction: ({ endpoint }) => [{ id: endpoint, description: "Taken over" }],
  deleteEndpointAction: ({ endpoint }) => [{ id: endpoint }],
  rollWebhookSecretAction: ({ endpoint }) => [{ id: endpoint, overlapSeconds: 0 }],
  endOldWebhookSecretAction: ({ endpoint }) => [{ id: endpoint }],
  sendTestEventAction: ({ endpoint }) => [{ id: endpoint }],
  resendDeliveryAction: ({ endpoint, delivery }) => [{ endpointId: endpoint, id: delivery }],
  resendFailedAction: ({ endpoint }) => [{ id: endpoint, since: "2026-01-01T00:00:00Z" }],
  // None of them is there for who is no operator.
  ...operatorInputs,
};

/** These take no id: they act on the caller's own account, or on nobody's. */
const withoutId = [
  "signInAction",
  "signUpAction",
  "signOutAction",
  "requestResetAction",
  "resetPasswordAction",
  "confirmSignUpAction",
  "signInCodeAction",
  "requestSignInLinkAction",
  "signInLinkAction",
  "verifyEmailAction",
  "confirmEmailAction",
  "signInWithProviderAction",
  "listProofChoicesAction",
  "proveAction",
  "proveWithProviderAction",
  "changePasswordAction",
  "changeEmailAction",
  "resendVerificationAction",
  "beginSecondFactorAction",
  "confirmSecondFactorAction",
  "disableSecondFactorAction",
  "renewRecoveryCodesAction",
  "connectAccountAction",
  "disconnectAccountAction",
  "startTopUpAction",
  "saveCardAction",
  "completeCardSetupAction",
  "removeCardAction",
  "setAutoTopUpAction",
  "turnOffAutoTopUpAction",
  "resumeAutoTopUpAction",
  "setLowBalanceAlertAction",
  "redeemCodeAction",
  "changePlanAction",
  "createKeyAction",
  "createEndpointAction",
  "endOtherSessionsAction",
  "renameProfileAction",
  "renameWorkspaceAction",
  "setNoticeAction",
  "deleteAccountAction",
  "reportKeyAction",
  "acceptInvitationAction",
  "switchAccountAction",
  "createWorkspaceAction",
  "deleteWorkspaceAction",
  "inviteMemberAction",
  "leaveWorkspaceAction",
];

interface Ids {
  key: string;
  session: string;
  topUp: string;
  workspace: string;
  member: string;
  invitation: string;
  endpoint: string;
  delivery: string;
}

const nobodys: Ids = {
  key: "key_01kah5v3zq8m2n4c6d7e8f9gab",
  session: "ses_01kah5v3zq8m2n4c6d7e8f9gab",
  topUp: "top_01kah5v3zq8m2n4c6d7e8f9gab",
  workspace: "ws_01kah5v3zq8m2n4c6d7e8f9gab",
  member: "usr_01kah5v3zq8m2n4c6d7e8f9gab",
  invitation: "inv_01kah5v3zq8m2n4c6d7e8f9gab",
  endpoint: "we_01kah5v3zq8m2n4c6d7e8f9gab",
  delivery: "dlv_01kah5v3zq8m2n4c6d7e8f9gab",
};

/** All that a stranger could have changed of a workspace. */
async function snapshot(sql: postgres.Sql, workspaceId: string): Promise<string> {
  const rows = await sql`
    select to_jsonb(t) as row from (
      select 'key' as kind, to_jsonb(k) as it from api_keys k where k.workspace_id = ${workspaceId}
      union all
      select 'secret', to_jsonb(s) from api_key_secrets s where s.workspace_id = ${workspaceId}
      union all
      select 'top-up', to_jsonb(t) from top_ups t where t.workspace_id = ${workspaceId}
      union all
      select 'endpoint', to_jsonb(e) from webhook_endpoints e where e.workspace_id = ${workspaceId}
      union all
      select 'delivery', to_jsonb(d) from webhook_deliveries d where d.workspace_id = ${workspaceId}
      union all
      select 'session', to_jsonb(s) - 'last_seen_at' from sessions s
        join members m on m.user_id = s.user_id where m.workspace_id = ${workspaceId}
      union all
      select 'member', to_jsonb(m) - 'last_seen_at' from members m
        where m.workspace_id = ${workspaceId}
      union all
      select 'invitation', to_jsonb(i) from invitations i where i.workspace_id = ${workspaceId}
      union all
      select 'workspace', to_jsonb(w) from workspaces w where w.id = ${workspaceId}
      union all
      select 'audit', to_jsonb(a) from audit_log a where a.workspace_id = ${workspaceId}
    ) t order by 1`;
  return JSON.stringify(rows);
}

const actions = readActions();

test("P14 every action of the build either takes an id that is tried here, or none", () => {
  expect([...actions.keys()].sort()).toEqual([...Object.keys(inputs), ...withoutId].sort());
});

test("P14 I37 every action answers another's id as an id that never was, and changes nothing", async ({
  page,
  browser,
}) => {
  const owner = await signUp(page);
  await createKey(page, "Mine alone");
  const sql = postgres(databaseUrl, { max: 1 });
  const [ids] = await sql`
    select m.workspace_id, m.user_id, k.id as key, s.id as session from users u
    join members m on m.user_id = u.id
    join api_keys k on k.workspace_id = m.workspace_id
    join sessions s on s.user_id = u.id
    where u.email = ${owner.email}`;
  const topUp = "top_01kah5v3zq8m2n4c6d7e8f9gac";
  await sql`
    insert into top_ups (id, workspace_id, user_id, provider, amount_cents, form_nonce)
    select ${topUp}, m.workspace_id, m.user_id, 'demo', 1000,
      'nonce of an open payment' from members m where m.workspace_id = ${ids?.workspace_id}
    on conflict do nothing`;
  const endpoint = await insertEndpoint(owner.email);
  const [delivery = ""] = await insertDeliveries(endpoint, { state: "failed" });
  const invitation = `inv_${ids?.workspace_id.slice(3)}`;
  await sql`
    insert into invitations (id, workspace_id, email, role, secret_hash, is_mailed, invited_by, expires_at)
    values (${invitation}, ${ids?.workspace_id}, 'guest@example.com', 'viewer', '\\x00', true,
      ${ids?.user_id}, now() + interval '1 day')`;
  const theirs: Ids = {
    ...{ key: ids?.key, session: ids?.session, topUp, invitation, endpoint, delivery },
    ...{ workspace: ids?.workspace_id, member: ids?.user_id },
  };

  const stranger = await browser.newPage();
  await signUp(stranger);
  const before = await snapshot(sql, ids?.workspace_id);
  for (const [name, toInput] of Object.entries(inputs)) {
    const actionId = actions.get(name) ?? "";
    const random = await resultOf(await send(stranger, actionId, toInput(nobodys)));
    const others = await resultOf(await send(stranger, actionId, toInput(theirs)));
    expect(others, name).toBe(random);
    expect(others, name).toContain('"code":"NOT_FOUND"');
  }
  expect(await snapshot(sql, ids?.workspace_id)).toBe(before);
  await stranger.close();
  await sql`delete from top_ups where id = ${topUp}`;
  await sql.end();
});

test("I04 I08 no action runs without a session, or for a page that isn't ours", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const visitor = await browser.newPage();
  for (const [name, toInput] of Object.entries(inputs)) {
    const actionId = actions.get(name) ?? "";
    const unknown = await resultOf(await send(visitor, actionId, toInput(nobodys)));
    expect(unknown, name).toContain('"code":"UNAUTHENTICATED"');
    for (const headers of foreign) {
      const refused = await send(page, actionId, toInput(nobodys), headers);
      expect(refused.status(), name).toBe(403);
    }
  }
  await visitor.close();
});

const foreign: Record<string, string>[] = [{}, { origin: "https://evil.test" }, { origin: "null" }];

/** Those of Billing whose input can be wrong in every one of these shapes. */
const ofBilling = [
  "startTopUpAction",
  "cancelTopUpAction",
  "setAutoTopUpAction",
  "setLowBalanceAlertAction",
  "redeemCodeAction",
  "changePlanAction",
  "completeCheckoutAction",
  "completeCardSetupAction",
];

/** Those of Webhooks, all of which take an object. */
const ofWebhooks = [...Object.keys(inputs), ...withoutId].filter((name) =>
  /Endpoint|Webhook|TestEvent|Delivery|Failed/.test(name),
);

const wrongShapes: unknown[] = [
  [],
  [null],
  [1],
  ["x"],
  [[]],
  [{}],
  [{ id: 5 }],
  [{ id: ["key_01kah5v3zq8m2n4c6d7e8f9gab"] }],
  [{ id: { id: "x" } }],
  [{ id: "' OR 1=1 --" }],
  [{ id: "x".repeat(4_096) }],
  [{ id: "key_\u0000" }],
];

test("I38 wrong shapes are VALIDATION_ERROR, whichever action they are sent to", async ({
  page,
}) => {
  await signUp(page);
  const ofKeys = Object.keys(inputs).filter((each) => each.includes("ey"));
  for (const name of [...ofKeys, ...ofBilling, ...ofWebhooks]) {
    for (const shape of wrongShapes) {
      const response = await send(page, actions.get(name) ?? "", shape);
      expect(response.status(), `${name} ${JSON.stringify(shape).slice(0, 60)}`).toBe(200);
      expect(await resultOf(response), name).toContain('"code":"VALIDATION_ERROR"');
    }
  }
});

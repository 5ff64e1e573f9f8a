import type { ActGroup } from "@/lib/audit/act-groups";
import { catalogueActs } from "@/lib/audit/catalogue-acts";
import { centsToNanos, formatUsd } from "@/lib/money";

/** What an act wrote down of itself; text in it may be a stranger's. */
export type ActDetails = Readonly<Record<string, unknown>>;

export interface Act {
  group: ActGroup;
  /** What was done, as a sentence that stands beside who did it: `Revoked the key “Production”`. */
  say: (details: ActDetails) => string;
}

function act(group: ActGroup, say: string | ((details: ActDetails) => string)): Act {
  return { group, say: typeof say === "string" ? () => say : say };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** `the key “Production”`, or `a key` where the act has kept no name. */
function named(noun: string, { name }: ActDetails): string {
  const text = textOf(name);
  return text === null ? `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}` : `the ${noun} “${text}”`;
}

const ofKey = (verb: string) => (details: ActDetails) => `${verb} ${named("key", details)}`;
const ofResource = (verb: string) => (details: ActDetails) =>
  `${verb} ${named("resource", details)}`;

/** An amount as the act wrote it, in cents or in nano-dollars; empty where it wrote none. */
function amountOf({ amountCents, amountNanos }: ActDetails): string {
  if (typeof amountCents === "number" && Number.isSafeInteger(amountCents)) {
    return formatUsd(centsToNanos(amountCents));
  }
  const nanos = textOf(amountNanos);
  if (nanos === null || !/^-?\d{1,30}$/.test(nanos)) return "";
  const amount = BigInt(nanos);
  return formatUsd(amount < 0n ? -amount : amount);
}

/** `A top-up of $25.00 arrived` */
const ofTopUp = (end: string) => (details: ActDetails) => {
  const amount = amountOf(details);
  const noun = details.kind === "auto" ? "An automatic top-up" : "A top-up";
  return `${noun}${amount ? ` of ${amount}` : ""} ${end}`;
};

const pauseReasons: Record<string, string> = {
  declined: "the card was declined several times",
  monthly_limit: "its monthly limit is reached",
  card_expired: "the card has expired",
  needs_action: "the bank asks for a confirmation",
  disputed: "a payment is disputed",
};

function ofPause({ reason }: ActDetails): string {
  const text = textOf(reason);
  const why = text === null ? "" : `: ${pauseReasons[text] ?? text.replaceAll("_", " ")}`;
  return `Paused auto top-up${why}`;
}

function ofLowBalanceAlert({ alertCents }: ActDetails): string {
  if (typeof alertCents !== "number") return "Switched the low-balance alert off";
  return `Set the low-balance alert to ${formatUsd(centsToNanos(alertCents))}`;
}

function ofRename(noun: string) {
  return ({ from, to, name }: ActDetails) => {
    const [before, after] = [textOf(from), textOf(to) ?? textOf(name)];
    if (after === null) return `Renamed ${noun}`;
    return before === null
      ? `Renamed ${noun} to “${after}”`
      : `Renamed ${noun} “${before}” to “${after}”`;
  };
}

/** Details that begin with their field, such as `scopes.to`, told by the field's name. */
const updatedFields: Record<string, string> = {
  scopes: "scopes",
  expiresAt: "expiry",
  models: "models",
  addresses: "addresses",
  rateLimit: "rate limit",
  rotationDays: "rotation policy",
  capDay: "spend cap",
  capWeek: "spend cap",
  capMonth: "spend cap",
  capTotal: "spend cap",
};

function ofKeyUpdate(details: ActDetails): string {
  const fields = Object.keys(details).flatMap((name) => {
    const field = /^(.+)\.to$/.exec(name)?.[1];
    return field === undefined ? [] : [updatedFields[field] ?? field];
  });
  const what = [...new Set(fields)];
  const key = named("key", details);
  return what.length === 0 ? `Changed ${key}` : `Changed ${key}: ${what.join(", ")}`;
}

function ofRevoke(details: ActDetails): string {
  const key = named("key", details);
  if (details.reason === "exposed") return `Revoked ${key} because it was seen in public`;
  if (details.reason === "account_deleted") return `Revoked ${key} with its workspace`;
  if (details.reason === "member_removed") return `Revoked ${key} as its maker left the workspace`;
  return `Revoked ${key}`;
}

/** `Ada`, as who reads the log may know them, or `a member`. */
function memberOf({ member }: ActDetails): string {
  return textOf(member) ?? "a member";
}

/** ` as developer`, where the act has kept the role. */
function asRole({ role }: ActDetails): string {
  const text = textOf(role);
  return text === null ? "" : ` as ${text}`;
}

function ofRoleChange(details: ActDetails): string {
  const [from, to] = [textOf(details.from), textOf(details.to)];
  if (from === null || to === null) return `Changed the role of ${memberOf(details)}`;
  return `Changed the role of ${memberOf(details)} from ${from} to ${to}`;
}

function ofLeaving(say: (details: ActDetails) => string) {
  return (details: ActDetails) =>
    details.keys === "revoke" ? `${say(details)} and revoked the keys they had made` : say(details);
}

const ofInvitation = (verb: string) => (details: ActDetails) => {
  const address = textOf(details.address);
  return `${verb} ${address === null ? "somebody" : address}${asRole(details)}`;
};

function ofGrant(kind: string) {
  return (details: ActDetails) => {
    const [amount, reason] = [amountOf(details), textOf(details.reason)];
    return `${kind}${amount ? ` ${amount}` : ""}${reason ? `: ${reason}` : ""}`;
  };
}

/** `Took $1.25 out of the balance: Granted twice` */
function ofAdjustment(details: ActDetails): string {
  const amount = amountOf(details);
  if (!amount) return ofGrant("Adjusted the balance")(details);
  const isTaken = textOf(details.amountNanos)?.startsWith("-") ?? false;
  const what = isTaken ? `Took ${amount} out of the balance` : `Added ${amount} to the balance`;
  return ofReason(what)(details);
}

/** `the credit code …1K37`, or `a credit code` where the act has kept no end of it. */
function codeOf({ hint }: ActDetails): string {
  const text = textOf(hint);
  return text === null ? "a credit code" : `the credit code …${text}`;
}

/** `Added the webhook endpoint https://example.com/hooks` */
const ofEndpoint = (verb: string) => (details: ActDetails) => {
  const url = textOf(details.url);
  return `${verb} ${url === null ? "a webhook endpoint" : `the webhook endpoint ${url}`}`;
};

const endpointReasons: Record<string, string> = {
  failures: "A webhook endpoint was disabled, because 20 attempts in a row failed",
  gone: "A webhook endpoint was disabled, because it answered that it is gone",
};

function ofEndpointDisabled(details: ActDetails): string {
  const reason = textOf(details.reason) ?? "";
  return (
    (Object.hasOwn(endpointReasons, reason) ? endpointReasons[reason] : undefined) ??
    ofEndpoint("Disabled")(details)
  );
}

function ofResend({ count }: ActDetails): string {
  return typeof count === "number"
    ? `Sent ${count} failed webhook deliveries again`
    : "Sent failed webhook deliveries again";
}

/** `Suspended the account: unpaid invoices` */
function ofReason(what: string) {
  return ({ reason }: ActDetails) => {
    const text = textOf(reason);
    return text === null ? what : `${what}: ${text}`;
  };
}

function ofOperator(verb: string, what: string) {
  return ({ email }: ActDetails) => `${verb} ${textOf(email) ?? "somebody"} ${what}`;
}

/**
 * Every act that is recorded anywhere, by its name `noun.verb_in_past`, with its group and its sentence.
 * What isn't in here can't be recorded: add the act before the code that does it.
 */
const table = {
  "session.signed_in": act("sign_in", "Signed in"),
  "session.signed_out": act("sign_in", "Signed out"),
  "session.ended": act("sign_in", "Ended a session"),
  "session.sign_in_failed": act("sign_in", "A sign-in failed"),
  "session.code_failed": act("sign_in", "A two-factor code was wrong"),
  "session.proved": act("sign_in", "Confirmed who they are"),
  "session.proof_failed": act("sign_in", "Failed to confirm who they are"),
  "session.link_requested": act("sign_in", "Asked for a sign-in link"),

  "user.signed_up": act("account", "Opened the account"),
  "user.renamed": act("account", ({ name }) =>
    textOf(name) === null ? "Changed their name" : `Changed their name to “${textOf(name)}”`,
  ),
  "user.notifications_changed": act("account", ({ turnedOn, turnedOff }) => {
    const parts = [
      Array.isArray(turnedOn) && turnedOn.length > 0 ? `on ${turnedOn.join(", ")}` : "",
      Array.isArray(turnedOff) && turnedOff.length > 0 ? `off ${turnedOff.join(", ")}` : "",
    ].filter(Boolean);
    return parts.length === 0 ? "Chose their mails" : `Turned mails ${parts.join(" and ")}`;
  }),
  "user.reset_requested": act("account", "Asked for a new password by mail"),
  "user.password_reset": act("account", "Chose a new password by mail"),
  "user.password_changed": act("account", "Changed their password"),
  "user.email_verified": act("account", "Confirmed their email address"),
  "user.email_change_requested": act("account", "Asked to change their email address"),
  "user.email_changed": act("account", "Changed their email address"),
  "second_factor.enabled": act("account", "Turned two-factor authentication on"),
  "second_factor.disabled": act("account", "Turned two-factor authentication off"),
  "second_factor.codes_renewed": act("account", "Made new recovery codes"),
  "second_factor.recovery_code_used": act("account", "Signed in with a recovery code"),
  "connected_account.linked": act("account", ({ provider }) =>
    textOf(provider) === null ? "Connected an account" : `Connected ${textOf(provider)}`,
  ),
  "connected_account.unlinked": act("account", ({ provider }) =>
    textOf(provider) === null ? "Disconnected an account" : `Disconnected ${textOf(provider)}`,
  ),
  "user.deleted": act("account", "Deleted their account"),

  "api_key.created": act("keys", ofKey("Created")),
  "api_key.imported": act("keys", ofKey("Imported")),
  "api_key.renamed": act("keys", ofRename("the key")),
  "api_key.updated": act("keys", ofKeyUpdate),
  "api_key.disabled": act("keys", ofKey("Disabled")),
  "api_key.enabled": act("keys", ofKey("Enabled")),
  "api_key.revoked": act("keys", ofRevoke),
  "api_key.revoke_undone": act("keys", (details) => `Brought back ${named("key", details)}`),
  "api_key.exposed": act("keys", (details) => `Saw ${named("key", details)} in public`),
  "api_key.rotated": act("keys", (details) => `Made a new secret for ${named("key", details)}`),
  "api_key.secret_activated": act(
    "keys",
    (details) => `First used the new secret of ${named("key", details)}`,
  ),
  "api_key.rotation_cancelled": act(
    "keys",
    (details) => `Cancelled the rotation of ${named("key", details)}`,
  ),
  "api_key.old_secret_retired": act(
    "keys",
    (details) => `Retired the old secret of ${named("key", details)}`,
  ),
  "api_key.overlap_extended": act(
    "keys",
    (details) => `Extended the overlap of ${named("key", details)}`,
  ),
  "api_key.rotation_due": act(
    "keys",
    (details) => `Asked for a rotation of ${named("key", details)}`,
  ),

  "resource.created": act("resources", ofResource("Created")),
  "resource.updated": act("resources", ofResource("Changed")),
  "resource.deleted": act("resources", ofResource("Deleted")),

  "webhook_endpoint.created": act("webhooks", ofEndpoint("Added")),
  "webhook_endpoint.updated": act("webhooks", ofEndpoint("Changed")),
  "webhook_endpoint.enabled": act("webhooks", ofEndpoint("Enabled")),
  "webhook_endpoint.disabled": act("webhooks", ofEndpointDisabled),
  "webhook_endpoint.deleted": act("webhooks", ofEndpoint("Deleted")),
  "webhook_endpoint.secret_rolled": act("webhooks", ofEndpoint("Rolled the signing secret of")),
  "webhook_endpoint.old_secret_ended": act(
    "webhooks",
    ofEndpoint("Ended the old signing secret of"),
  ),
  "webhook_endpoint.tested": act("webhooks", ofEndpoint("Sent a test event to")),
  "webhook_endpoint.failed_resent": act("webhooks", ofResend),
  "webhook_delivery.resent": act("webhooks", "Sent a webhook delivery again"),

  "workspace.created": act("workspace", ({ name }) =>
    textOf(name) === null ? "Opened the workspace" : `Opened the workspace “${textOf(name)}”`,
  ),
  "workspace.renamed": act("workspace", ofRename("the workspace")),
  "workspace.plan_changed": act("workspace", (details) => {
    const [from, to] = [textOf(details.from), textOf(details.to)];
    const what =
      to === null ? "Changed the plan" : `Changed the plan${from ? ` from ${from}` : ""} to ${to}`;
    return ofReason(what)(details);
  }),
  "workspace.deleted": act("workspace", "Deleted the workspace"),
  "workspace.suspended": act("support", ofReason("Suspended the account")),
  "workspace.restored": act("support", ofReason("Restored the account")),
  "workspace.limits_changed": act("support", ofReason("Changed the account’s own limits")),

  "support_view.started": act("support", ofReason("Began to look at the dashboard, read-only")),
  "support_view.ended": act("support", "Stopped looking at the dashboard"),

  "operator.added": act("operators", ofOperator("Made", "an operator")),
  "operator.removed": act("operators", ofOperator("Took", "out of the operators")),

  ...catalogueActs,

  "member.joined": act("members", (details) => `Joined the workspace${asRole(details)}`),
  "member.role_changed": act("members", ofRoleChange),
  "member.ownership_transferred": act(
    "members",
    (details) => `Transferred the ownership to ${memberOf(details)}`,
  ),
  "member.removed": act(
    "members",
    ofLeaving((details) => `Removed ${memberOf(details)} from the workspace`),
  ),
  "member.left": act(
    "members",
    ofLeaving(() => "Left the workspace"),
  ),
  "invitation.created": act("members", ofInvitation("Invited")),
  "invitation.renewed": act("members", ofInvitation("Invited again")),
  "invitation.revoked": act("members", ofInvitation("Took back the invitation of")),

  "top_up.started": act("billing", ofTopUp("was started")),
  "top_up.pending": act("billing", ofTopUp("is being processed")),
  "top_up.succeeded": act("billing", ofTopUp("arrived")),
  "top_up.failed": act("billing", ofTopUp("failed")),
  "top_up.needs_action": act("billing", ofTopUp("waits for the cardholder’s confirmation")),
  "top_up.cancelled": act("billing", ofTopUp("was cancelled")),
  "top_up.withdrawn": act("billing", "Withdrew a top-up"),
  "top_up.refunded": act("billing", ofTopUp("was refunded")),
  "top_up.refund_failed": act("billing", ofTopUp("could not be refunded")),
  "top_up.disputed": act("billing", ofTopUp("was disputed with the bank")),
  "top_up.dispute_won": act("billing", ofTopUp("came back after a dispute")),
  "top_up.dispute_lost": act("billing", ofTopUp("was lost in a dispute")),
  "auto_top_up.on": act("billing", "Switched auto top-up on"),
  "auto_top_up.changed": act("billing", "Changed auto top-up"),
  "auto_top_up.off": act("billing", "Switched auto top-up off"),
  "auto_top_up.resumed": act("billing", "Resumed auto top-up"),
  "auto_top_up.paused": act("billing", ofPause),
  "low_balance_alert.changed": act("billing", ofLowBalanceAlert),
  "card.setup_opened": act("billing", "Began to save a card"),
  "card.saved": act("billing", ({ last4 }) =>
    textOf(last4) === null ? "Saved a card" : `Saved the card ending in ${textOf(last4)}`,
  ),
  "card.forgotten": act("billing", ({ last4 }) =>
    textOf(last4) === null ? "Removed the card" : `Removed the card ending in ${textOf(last4)}`,
  ),
  "credit.granted": act("billing", ofGrant("Granted")),
  "balance.adjusted": act("billing", ofAdjustment),
  "credit_code.created": act("billing", (details) => {
    const amount = amountOf(details);
    return `Made ${codeOf(details)}${amount ? ` for ${amount}` : ""}`;
  }),
  "credit_code.disabled": act("billing", (details) => `Disabled ${codeOf(details)}`),
  "credit_code.redeemed": act("billing", (details) => {
    const amount = amountOf(details);
    return amount ? `Redeemed a code for ${amount}` : "Redeemed a code";
  }),
} as const satisfies Record<string, Act>;

/** `noun.verb_in_past` of everything that can be recorded. */
export type AuditAction = keyof typeof table;

const acts: Readonly<Record<string, Act>> = table;

/** Every act that can be recorded. */
export const auditActions: readonly string[] = Object.keys(table);

/** The acts of one group. */
export function actionsIn(group: ActGroup): string[] {
  return auditActions.filter((name) => acts[name]?.group === group);
}

/** Text of strangers on one line: nothing in it may end a sentence that is ours. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** An act as a sentence. One of an earlier or later version, unknown here, is spelt from its name. */
export function actSentence(action: string, details: unknown): string {
  const known = Object.hasOwn(acts, action) ? acts[action] : undefined;
  if (!known) return action.replace(/[._]/g, " ");
  const record = typeof details === "object" && details !== null ? { ...details } : {};
  return oneLine(known.say(record));
}

import { brand } from "@/lib/brand";
import { appOrigin } from "@/lib/env";
import type { SecretMail } from "@/lib/mail/account-templates";
import { type MailMessage, renderMail } from "@/lib/mail/message";
import { formatUsd } from "@/lib/money";
import type { Role } from "@/lib/scope";

/*
 * Names of people and workspaces are whatever somebody typed, and an invitation goes to strangers: they stand
 * among the facts, in nobody's subject and in no sentence of ours.
 */

const page = (path: string) => `${appOrigin()}${path}`;

const choicesUrl = () => page("/settings/notifications");

const memberReason = () => `You get this because you are a member of a workspace at ${brand.name}.`;
const managerReason = "You get this because you are an owner or admin of this workspace.";

export interface InvitationFacts {
  workspaceName: string;
  inviterName: string;
  role: Role;
}

/** The link that leads to joining a workspace; the copy that is kept in clear has none. */
export function invitationMail(link: string, facts: InvitationFacts): SecretMail {
  const render = (url: string) =>
    renderMail({
      subject: `You are invited to a workspace at ${brand.name}`,
      heading: "You are invited to a workspace",
      paragraphs: [
        "Join it to work on its API keys, usage and billing, as far as your role goes. The link works once, for 7 days, and for this address alone.",
        "If you don't know who this is from, ignore this mail: nothing happens without the link.",
      ],
      facts: [
        ["Workspace", facts.workspaceName],
        ["Invited by", facts.inviterName],
        ["Your role", facts.role],
      ],
      action: { label: "See the invitation", url },
      reason: `You get this because somebody entered this address at ${brand.name}.`,
    });
  return { message: render(page("/")), secretMessage: render(link) };
}

/** To a member whose role is another one now. */
export function roleChangedMail(act: {
  workspaceName: string;
  actorName: string;
  from: Role;
  to: Role;
}): MailMessage {
  const isOwner = act.to === "owner";
  return renderMail({
    subject: isOwner
      ? `You are an owner of a workspace at ${brand.name}`
      : `Your role in a workspace at ${brand.name} was changed`,
    heading: isOwner ? "You are an owner now" : "Your role was changed",
    paragraphs: [
      isOwner
        ? "You may do everything in this workspace, from now on: its keys, its billing, who is in it, and deleting it."
        : "It counts from now on.",
    ],
    facts: [
      ["Workspace", act.workspaceName],
      ["Before", act.from],
      ["Now", act.to],
      ["Changed by", act.actorName],
    ],
    action: { label: "Open the dashboard", url: page("/overview") },
    reason: memberReason(),
  });
}

/** To somebody who was taken out of a workspace. */
export function removedMail(act: {
  workspaceName: string;
  actorName: string;
  areKeysRevoked: boolean;
}): MailMessage {
  return renderMail({
    subject: `You were removed from a workspace at ${brand.name}`,
    heading: "You were removed from a workspace",
    paragraphs: [
      "You can't open it any more.",
      act.areKeysRevoked
        ? "The API keys that you had made there were revoked and don't work any more."
        : "API keys that you had made there belong to the workspace and stay.",
    ],
    facts: [
      ["Workspace", act.workspaceName],
      ["Removed by", act.actorName],
    ],
    action: { label: "Open the dashboard", url: page("/overview") },
    reason: "You get this because you were a member of this workspace.",
  });
}

/** To owners and admins: somebody is in. */
export function memberJoinedMail(act: {
  workspaceName: string;
  memberName: string;
  memberEmail: string;
  role: Role;
}): MailMessage {
  return renderMail({
    subject: `Somebody joined your workspace at ${brand.name}`,
    heading: "Somebody joined your workspace",
    paragraphs: ["They accepted an invitation."],
    facts: [
      ["Workspace", act.workspaceName],
      ["Name", act.memberName],
      ["Address", act.memberEmail],
      ["Role", act.role],
    ],
    action: { label: "See the members", url: page("/settings/members") },
    reason: managerReason,
    choicesUrl: choicesUrl(),
  });
}

/** To owners and admins: somebody is out, by themselves or not. */
export function memberLeftMail(act: {
  workspaceName: string;
  memberName: string;
  memberEmail: string;
  /** Null where they left by themselves. */
  actorName: string | null;
  areKeysRevoked: boolean;
}): MailMessage {
  return renderMail({
    subject: `Somebody ${act.actorName === null ? "left" : "was removed from"} your workspace at ${brand.name}`,
    heading:
      act.actorName === null
        ? "Somebody left your workspace"
        : "Somebody was removed from your workspace",
    paragraphs: [
      act.areKeysRevoked
        ? "The API keys that they had made were revoked with it. For an hour each can be brought back."
        : "The API keys that they had made go on working.",
    ],
    facts: [
      ["Workspace", act.workspaceName],
      ["Name", act.memberName],
      ["Address", act.memberEmail],
      ...(act.actorName === null ? [] : [["Removed by", act.actorName] as const]),
    ],
    action: { label: "See the members", url: page("/settings/members") },
    reason: managerReason,
    choicesUrl: choicesUrl(),
  });
}

/** To everybody who was in a workspace that its owner has deleted. */
export function workspaceDeletedMail(act: {
  workspaceName: string;
  workspaceId: string;
  actorName: string;
  balanceNanos: bigint;
}): MailMessage {
  const isMoneyLeft = act.balanceNanos > 0n;
  return renderMail({
    subject: `A workspace of yours at ${brand.name} is deleted`,
    heading: "A workspace is deleted",
    paragraphs: [
      "Its API keys have stopped working, its saved card is forgotten, and nobody can open it any more. Payments and the audit trail are kept.",
      ...(isMoneyLeft
        ? [
            `Money is left on its balance. Write to ${brand.supportEmail} and name the workspace below, and we refund what was paid for.`,
          ]
        : []),
    ],
    facts: [
      ["Workspace", `${act.workspaceName} (${act.workspaceId})`],
      ["Deleted by", act.actorName],
      ...(isMoneyLeft ? [["Balance left", formatUsd(act.balanceNanos)] as const] : []),
    ],
    action: { label: "Open the dashboard", url: page("/overview") },
    reason: "You get this because you were a member of this workspace.",
  });
}

import { brand } from "@/lib/brand";
import { appOrigin } from "@/lib/env";
import { type MailMessage, renderMail } from "@/lib/mail/message";

const page = (path: string) => `${appOrigin()}${path}`;
const reason = "You get this because you own this workspace.";

export interface SupportFacts {
  workspaceName: string;
  /** As the operator wrote it for the customer. */
  reason: string;
}

function factsOf(facts: SupportFacts) {
  return [
    ["Workspace", facts.workspaceName],
    ["Reason", facts.reason],
  ] as const;
}

/** To the owners: the company has suspended their account. */
export function suspendedMail(facts: SupportFacts): MailMessage {
  return renderMail({
    subject: `A workspace of yours at ${brand.name} is suspended`,
    heading: "Your workspace is suspended",
    paragraphs: [
      "Requests with its API keys are refused from now on. Nothing has been deleted: the dashboard can be read, but nothing changed.",
      `Write to ${brand.supportEmail} to have it restored.`,
    ],
    facts: factsOf(facts),
    action: { label: "Open the dashboard", url: page("/overview") },
    reason,
  });
}

/** To the owners: the suspension is taken back. */
export function restoredMail(facts: SupportFacts): MailMessage {
  return renderMail({
    subject: `A workspace of yours at ${brand.name} is restored`,
    heading: "Your workspace is restored",
    paragraphs: ["Its API keys work again, with the limits and the balance that they had."],
    facts: factsOf(facts),
    action: { label: "Open the dashboard", url: page("/overview") },
    reason,
  });
}

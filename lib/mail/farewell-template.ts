import { brand } from "@/lib/brand";
import { appOrigin } from "@/lib/env";
import { type MailMessage, renderMail } from "@/lib/mail/message";
import { momentText } from "@/lib/mail/templates";
import { formatUsd } from "@/lib/money";

export interface DeletedAccount {
  deletedAt: Date;
  /** Workspaces that ended with the account; what is left on each balance is in nano-dollars. */
  workspaces: readonly { id: string; name: string; balanceNanos: bigint }[];
}

/** The last mail to somebody who has deleted their account: what ended, and how to get money back. */
export function farewellMail({ deletedAt, workspaces }: DeletedAccount): MailMessage {
  const rest = workspaces.filter(({ balanceNanos }) => balanceNanos > 0n);
  return renderMail({
    subject: `Your ${brand.name} account is deleted`,
    heading: "Your account is deleted",
    paragraphs: [
      "Your API keys have stopped working, your sessions have ended, and this is the last mail you get from us. Payments and the audit trail are kept, without your name and address.",
      ...(rest.length > 0
        ? [
            `Money is left on your balance. Write to ${brand.supportEmail} from this address and name the workspace below, and we refund what you paid for.`,
          ]
        : []),
      `If this wasn't you, write to ${brand.supportEmail} at once.`,
    ],
    facts: [
      ["Deleted", momentText(deletedAt)],
      ...rest.flatMap(({ id, name, balanceNanos }): [string, string][] => [
        ["Workspace", `${name} (${id})`],
        ["Balance left", formatUsd(balanceNanos)],
      ]),
    ],
    action: { label: "Open a new account", url: `${appOrigin()}/sign-up` },
    reason: "You get this because your account was deleted.",
  });
}

/** What somebody may choose to be told of, in the page's order, with the kinds of mails it stands for. */
export const notices = {
  key_expiring: {
    label: "Keys that expire",
    description: "Seven days before a key expires, and again one day before.",
    mails: ["key_expiring"],
  },
  rotation_due: {
    label: "Rotations that are due",
    description:
      "When a key’s rotation policy asks for a new secret, and a day before its deadline.",
    mails: ["rotation_due", "rotation_reminder"],
  },
  low_balance: {
    label: "Low balance",
    description: "When the balance falls below the workspace’s alert, and when it is used up.",
    mails: ["low_balance", "balance_depleted"],
  },
  auto_top_up: {
    label: "Failed auto top-ups",
    description: "When the saved card can’t be charged, or auto top-up is paused.",
    mails: ["auto_top_up_failed", "auto_top_up_action", "auto_top_up_paused"],
  },
  receipt: {
    label: "Receipts",
    description: "For each payment that arrives. Billing keeps every receipt as well.",
    mails: ["receipt"],
  },
  members: {
    label: "Members who come and go",
    description: "When somebody joins a workspace, leaves it or is removed.",
    mails: ["member_joined", "member_left"],
  },
} as const satisfies Record<
  string,
  { label: string; description: string; mails: readonly string[] }
>;

export type Notice = keyof typeof notices;

export const noticeNames = Object.keys(notices) as readonly Notice[];

/** The choice that a kind of mail falls under; null for those that always come, such as leaked keys. */
export function noticeOfMail(kind: string): Notice | null {
  return (
    noticeNames.find((notice) => {
      const mails: readonly string[] = notices[notice].mails;
      return mails.includes(kind);
    }) ?? null
  );
}

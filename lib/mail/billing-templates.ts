import { brand } from "@/lib/brand";
import { appOrigin } from "@/lib/env";
import { type MailMessage, renderMail } from "@/lib/mail/message";
import { choicesPage, dayText, momentText } from "@/lib/mail/templates";
import { centsToNanos, formatUsd } from "@/lib/money";

const payersReason = "You get this because you own, manage or pay for this workspace.";

const billingPage = () => `${appOrigin()}/billing`;
const dollars = (cents: number) => formatUsd(centsToNanos(cents));

/** A payment as a mail tells of it. */
export interface MailTopUp {
  id: string;
  workspaceName: string;
  amountCents: number;
  currency: string;
  /** Charged by auto top-up. */
  isAuto: boolean;
}

/** A payment has arrived and is credited. */
export function receiptMail(
  topUp: MailTopUp,
  receipt: { number: string; paidAt: Date },
): MailMessage {
  const amount = dollars(topUp.amountCents);
  return renderMail({
    subject: `Receipt for your ${amount} top-up`,
    heading: `We received ${amount}`,
    paragraphs: [
      topUp.isAuto
        ? "Auto top-up charged your saved card, because the balance had fallen below your threshold. The credit is on your balance."
        : "Thank you. The credit is on your balance and can be spent.",
    ],
    facts: [
      ["Amount", `${amount} ${topUp.currency.toUpperCase()}`],
      ["Date", momentText(receipt.paidAt)],
      ["Workspace", topUp.workspaceName],
      ["Paid to", brand.name],
      ["Receipt number", receipt.number],
    ],
    action: { label: "View the receipt", url: `${billingPage()}/receipts/${topUp.id}` },
    reason: payersReason,
    choicesUrl: choicesPage(),
  });
}

/** The saved card was declined. */
export function autoTopUpFailedMail(
  topUp: MailTopUp,
  failure: { message: string | null; isPaused: boolean; retryAt: Date | null },
): MailMessage {
  const amount = dollars(topUp.amountCents);
  const next = failure.isPaused
    ? "Auto top-up is paused now, because several payments in a row failed. Save another card or top up by hand, and it goes on."
    : failure.retryAt
      ? `The card is tried again after ${momentText(failure.retryAt)}, as long as the balance is low.`
      : "The card is tried again as long as the balance is low.";
  return renderMail({
    subject: `Auto top-up of ${amount} failed`,
    heading: `We couldn't charge your card ${amount}`,
    paragraphs: [
      "Nothing was charged, and your balance is low. When it is used up, requests are refused.",
      next,
    ],
    facts: [
      ["Amount", amount],
      ["Reason", failure.message ?? "The payment was declined."],
      ["Workspace", topUp.workspaceName],
    ],
    action: { label: "Open Billing", url: billingPage() },
    reason: payersReason,
    choicesUrl: choicesPage(),
  });
}

/** The bank wants the cardholder to confirm, which nobody but they can do. */
export function autoTopUpActionMail(topUp: MailTopUp): MailMessage {
  const amount = dollars(topUp.amountCents);
  return renderMail({
    subject: `Your bank wants you to confirm a ${amount} top-up`,
    heading: "Your bank asks for your confirmation",
    paragraphs: [
      `Auto top-up tried to charge your saved card ${amount}, and the bank asks its holder to confirm. Nothing was charged, and auto top-up is paused until then.`,
      "Top up once by hand and confirm the payment with your bank; auto top-up then goes on by itself.",
    ],
    facts: [
      ["Amount", amount],
      ["Workspace", topUp.workspaceName],
    ],
    action: { label: "Open Billing", url: billingPage() },
    reason: payersReason,
    choicesUrl: choicesPage(),
  });
}

/** Auto top-up is on, the balance is low, and nothing is charged. */
export function autoTopUpPausedMail(
  workspaceName: string,
  reason: "monthly_limit" | "card_expired",
): MailMessage {
  const isLimit = reason === "monthly_limit";
  return renderMail({
    subject: isLimit ? "Auto top-up has reached its monthly limit" : "Your saved card has expired",
    heading: isLimit ? "Auto top-up has reached its monthly limit" : "Your saved card has expired",
    paragraphs: [
      isLimit
        ? "Your balance is low, and this month's limit leaves no room for another automatic payment. Auto top-up goes on with the new month (UTC), or as soon as you raise the limit."
        : "Your balance is low, and auto top-up can't charge a card that has expired. Save another one, and it goes on.",
      "When the balance is used up, requests are refused.",
    ],
    facts: [["Workspace", workspaceName]],
    action: { label: "Open Billing", url: billingPage() },
    reason: payersReason,
    choicesUrl: choicesPage(),
  });
}

export interface MailBalance {
  workspaceName: string;
  balanceNanos: bigint;
  alertCents: number;
  autoTopUpIsOn: boolean;
}

const balanceFacts = (balance: MailBalance) =>
  [
    ["Balance", formatUsd(balance.balanceNanos, { precise: true })],
    ["Workspace", balance.workspaceName],
  ] as const;

/** The balance has fallen below the threshold of the alert. */
export function lowBalanceMail(balance: MailBalance): MailMessage {
  const threshold = dollars(balance.alertCents);
  return renderMail({
    subject: `Your balance is below ${threshold}`,
    heading: "Your balance is low",
    paragraphs: [
      `It has fallen below ${threshold}, where you wanted to be told. When it is used up, requests are refused.`,
      balance.autoTopUpIsOn
        ? "Auto top-up is on; look at Billing for what it does."
        : "Top up, or let auto top-up do it for you.",
    ],
    facts: balanceFacts(balance),
    action: { label: "Top up", url: billingPage() },
    reason: payersReason,
    choicesUrl: choicesPage(),
  });
}

/** The balance is as good as gone. */
export function balanceDepletedMail(balance: MailBalance): MailMessage {
  return renderMail({
    subject: "Your balance is used up",
    heading: "Your balance is used up",
    paragraphs: [
      "Requests that would cost more than what is left are refused until you top up.",
      balance.autoTopUpIsOn
        ? "Auto top-up is on; look at Billing for what it does."
        : "Auto top-up can keep this from happening again.",
    ],
    facts: balanceFacts(balance),
    action: { label: "Top up", url: billingPage() },
    reason: payersReason,
    choicesUrl: choicesPage(),
  });
}

/** Money of a payment that went back, or is contested. */
export interface MailReversal {
  workspaceName: string;
  topUpId: string;
  amountNanos: bigint;
  at: Date;
}

const reversalFacts = (reversal: MailReversal) =>
  [
    ["Amount", formatUsd(reversal.amountNanos)],
    ["Payment", reversal.topUpId],
    ["Date", dayText(reversal.at)],
    ["Workspace", reversal.workspaceName],
  ] as const;

/** A payment, or a part of it, was refunded. */
export function refundMail(reversal: MailReversal): MailMessage {
  const amount = formatUsd(reversal.amountNanos);
  return renderMail({
    subject: `We refunded ${amount}`,
    heading: `${amount} is on its way back to you`,
    paragraphs: [
      "The refund goes to the card that was charged; banks take up to ten days to show it. The same amount was taken off your balance.",
    ],
    facts: reversalFacts(reversal),
    action: { label: "Open Billing", url: billingPage() },
    reason: payersReason,
  });
}

/** A refund didn't reach the customer's card. */
export function refundFailedMail(reversal: MailReversal): MailMessage {
  const amount = formatUsd(reversal.amountNanos);
  return renderMail({
    subject: `A refund of ${amount} failed`,
    heading: `${amount} couldn't be refunded`,
    paragraphs: [
      "The bank didn't take the refund, so the same amount is on your balance again. Write to us if you want it back in another way.",
    ],
    facts: reversalFacts(reversal),
    action: { label: "Open Billing", url: billingPage() },
    reason: payersReason,
  });
}

export type DisputeState = "opened" | "won" | "lost";

const disputeTexts: Record<DisputeState, { heading: string; paragraph: string }> = {
  opened: {
    heading: "A payment of yours is disputed",
    paragraph:
      "The cardholder's bank has taken this payment back, so its amount is off your balance until the bank has decided. Auto top-up is paused. If you know nothing of this, write to us.",
  },
  won: {
    heading: "A dispute was withdrawn",
    paragraph: "The bank has let the payment stand, and its amount is on your balance again.",
  },
  lost: {
    heading: "A dispute was decided for the cardholder",
    paragraph: "The bank has kept the payment, and its amount stays off your balance.",
  },
};

/** A cardholder's bank has taken a payment back, or has decided on it. */
export function disputeMail(reversal: MailReversal, state: DisputeState): MailMessage {
  const { heading, paragraph } = disputeTexts[state];
  return renderMail({
    subject: `${heading} (${formatUsd(reversal.amountNanos)})`,
    heading,
    paragraphs: [paragraph],
    facts: reversalFacts(reversal),
    action: { label: "Open Billing", url: billingPage() },
    reason: payersReason,
  });
}

import type { Route } from "next";
import { ResumeButton } from "@/app/(dashboard)/billing/resume-button";
import { SaveCardButton } from "@/app/(dashboard)/billing/save-card-button";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { RelativeTime } from "@/components/relative-time";
import type { BillingProfile } from "@/lib/billing/profile";
import type { PauseReason } from "@/lib/billing/profile-schema";

type AutoTopUp = BillingProfile["autoTopUp"];

/** Why automatic top-ups stopped, and which way leads out. */
const reasons: Record<PauseReason, { title: string; text: string; ways: readonly Way[] }> = {
  declined: {
    title: "Automatic top-up is paused: your card was declined",
    text: "After three declines in a row we stop trying. Replace the card, or resume if your bank has sorted it out.",
    ways: ["card", "resume"],
  },
  needs_action: {
    title: "Automatic top-up is paused: your bank asks for you",
    text: "It doesn’t let us charge the card without your confirmation. Add credit yourself once and confirm it with your bank, then resume.",
    ways: ["pay", "resume"],
  },
  monthly_limit: {
    title: "Automatic top-up is paused: the monthly limit is reached",
    text: "It goes on by itself on the 1st, UTC. Raise the limit to go on now.",
    ways: [],
  },
  card_expired: {
    title: "Automatic top-up is paused: your card has expired",
    text: "Replace it, and automatic top-ups go on.",
    ways: ["card"],
  },
  disputed: {
    title: "Automatic top-up is paused: a payment is disputed",
    text: "A payment was disputed with the bank. Resume when that was a mistake or is settled.",
    ways: ["resume"],
  },
};

type Way = "card" | "pay" | "resume";

export function PausedNotice({ autoTopUp, mayPay }: { autoTopUp: AutoTopUp; mayPay: boolean }) {
  const { pausedReason, retryAt, lastFailure } = autoTopUp;
  if (pausedReason === null) {
    if (!retryAt) return null;
    return (
      <Callout
        tone="amber"
        role="status"
        title="The last automatic top-up was declined"
        action={mayPay ? <Ways ways={["card", "resume"]} resumeLabel="Try again now" /> : null}
      >
        {lastFailure?.message ? `${lastFailure.message} ` : null}
        We try again <RelativeTime at={retryAt} />.
      </Callout>
    );
  }
  const { title, text, ways } = reasons[pausedReason];
  const isDecline = pausedReason === "declined" && lastFailure?.message;
  return (
    <Callout
      tone="amber"
      role="status"
      title={title}
      action={mayPay && ways.length > 0 ? <Ways ways={ways} resumeLabel="Resume" /> : null}
    >
      {isDecline ? `${lastFailure.message} ` : null}
      {text}
    </Callout>
  );
}

function Ways({ ways, resumeLabel }: { ways: readonly Way[]; resumeLabel: string }) {
  return (
    <>
      {ways.includes("card") ? <SaveCardButton label="Replace card" /> : null}
      {ways.includes("pay") ? (
        <ButtonLink size="sm" href={"/billing?add=1" as Route}>
          Add credit
        </ButtonLink>
      ) : null}
      {ways.includes("resume") ? <ResumeButton label={resumeLabel} /> : null}
    </>
  );
}

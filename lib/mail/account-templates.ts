import { brand } from "@/lib/brand";
import { appOrigin } from "@/lib/env";
import { type MailMessage, renderMail } from "@/lib/mail/message";
import { momentText } from "@/lib/mail/templates";

/** When and from where something was done to an account, as its owner recognises it. */
export interface ActOrigin {
  at: Date;
  /** `Firefox on Linux`. */
  device: string;
  address: string | null;
}

/** A mail that holds a secret link, and what may be kept of it in clear. */
export interface SecretMail {
  message: MailMessage;
  secretMessage: MailMessage;
}

const accountReason = () =>
  `You get this because this address belongs to an account at ${brand.name}.`;
const askedReason = () => `You get this because somebody entered this address at ${brand.name}.`;
const notYou = "If it wasn't you, choose a new password at once and sign out your other sessions.";
const ignore = "If you didn't ask for this, ignore this mail: nothing happens without the link.";

const page = (path: string) => `${appOrigin()}${path}`;

/** The link is in the sealed copy; the other one leads to the page where a new one can be had. */
function withLink(
  render: (link: string) => MailMessage,
  link: string,
  instead: string,
): SecretMail {
  return { message: render(page(instead)), secretMessage: render(link) };
}

function factsOf({ at, device, address }: ActOrigin): readonly (readonly [string, string])[] {
  return [
    ["When", momentText(at)],
    ["Device", device],
    ["Address", address ?? "unknown"],
  ];
}

/** The link to choose a new password. */
export function resetMail(link: string): SecretMail {
  return withLink(
    (url) =>
      renderMail({
        subject: `Choose a new password for ${brand.name}`,
        heading: "Choose a new password",
        paragraphs: [
          "Somebody, hopefully you, asked for a new password for your account. The link works once, for 15 minutes.",
          ignore,
        ],
        action: { label: "Choose a new password", url },
        reason: accountReason(),
      }),
    link,
    "/forgot-password",
  );
}

/** The link that opens an account; there is none before it is used. */
export function signUpMail(link: string): SecretMail {
  return withLink(
    (url) =>
      renderMail({
        subject: `Confirm your address to open your ${brand.name} account`,
        heading: "Confirm your address",
        paragraphs: [
          "One step and your account is open. The link works once, for 24 hours.",
          "If you didn't sign up, ignore this mail: without the link there is no account.",
        ],
        action: { label: "Open my account", url },
        reason: askedReason(),
      }),
    link,
    "/sign-up",
  );
}

/** Somebody signed up with an address that has an account already. */
export function alreadySignedUpMail(): MailMessage {
  return renderMail({
    subject: `You already have a ${brand.name} account`,
    heading: "You already have an account",
    paragraphs: [
      "Somebody, perhaps you, tried to sign up with this address. It has an account already, so nothing was changed.",
      "Sign in with it. If you don't remember the password, the sign-in page leads to a new one.",
    ],
    action: { label: "Sign in", url: page("/sign-in") },
    reason: accountReason(),
  });
}

/** The link that confirms the address of an account that is open already. */
export function verifyMail(link: string): SecretMail {
  return withLink(
    (url) =>
      renderMail({
        subject: `Confirm your email address for ${brand.name}`,
        heading: "Confirm your email address",
        paragraphs: [
          "So that notices about your keys and your account reach you. The link works once, for 24 hours.",
          ignore,
        ],
        action: { label: "Confirm my address", url },
        reason: accountReason(),
      }),
    link,
    "/settings",
  );
}

/** The link that signs in. */
export function signInMail(link: string): SecretMail {
  return withLink(
    (url) =>
      renderMail({
        subject: `Sign in to ${brand.name}`,
        heading: "Your sign-in link",
        paragraphs: ["The link works once, for 15 minutes. Don't pass it on.", ignore],
        action: { label: "Sign in", url },
        reason: accountReason(),
      }),
    link,
    "/sign-in",
  );
}

/** To the new address: the link that makes it the account's. */
export function changeEmailMail(link: string): SecretMail {
  return withLink(
    (url) =>
      renderMail({
        subject: `Confirm your new email address for ${brand.name}`,
        heading: "Confirm your new email address",
        paragraphs: [
          "With the link this becomes the address of your account. It works once, for an hour, in a browser where you are signed in.",
          ignore,
        ],
        action: { label: "Use this address", url },
        reason: askedReason(),
      }),
    link,
    "/settings",
  );
}

/** To an address that is another account's already, when somebody wants to change theirs to it. */
export function addressInUseMail(): MailMessage {
  return renderMail({
    subject: `Your address was entered for another ${brand.name} account`,
    heading: "This address belongs to your account",
    paragraphs: [
      "Somebody, perhaps you, wanted to make this the address of another account. It has one already, so nothing was changed.",
      "An address can have one account: to move it, change the address of the account that has it now.",
    ],
    action: { label: "Open settings", url: page("/settings") },
    reason: accountReason(),
  });
}

/** To the old address, after the change. */
export function emailChangedMail(newEmail: string, act: ActOrigin): MailMessage {
  return renderMail({
    subject: `Your email address at ${brand.name} was changed`,
    heading: "Your email address was changed",
    paragraphs: [
      "You sign in with the new address from now on, and mail goes there.",
      `If it wasn't you, write to ${brand.supportEmail} at once.`,
    ],
    facts: [["New address", newEmail], ...factsOf(act)],
    action: { label: "Open settings", url: page("/settings") },
    reason: "You get this because this was the address of your account until now.",
  });
}

/** The password is another one now. */
export function passwordChangedMail(act: ActOrigin): MailMessage {
  return renderMail({
    subject: `Your ${brand.name} password was changed`,
    heading: "Your password was changed",
    paragraphs: ["Every other session of yours was signed out.", notYou],
    facts: factsOf(act),
    action: { label: "It wasn't me: choose a new password", url: page("/forgot-password") },
    reason: accountReason(),
  });
}

/** What changed about the second factor. */
export type SecondFactorChange = "enabled" | "disabled" | "codes_renewed" | "recovery_code_used";

const secondFactorTexts: Record<SecondFactorChange, { subject: string; says: string }> = {
  enabled: {
    subject: "Two-factor authentication was turned on",
    says: "From now on signing in asks for a code of your authenticator app. Keep your recovery codes where you find them without your phone.",
  },
  disabled: {
    subject: "Two-factor authentication was turned off",
    says: "Signing in no longer asks for a code. The recovery codes don't work any more.",
  },
  codes_renewed: {
    subject: "New recovery codes were made",
    says: "Those you had before don't work any more.",
  },
  recovery_code_used: {
    subject: "A recovery code was used to sign in",
    says: "It won't work again. Make new codes in Settings when few are left.",
  },
};

export function secondFactorMail(change: SecondFactorChange, act: ActOrigin): MailMessage {
  const { subject, says } = secondFactorTexts[change];
  return renderMail({
    subject: `${subject} for your ${brand.name} account`,
    heading: subject,
    paragraphs: [says, notYou],
    facts: factsOf(act),
    action: { label: "Open settings", url: page("/settings") },
    reason: accountReason(),
  });
}

/** An account elsewhere was connected, or no longer is. */
export function connectionMail(
  change: "connected" | "disconnected",
  provider: string,
  act: ActOrigin,
): MailMessage {
  const isNew = change === "connected";
  return renderMail({
    subject: `${provider} was ${change} ${isNew ? "to" : "from"} your ${brand.name} account`,
    heading: `${provider} was ${change}`,
    paragraphs: [
      isNew
        ? `You can sign in with ${provider} from now on.`
        : `You can't sign in with ${provider} any more.`,
      notYou,
    ],
    facts: factsOf(act),
    action: { label: "Open settings", url: page("/settings") },
    reason: accountReason(),
  });
}

import { appOrigin } from "@/lib/env";
import { type MailMessage, renderMail } from "@/lib/mail/message";

/** The key a mail is about, as people know it. */
export interface MailKey {
  id: string;
  name: string;
  /** `gate_live`, the readable start. */
  prefix: string;
  last4: string;
}

const ownersReason = "You get this because you own, manage or made this key.";

const moments = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "long",
  timeStyle: "short",
  timeZone: "UTC",
});
const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** A day and minute in UTC, and says so. */
export const momentText = (at: Date) => `${moments.format(at)} UTC`;
/** A day in UTC. */
export const dayText = (at: Date) => days.format(at);

/** Where readers turn mails on and off. */
export const choicesPage = () => `${appOrigin()}/settings/notifications`;
const keyPage = (key: MailKey) => `${appOrigin()}/keys/${key.id}`;
const keyForm = (key: MailKey) => `${key.prefix}_…${key.last4}`;

/** The key ends by itself soon: seven days before, and again one day before. */
export function keyExpiringMail(key: MailKey, expiresAt: Date): MailMessage {
  return renderMail({
    subject: `${key.name} expires on ${days.format(expiresAt)}`,
    heading: `Your API key ${key.name} expires soon`,
    paragraphs: [
      "From then on every request with it is refused. Make its successor in good time, or give it a later expiry.",
    ],
    facts: [
      ["Key", keyForm(key)],
      ["Expires", momentText(expiresAt)],
    ],
    action: { label: "Open the key", url: keyPage(key) },
    reason: ownersReason,
    choicesUrl: choicesPage(),
  });
}

/** The key's rotation policy has opened a rotation. */
export function rotationDueMail(key: MailKey, deadline: Date): MailMessage {
  return renderMail({
    subject: `Rotate ${key.name} by ${days.format(deadline)}`,
    heading: `It is time to rotate ${key.name}`,
    paragraphs: [
      "Its rotation policy asks for a new secret. Rotate it on the key's page, or let your program do it with POST /v1/key/rotate; both secrets then work side by side while you change over.",
      "If nobody does, the key stops working at the deadline.",
    ],
    facts: [
      ["Key", keyForm(key)],
      ["Deadline", momentText(deadline)],
    ],
    action: { label: "Rotate the key", url: keyPage(key) },
    reason: ownersReason,
    choicesUrl: choicesPage(),
  });
}

/** The same rotation is still unclaimed a day before its deadline. */
export function rotationReminderMail(key: MailKey, deadline: Date): MailMessage {
  return renderMail({
    subject: `${key.name} stops working on ${days.format(deadline)} unless it is rotated`,
    heading: `One day left to rotate ${key.name}`,
    paragraphs: [
      "Its rotation is still open. Rotate it on the key's page, or with POST /v1/key/rotate; from the deadline on every request with the old secret is refused.",
    ],
    facts: [
      ["Key", keyForm(key)],
      ["Deadline", momentText(deadline)],
    ],
    action: { label: "Rotate the key", url: keyPage(key) },
    reason: ownersReason,
    choicesUrl: choicesPage(),
  });
}

export interface KeyExposure {
  source: "github" | "form";
  /** Where it was seen, as the finder says; text of a stranger. */
  url: string | null;
  /** Left by somebody who filled in the form; unchecked. */
  reporter: string | null;
}

/** The key was found by others and is revoked. */
export function keyExposedMail(key: MailKey, exposure: KeyExposure): MailMessage {
  const isGitHub = exposure.source === "github";
  return renderMail({
    subject: `${key.name} was leaked and is revoked`,
    heading: `Your API key ${key.name} was found in the open`,
    paragraphs: [
      isGitHub
        ? "GitHub found its secret in public, so we revoked it. Every request with it is refused from now on, and this can't be undone."
        : "Somebody who has its secret reported it to us, so we revoked it. Every request with it is refused from now on, and this can't be undone.",
      "Create a new key, put it where this one was used, and look through the key's usage for requests that weren't yours.",
    ],
    facts: [
      ["Key", keyForm(key)],
      ["Found by", isGitHub ? "GitHub secret scanning" : "Our form for leaked keys"],
      ...(exposure.url ? [["Found at", exposure.url] as const] : []),
      ...(exposure.reporter
        ? [["Reporter", `${exposure.reporter} (we haven't checked this address)`] as const]
        : []),
    ],
    action: { label: "Open the key", url: keyPage(key) },
    reason: ownersReason,
  });
}

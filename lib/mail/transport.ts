import "server-only";
import { createTransport } from "nodemailer";

/** A mail on its way out. */
export interface OutgoingMail {
  /** Makes the Message-ID, so that a mail sent twice by accident is seen as one. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export type SendOutcome =
  | { result: "sent" }
  /** `permanent`: the server will never take this mail. Otherwise a later attempt may succeed. */
  | { result: "refused"; permanent: boolean; reason: string };

export interface MailTransport {
  /** One attempt, of less than a minute. Doesn't throw. */
  send(mail: OutgoingMail): Promise<SendOutcome>;
}

export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  url: string;
  /** `Name <address>` or an address. */
  from: string;
}

const connectMs = 10_000;
const silenceMs = 30_000;
const reasonMax = 300;

const loopbackHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The parts of an address such as `smtp://user:password@host:587`. nodemailer reads such addresses as
 * well, but then looks at no other option. A password must not cross a network in clear, so with one
 * TLS isn't optional. `?tls.rejectUnauthorized=false` accepts a certificate that nobody vouches for.
 */
function connectionOf(address: string) {
  const url = new URL(address);
  const { protocol, hostname, port, username, password, searchParams } = url;
  const hasUser = username !== "";
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    ...(port === "" ? {} : { port: Number(port) }),
    secure: protocol === "smtps:",
    requireTLS: hasUser && !loopbackHost.test(hostname),
    ...(hasUser
      ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }
      : {}),
    tls: { rejectUnauthorized: searchParams.get("tls.rejectUnauthorized") !== "false" },
  };
}

/** nodemailer's names for a mail that was refused as such, not for a connection or a sign-in that failed. */
const mailRefusals = ["EENVELOPE", "EMESSAGE"];

function outcomeOf(error: unknown): SendOutcome {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const status: unknown = error instanceof Error ? Reflect.get(error, "responseCode") : undefined;
  const permanent =
    mailRefusals.some((name) => name === code) && typeof status === "number" && status >= 500;
  const text = error instanceof Error ? error.message : String(error);
  return { result: "refused", permanent, reason: text.slice(0, reasonMax) };
}

function openTransport(url: string) {
  return createTransport({
    ...connectionOf(url),
    dnsTimeout: connectMs,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
    // Nothing in a mail of ours names a file or an address to load.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/**
 * Connects to a mail server and signs in, without sending anything. Null where that works, else why not, in
 * a word of nodemailer's or the server's status.
 */
export async function tryMailServer({ url }: SmtpSettings): Promise<string | null> {
  const transport = openTransport(url);
  try {
    await transport.verify();
    return null;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    const status: unknown = error instanceof Error ? Reflect.get(error, "responseCode") : undefined;
    const words = [code, status].filter((word) => word !== undefined).map(String);
    return words.length > 0 ? words.join(" ") : "no connection";
  } finally {
    transport.close();
  }
}

/** Mail through an SMTP server. */
export function smtpTransport(settings: SmtpSettings): MailTransport {
  const transport = openTransport(settings.url);
  const domain = /@([^@>\s]+)>?$/.exec(settings.from)?.[1] ?? "localhost";
  return {
    async send({ id, to, subject, text, html }) {
      try {
        await transport.sendMail({
          from: settings.from,
          to: { name: "", address: to },
          messageId: `<${id}@${domain}>`,
          headers: { "Auto-Submitted": "auto-generated" },
          ...{ subject, text, html },
        });
        return { result: "sent" };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

/** The transport that the environment describes; null where mail stays in the outbox. */
export function findMailTransport(env: {
  SMTP_URL?: string | undefined;
  MAIL_FROM?: string | undefined;
}): MailTransport | null {
  const { SMTP_URL: url, MAIL_FROM: from } = env;
  return url && from ? smtpTransport({ url, from }) : null;
}

import { once } from "node:events";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface ReceivedMail {
  /** The envelope's recipients. */
  to: string[];
  /** As it came, headers and body. */
  raw: string;
  isEncrypted: boolean;
}

export interface MailServer {
  port: number;
  /** What the server has taken, oldest first. */
  received: ReceivedMail[];
  close(): Promise<void>;
}

/** A reply that a real server would give, such as 421 or 550. */
export function smtpError(status: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: status });
}

/** A real SMTP server on a port of its own. `answer` may throw an `smtpError` for a mail. */
export async function startMailServer(
  options: SMTPServerOptions & { answer?: (mail: ReceivedMail) => void } = {},
): Promise<MailServer> {
  const { answer, ...serverOptions } = options;
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    ...serverOptions,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const mail = {
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString("utf8"),
          isEncrypted: session.secure,
        };
        try {
          answer?.(mail);
        } catch (error) {
          done(error instanceof Error ? error : new Error("refused"));
          return;
        }
        received.push(mail);
        done();
      });
    },
  });
  // A client that leaves is no concern of the server's.
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The header block with folded lines joined, one header an item. */
export function headersOf(raw: string): string[] {
  const [head = ""] = raw.split("\r\n\r\n", 1);
  return head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
}

import { appOrigin } from "@/lib/env";
import { type MailMessage, renderMail } from "@/lib/mail/message";

const managersReason = "You get this because you own or manage this workspace.";

/** An endpoint as a mail tells of it. */
export interface MailEndpoint {
  id: string;
  url: string;
}

const endpointPage = ({ id }: MailEndpoint) => `${appOrigin()}/webhooks/${id}`;

/** An endpoint's attempts keep failing; at so many in a row it will be disabled. */
export function webhookFailingMail(
  endpoint: MailEndpoint,
  { failures, disabledAt }: { failures: number; disabledAt: number },
): MailMessage {
  return renderMail({
    subject: `Your webhook endpoint keeps failing: ${failures} attempts in a row`,
    heading: "A webhook endpoint doesn't take its events",
    paragraphs: [
      `The last ${failures} attempts to send it an event failed. Each event is tried again for about three days; after ${disabledAt} failures in a row the endpoint is disabled.`,
      "Its page shows what was sent and what came back. What has failed can be sent again there.",
    ],
    facts: [["Endpoint", endpoint.url]],
    action: { label: "Open the endpoint", url: endpointPage(endpoint) },
    reason: managersReason,
  });
}

/** The endpoint is disabled, because it failed too often or said that it is gone. */
export function webhookDisabledMail(
  endpoint: MailEndpoint,
  reason: "failures" | "gone",
  failures: number,
): MailMessage {
  const why =
    reason === "gone"
      ? "It answered 410, which says that it wants no more events."
      : `The last ${failures} attempts to send it an event failed.`;
  return renderMail({
    subject: "Your webhook endpoint is disabled",
    heading: "A webhook endpoint is disabled",
    paragraphs: [
      `${why} Events that happen from now on aren't kept for it.`,
      "Once it works, enable it on its page. Events that have failed can be sent again there.",
    ],
    facts: [["Endpoint", endpoint.url]],
    action: { label: "Open the endpoint", url: endpointPage(endpoint) },
    reason: managersReason,
  });
}

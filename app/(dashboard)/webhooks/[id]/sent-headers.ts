import { secondMs } from "@/lib/time";
import type { DeliveryDetail } from "@/lib/webhooks/queries";
import { userAgent } from "@/lib/webhooks/user-agent";

export interface SentHeader {
  name: string;
  value: string;
}

/**
 * What goes with a delivery's body: of its latest attempt, or of the one to come. Signatures are made anew for
 * each attempt and not kept, so of them only the form is told, once for each secret that signs.
 */
export function sentHeaders(
  { message, tries }: Pick<DeliveryDetail, "message" | "tries">,
  secrets: number,
): SentHeader[] {
  const [latest] = tries;
  const timestamp = latest
    ? String(Math.floor(latest.at.getTime() / secondMs))
    : "(the attempt’s time in Unix seconds)";
  return [
    { name: "content-type", value: "application/json" },
    { name: "user-agent", value: userAgent },
    { name: "webhook-id", value: message.id },
    { name: "webhook-timestamp", value: timestamp },
    { name: "webhook-signature", value: Array.from({ length: secrets }, () => "v1,…").join(" ") },
  ];
}

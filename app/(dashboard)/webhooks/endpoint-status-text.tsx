import { clsx } from "clsx";
import { endpointStatus } from "@/app/(dashboard)/webhooks/endpoint-text";
import { exactTimeText } from "@/components/relative-time-text";
import { StatusDot, type StatusTone } from "@/components/status-dot";
import { disableFailures } from "@/lib/webhooks/attempt-state";
import type { Endpoint } from "@/lib/webhooks/queries";

type Shown = Pick<Endpoint, "disabledAt" | "disabledReason" | "failuresInRow">;

interface StatusWords {
  tone: StatusTone;
  text: string;
  /** A quieter word about it. */
  detail?: string;
}

function describeStatus(endpoint: Shown): StatusWords {
  const { failuresInRow, disabledReason } = endpoint;
  switch (endpointStatus(endpoint)) {
    case "active":
      return { tone: "green", text: "active" };
    case "failing":
      return { tone: "amber", text: "failing", detail: `${failuresInRow} in a row` };
    case "disabled":
      return { tone: "neutral", text: "disabled", detail: "by hand" };
    case "stopped":
      return {
        tone: "red",
        text: "disabled",
        detail: disabledReason === "gone" ? "answered 410" : `after ${disableFailures} failures`,
      };
  }
}

export interface EndpointStatusTextProps {
  endpoint: Shown;
  /** In one line, for a page's head. */
  isInline?: boolean;
}

/** How an endpoint stands, and why. */
export function EndpointStatusText({ endpoint, isInline = false }: EndpointStatusTextProps) {
  const { tone, text, detail } = describeStatus(endpoint);
  const { disabledAt } = endpoint;
  return (
    <span
      className={clsx(
        "min-w-0",
        isInline
          ? "flex items-baseline gap-2"
          : "block max-md:flex max-md:items-baseline max-md:gap-2",
      )}
      title={disabledAt ? exactTimeText(disabledAt) : undefined}
    >
      <StatusDot tone={tone}>{text}</StatusDot>
      {detail ? (
        <span className={clsx("block text-xs text-fg-3", !isInline && "md:pl-3.5")}>{detail}</span>
      ) : null}
    </span>
  );
}

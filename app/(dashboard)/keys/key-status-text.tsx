import { clsx } from "clsx";
import { untilText } from "@/app/(dashboard)/keys/[id]/until-text";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { UndoButton } from "@/app/(dashboard)/keys/undo-button";
import { exactTimeText, relativeTimeText } from "@/components/relative-time-text";
import { StatusDot, type StatusTone } from "@/components/status-dot";
import type { KeySummary } from "@/lib/keys/queries";
import { type KeyStatus, keyEndsAt, rotatingUntil } from "@/lib/keys/status";

const tones: Record<KeyStatus, StatusTone> = {
  active: "green",
  expiring: "amber",
  rotating: "amber",
  disabled: "neutral",
  expired: "neutral",
  revoked: "neutral",
};

interface StatusWords {
  text: string;
  /** A quieter word about it. */
  detail?: string | undefined;
  /** The exact instant behind the words. */
  at?: Date | null;
}

/** A status in words, with its time where that is what matters. */
function describeStatus(status: KeyStatus, key: KeySummary, now: Date): StatusWords {
  const since = (word: string, at: Date | null): StatusWords =>
    at ? { text: `${word} ${relativeTimeText(at, now)}`, at } : { text: word };
  switch (status) {
    case "active":
      return { text: "active" };
    case "disabled":
      return since("disabled", key.disabledAt);
    case "revoked":
      return {
        ...since("revoked", key.revokedAt),
        detail: key.revokedReason === "exposed" ? "reported as leaked" : undefined,
      };
    case "expired":
      return since("expired", keyEndsAt(key));
    case "expiring":
      return {
        ...since("expires", keyEndsAt(key)),
        detail: key.rotationDeadlineAt ? "rotation is due" : undefined,
      };
    case "rotating": {
      const until = rotatingUntil(key, now);
      if (key.graceUntil && until) {
        return { text: `rotating until ${untilText(until, now)}`, at: until };
      }
      return { text: "rotating", detail: "new secret not used yet", at: until };
    }
  }
}

export interface KeyStatusTextProps {
  apiKey: KeySummary;
  acted: ActedKey;
  now: Date;
  canManage: boolean;
}

export function KeyStatusText({ apiKey, acted, now, canManage }: KeyStatusTextProps) {
  const { text, detail, at } = describeStatus(acted.status, apiKey, now);
  return (
    <span className="block min-w-0">
      <StatusDot tone={tones[acted.status]}>
        <span
          title={at ? exactTimeText(at) : undefined}
          // The longest of them; two lines keep the table in sight on a laptop.
          className={clsx(acted.status === "rotating" && "md:max-[87rem]:whitespace-normal")}
        >
          {text}
        </span>
      </StatusDot>
      {detail ? <span className="block pl-3.5 text-xs text-fg-3">{detail}</span> : null}
      {canManage && acted.undoUntil ? (
        <span className="block pl-3.5">
          <UndoButton apiKey={acted} />
        </span>
      ) : null}
    </span>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { startTransition, useState } from "react";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { revokeKeyAction } from "@/app/(dashboard)/keys/actions";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { type KeyTraffic, readKeyTraffic } from "@/app/(dashboard)/keys/key-traffic";
import { undoRevoke } from "@/app/(dashboard)/keys/undo-revoke";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { RelativeTime } from "@/components/relative-time";
import { toast } from "@/components/toast";
import { useRemote } from "@/components/use-remote";
import { countText } from "@/lib/count-text";

/** Longer names are a chore to type; the key's last characters stand in for them. */
const typedGraphemesMax = 32;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function isShort(name: string): boolean {
  return [...graphemes.segment(name)].length <= typedGraphemesMax;
}

const undoMs = 12_000;

export interface RevokeDialogProps {
  apiKey: Pick<ActedKey, "id" | "name" | "masked" | "last4" | "wasUsed">;
  onClose: () => void;
}

/** Says what will break, and revokes once the key's name, or its end, is typed. */
export default function RevokeDialog({ apiKey, onClose }: RevokeDialogProps) {
  const router = useRouter();
  const [failure, setFailure] = useState<Failure>();
  const { id, name, masked, last4 } = apiKey;
  const asksName = isShort(name);
  const traffic = useRemote({
    name: id,
    read: (signal) => readKeyTraffic(id, signal),
    mayRetry: () => true,
  });

  async function revoke() {
    const result = await revokeKeyAction({ id }).catch(unreachable);
    // In conflict with nothing but the same act, done elsewhere: what was asked for is so.
    const wasRevoked = !result.ok && result.error.code === "CONFLICT";
    if (!result.ok && !wasRevoked) return setFailure(result.error);
    if (wasRevoked) {
      toast.success("Key already revoked", { description: `Requests with ${masked} are refused.` });
    } else {
      toast.success("Key revoked", {
        description: `Requests with ${masked} are refused now.`,
        duration: undoMs,
        action: { label: "Undo", onClick: () => startTransition(() => undoRevoke(apiKey)) },
      });
    }
    onClose();
    if (wasRevoked) router.refresh();
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke ${name}?`}
      confirmLabel="Revoke key"
      typeToConfirm={asksName ? name : last4}
      typeLabel={asksName ? undefined : `Type ${last4}, the key’s last four characters, to confirm`}
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={revoke}
    >
      <p>
        Every request with <span className="font-mono text-[0.8125rem]">{masked}</span> is refused
        from that moment on, and streams that are open end. You can undo this for 60 minutes; the
        row stays here for your records.
      </p>
      <p className="text-fg">
        <TrafficText
          traffic={traffic.data}
          hasFailed={traffic.error !== null}
          wasUsed={apiKey.wasUsed}
        />
      </p>
    </ConfirmDialog>
  );
}

interface TrafficTextProps {
  traffic: KeyTraffic | undefined;
  hasFailed: boolean;
  wasUsed: boolean;
}

function TrafficText({ traffic, hasFailed, wasUsed }: TrafficTextProps) {
  if (!traffic) {
    if (!hasFailed) return "Looking up who uses it…";
    return wasUsed ? "It has been used: see Usage for how much." : "It had not been used yet.";
  }
  const { requests, lastUsedAt, lastUsedAddress } = traffic;
  if (!lastUsedAt) return "It has never been used.";
  return (
    <>
      It made {countText(requests)} {requests === 1 ? "request" : "requests"} in the last 24 hours;
      the latest <RelativeTime at={lastUsedAt} />
      {lastUsedAddress ? (
        <>
          {" "}
          from <span className="font-mono text-[0.8125rem]">{lastUsedAddress}</span>
        </>
      ) : null}
      .
    </>
  );
}

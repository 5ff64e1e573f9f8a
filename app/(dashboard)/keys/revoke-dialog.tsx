"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { revokeKeyAction } from "@/app/(dashboard)/keys/actions";
import type { ActedKey } from "@/app/(dashboard)/keys/key-acts";
import { type KeyTraffic, readKeyTraffic } from "@/app/(dashboard)/keys/key-traffic";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { RelativeTime } from "@/components/relative-time";

/** Says what will break, and revokes once the key's name is typed. */
export function RevokeDialog({ apiKey, onClose }: { apiKey: ActedKey; onClose: () => void }) {
  const [error, setError] = useState<string>();
  const { id, name, masked } = apiKey;
  const traffic = useQuery({
    queryKey: ["key-traffic", id],
    queryFn: ({ signal }) => readKeyTraffic(id, signal),
    staleTime: 0,
    retry: 1,
  });

  async function revoke() {
    const result = await revokeKeyAction({ id }).catch(unreachable);
    if (!result.ok) return setError(result.error.message);
    toast.success("Key revoked", { description: `Requests with ${masked} are refused now.` });
    onClose();
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke ${name}?`}
      confirmLabel="Revoke key"
      typeToConfirm={name}
      error={error}
      onConfirm={revoke}
    >
      <p>
        Every request with <span className="font-mono text-[0.8125rem]">{masked}</span> is refused
        from that moment on. This can’t be undone; the row stays here for your records.
      </p>
      <p className="text-fg">
        <TrafficText traffic={traffic.data} hasFailed={traffic.isError} wasUsed={apiKey.wasUsed} />
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
      It made {requests.toLocaleString("en")} {requests === 1 ? "request" : "requests"} in the last
      24 hours; the latest <RelativeTime at={lastUsedAt} />
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

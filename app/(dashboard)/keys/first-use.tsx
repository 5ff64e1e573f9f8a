"use client";

import { CircleCheck } from "lucide-react";
import { readRotation } from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { isSessionEnded } from "@/app/(dashboard)/read-json";
import { StatusDot } from "@/components/status-dot";
import { useRemote } from "@/components/use-remote";

const pollMs = 2_000;

export interface FirstUseProps {
  keyId: string;
  /** Of the secret to wait for: after a rotation the old one is in use as well. Left out: any of them. */
  last4?: string;
}

/** Waits for the first request with a key, or with one of its secrets, and says so when it has arrived. */
export function FirstUse({ keyId, last4 = "" }: FirstUseProps) {
  const { data: wasUsed } = useRemote({
    name: `${keyId} ${last4}`,
    read: async (signal) => {
      const { secrets } = await readRotation(keyId, signal);
      return secrets.some(
        ({ masked, lastUsedAt }) => masked.endsWith(last4) && lastUsedAt !== null,
      );
    },
    everyMs: ({ data, error }) => (data || isSessionEnded(error) ? false : pollMs),
  });
  return (
    <div role="status" className="mt-4 text-sm">
      {wasUsed ? (
        <span className="inline-flex items-center gap-1.75 text-green">
          <CircleCheck aria-hidden className="size-4" />
          The first request has arrived.
        </span>
      ) : (
        <StatusDot tone="accent" pulse>
          Waiting for the first request with this key…
        </StatusDot>
      )}
    </div>
  );
}

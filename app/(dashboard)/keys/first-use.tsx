"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { readKeyTraffic } from "@/app/(dashboard)/keys/key-traffic";
import { StatusDot } from "@/components/status-dot";

const pollMs = 2_000;

/** Waits for the first request with a new key, and says so when it has arrived. */
export function FirstUse({ keyId }: { keyId: string }) {
  const { data } = useQuery({
    queryKey: ["key-traffic", keyId],
    queryFn: ({ signal }) => readKeyTraffic(keyId, signal),
    refetchInterval: (query) => (query.state.data?.lastUsedAt ? false : pollMs),
    retry: false,
  });
  return (
    <div role="status" className="mt-4 text-sm">
      {data?.lastUsedAt ? (
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

"use client";

import { readKeyTraffic } from "@/app/(dashboard)/keys/key-traffic";
import { RelativeTime } from "@/components/relative-time";
import { useRemote } from "@/components/use-remote";
import { countText } from "@/lib/count-text";

/** What a key was used for lately, in a sentence; asked for afresh when it is shown. */
export function TrafficLine({ keyId }: { keyId: string }) {
  const { data, error } = useRemote({
    name: keyId,
    read: (signal) => readKeyTraffic(keyId, signal),
    mayRetry: () => true,
  });
  if (!data) {
    return error ? "Who uses it couldn’t be looked up: see its usage." : "Looking up who uses it…";
  }
  const { requests, lastUsedAt, lastUsedAddress } = data;
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

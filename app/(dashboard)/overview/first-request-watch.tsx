"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { readJson } from "@/app/(dashboard)/read-json";
import { StatusDot } from "@/components/status-dot";
import { useRemote } from "@/components/use-remote";
import { FirstRequest } from "@/lib/usage/schema";

const askEveryMs = 2_000;

/** Waits for the first request while the tab is in sight, and says so the moment it is there. */
export function FirstRequestWatch() {
  const router = useRouter();
  const { data } = useRemote({
    name: "first request",
    read: (signal) => readJson(FirstRequest, "/api/first-request", signal),
    everyMs: (state) => (state.data?.state === "arrived" ? false : askEveryMs),
  });
  const hasArrived = data?.state === "arrived";
  // The server draws the next step, and the cards with the request in them.
  useEffect(() => {
    if (hasArrived) router.refresh();
  }, [hasArrived, router]);

  return (
    <div role="status" className="text-sm">
      {data?.state === "arrived" ? (
        <StatusDot tone="green">Your first request has arrived</StatusDot>
      ) : data?.state === "refused" ? (
        <StatusDot tone="amber">
          A request arrived and was refused with {data.status}
          {data.errorCode ? (
            <>
              {" "}
              (<code className="font-mono">{data.errorCode}</code>)
            </>
          ) : null}
          . Its answer says why; waiting for one that succeeds…
        </StatusDot>
      ) : (
        <StatusDot tone="accent" pulse>
          Waiting for the first request…
        </StatusDot>
      )}
    </div>
  );
}

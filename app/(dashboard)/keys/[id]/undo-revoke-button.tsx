"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { undoRevoke } from "@/app/(dashboard)/keys/undo-revoke";
import { Button } from "@/components/button";
import { minuteMs, secondMs } from "@/lib/time";

/** Brings the key back, and says how long that is possible; at the end the page is drawn without it. */
export function UndoRevoke({ apiKey }: { apiKey: ActedKey }) {
  const [isPending, startTransition] = useTransition();
  return (
    <span className="flex flex-wrap items-center gap-3">
      <TimeLeft until={apiKey.undoUntil ?? ""} />
      <Button
        size="sm"
        loading={isPending}
        onClick={() => startTransition(() => undoRevoke(apiKey))}
      >
        Undo revoke
      </Button>
    </span>
  );
}

/** `59 min left`, and within the last minute the seconds. */
function TimeLeft({ until }: { until: string }) {
  const router = useRouter();
  const endMs = Date.parse(until);
  const [leftMs, setLeftMs] = useState(() => endMs - Date.now());
  const isOver = leftMs <= 0;
  useEffect(() => {
    if (isOver) return router.refresh();
    const timer = setInterval(() => setLeftMs(endMs - Date.now()), secondMs);
    return () => clearInterval(timer);
  }, [isOver, endMs, router]);
  const text =
    leftMs >= minuteMs
      ? `${Math.floor(leftMs / minuteMs)} min left`
      : `${Math.max(0, Math.floor(leftMs / secondMs))} s left`;
  return (
    // Server and browser read their own clocks; the first tick settles it.
    <span suppressHydrationWarning className="text-xs whitespace-nowrap tabular-nums">
      {text}
    </span>
  );
}

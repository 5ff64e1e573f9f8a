"use client";

import { useEffect, useState } from "react";
import { exactTimeText, relativeTimeText } from "@/components/relative-time-text";

export interface RelativeTimeProps {
  /** An instant in ISO 8601, or a Date. */
  at: string | Date;
  className?: string;
}

const tickMs = 15_000;

/**
 * How long ago, kept fresh while it is looked at; the exact instant is in the title. Server and
 * browser read their own clocks, so the text may differ by a moment when React takes over: that one
 * difference is expected, and the first tick settles it.
 */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const instant = typeof at === "string" ? new Date(at) : at;
  return (
    <time
      dateTime={instant.toISOString()}
      title={exactTimeText(instant)}
      className={className}
      suppressHydrationWarning
    >
      {relativeTimeText(instant, now)}
    </time>
  );
}

import { clsx } from "clsx";
import type { ReactNode } from "react";

export type StatusTone = "green" | "amber" | "red" | "neutral" | "accent";

const dots: Record<StatusTone, string> = {
  green: "bg-green",
  amber: "bg-amber",
  red: "bg-red",
  neutral: "bg-fg-3",
  accent: "bg-accent",
};

const texts: Record<StatusTone, string> = {
  green: "text-fg",
  amber: "text-amber",
  red: "text-red",
  neutral: "text-fg-3",
  accent: "text-fg-2",
};

/** A state in words with a dot of its colour; the words carry the meaning. */
export function StatusDot({
  tone,
  pulse,
  className,
  children,
}: {
  tone: StatusTone;
  /** For something under way, such as waiting for a first request. */
  pulse?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span className={clsx("inline-flex items-center gap-1.75", texts[tone], className)}>
      <span aria-hidden className="relative flex size-1.75 shrink-0">
        {pulse ? (
          <span
            className={clsx("absolute -inset-1 animate-pulse rounded-full opacity-20", dots[tone])}
          />
        ) : null}
        <span className={clsx("relative size-full rounded-full", dots[tone])} />
      </span>
      <span className="min-w-0">{children}</span>
    </span>
  );
}

import { clsx } from "clsx";
import type { ReactNode } from "react";

export type BadgeTone = "neutral" | "green" | "amber" | "red";

const tones: Record<BadgeTone, string> = {
  neutral: "border-line-strong text-fg-2",
  green: "border-green/30 bg-green-soft text-green",
  amber: "border-amber/35 bg-amber-soft text-amber",
  red: "border-red/30 bg-red-soft text-red",
};

/** A short tag: a scope, an environment, a plan. */
export function Badge({
  tone = "neutral",
  className,
  children,
}: {
  tone?: BadgeTone;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={clsx(
        "inline-flex h-5 items-center gap-1 rounded-sm border px-1.75 text-[0.71875rem] whitespace-nowrap",
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

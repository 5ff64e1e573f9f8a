import { clsx } from "clsx";
import type { ReactNode } from "react";

/** Figures side by side in one frame, parted by hairlines; two in a row on phones. */
export function StatGrid({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <dl
      className={clsx(
        // The grid's own ground shows through the gaps as hairlines, whatever the number of columns.
        "grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line lg:grid-cols-4",
        className,
      )}
    >
      {children}
    </dl>
  );
}

export interface StatCardProps {
  label: string;
  value: ReactNode;
  /** A comparison or a unit under the figure. */
  detail?: ReactNode;
  tone?: "neutral" | "green" | "amber" | "red";
  className?: string;
}

const tones = { neutral: "text-fg-3", green: "text-green", amber: "text-amber", red: "text-red" };

/** One figure with its name. Stands in a `StatGrid`. */
export function StatCard({ label, value, detail, tone = "neutral", className }: StatCardProps) {
  return (
    <div className={clsx("min-w-0 bg-bg px-4 py-3.5", className)}>
      <dt className="text-xs text-fg-3">{label}</dt>
      <dd className="mt-0.5 truncate text-[1.25rem] leading-7 font-semibold tracking-[-0.02em] tabular-nums">
        {value}
      </dd>
      {detail ? <dd className={clsx("text-xs", tones[tone])}>{detail}</dd> : null}
    </div>
  );
}

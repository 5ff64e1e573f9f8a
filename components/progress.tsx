import { clsx } from "clsx";

export interface ProgressProps {
  /** What is measured; the bar's accessible name. */
  label: string;
  value: number;
  max: number;
  /** How the value reads, such as "612 of 1,000 requests". */
  valueText?: string;
  tone?: "neutral" | "accent" | "amber" | "red";
  className?: string;
}

const tones = { neutral: "bg-fg", accent: "bg-accent", amber: "bg-amber", red: "bg-red" };

/** A thin bar of how much of something is used. */
export function Progress({ label, value, max, valueText, tone, className }: ProgressProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      aria-valuetext={valueText}
      className={clsx("h-0.75 overflow-hidden rounded-full bg-selected", className)}
    >
      <div
        className={clsx(
          "h-full rounded-full transition-[width] duration-300",
          tones[tone ?? "neutral"],
        )}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}

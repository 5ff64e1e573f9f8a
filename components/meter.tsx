import type { ReactNode } from "react";
import { Progress } from "@/components/progress";

export interface MeterProps {
  /** What is measured: "Spend this month". */
  label: string;
  used: bigint;
  held?: bigint;
  limit: bigint;
  /** The figures in words, for the eye and for assistive technology. */
  figures: string;
  /** When it starts anew, and what else is worth a word. */
  detail: ReactNode;
}

const nearPercent = 80n;

/** How much of a limit is gone. What is held for open requests counts, because it may be spent. */
export function Meter({ label, used, held = 0n, limit, figures, detail }: MeterProps) {
  const taken = used + held;
  const percent = limit === 0n ? 100n : (taken * 100n) / limit;
  const isFull = taken >= limit;
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="text-fg-2">{label}</span>
        <span className="tabular-nums">{figures}</span>
      </div>
      <Progress
        label={label}
        value={Number(percent > 100n ? 100n : percent)}
        max={100}
        valueText={figures}
        tone={isFull ? "red" : percent >= nearPercent ? "amber" : "neutral"}
        className="mt-1"
      />
      <div className="mt-1 text-xs text-fg-3">
        {isFull ? <span className="text-red">reached · </span> : null}
        {detail}
      </div>
    </div>
  );
}

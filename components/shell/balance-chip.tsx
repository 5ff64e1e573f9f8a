import type { Route } from "next";
import Link from "next/link";
import { Money } from "@/components/money";
import { Progress } from "@/components/progress";

export interface BalanceChipProps {
  /** Nano-dollars as a decimal string. */
  nanos: string;
  /** How long it lasts, such as "about 12 days at this rate". */
  runway?: string | undefined;
  /** How much is left of the last top-up, 0 to 1; leaves out the bar when unknown. */
  share?: number | undefined;
  tone?: "neutral" | "amber" | "red";
}

/** The balance at the sidebar's foot. The amount itself is the element named "Balance". */
export function BalanceChip({ nanos, runway, share, tone = "neutral" }: BalanceChipProps) {
  return (
    <div className="rounded-lg border border-line-strong bg-raised px-3 py-2.5">
      <div className="flex items-baseline justify-between text-xs">
        <span aria-hidden className="text-fg-3">
          Balance
        </span>
        <Link
          href={"/billing" as Route}
          className="rounded-sm text-fg-2 underline-offset-2 hover:text-fg hover:underline"
        >
          Add credit
        </Link>
      </div>
      <output aria-label="Balance" className="block text-md font-semibold tracking-[-0.01em]">
        <Money nanos={nanos} font="sans" exact />
      </output>
      {share === undefined ? null : (
        <Progress
          label="Share of the credit left"
          value={Math.round(share * 100)}
          max={100}
          tone={tone}
          className="mt-1.5"
        />
      )}
      {runway ? <p className="mt-1.5 text-xs text-fg-3">{runway}</p> : null}
    </div>
  );
}

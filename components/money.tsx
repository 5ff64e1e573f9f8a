import { clsx } from "clsx";
import { formatUsd, formatUsdExact } from "@/lib/money";

export interface MoneyProps {
  /** Nano-dollars as a decimal string, because a bigint can't cross to the browser. */
  nanos: string;
  /** Four decimals, for amounts of single requests. */
  precise?: boolean;
  /** `mono` in tables, `sans` in running text and large figures. */
  font?: "mono" | "sans";
  className?: string;
}

/** An amount in dollars; the exact one is in its title. */
export function Money({ nanos, precise, font = "mono", className }: MoneyProps) {
  const amount = BigInt(nanos);
  return (
    <span
      title={formatUsdExact(amount)}
      className={clsx(
        "tabular-nums whitespace-nowrap",
        font === "mono" && "font-mono tracking-[-0.01em]",
        className,
      )}
    >
      {formatUsd(amount, { precise: precise ?? false })}
    </span>
  );
}

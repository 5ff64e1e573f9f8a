import { clsx } from "clsx";
import { formatUsd, formatUsdExact } from "@/lib/money";

export interface MoneyProps {
  /** Nano-dollars as a decimal string, because a bigint can't cross to the browser. */
  nanos: string;
  /** Four decimals, for amounts of single requests. */
  precise?: boolean;
  /** Every digit, those beyond the cents small: for balances and totals that must add up. */
  exact?: boolean;
  /** `mono` in tables, `sans` in running text and large figures. */
  font?: "mono" | "sans";
  className?: string;
}

/** An amount in dollars; the exact one is in its title. */
export function Money({ nanos, precise, exact, font = "mono", className }: MoneyProps) {
  const amount = BigInt(nanos);
  return (
    <span
      title={formatUsdExact(amount)}
      data-nanos={nanos}
      className={clsx(
        "tabular-nums whitespace-nowrap",
        font === "mono" && "font-mono tracking-[-0.01em]",
        className,
      )}
    >
      {exact ? <ExactAmount nanos={amount} /> : formatUsd(amount, { precise: precise ?? false })}
    </span>
  );
}

/** Cents at full size and what is below them smaller; nothing is rounded away. */
function ExactAmount({ nanos }: { nanos: bigint }) {
  const text = formatUsdExact(nanos);
  const cents = text.indexOf(".") + 3;
  // Below a cent the small digits are all there is to see.
  if (nanos < 10_000_000n && nanos > -10_000_000n) return text;
  return (
    <>
      {text.slice(0, cents)}
      {text.length > cents ? (
        <span className="text-[0.72em] font-normal text-fg-3">{text.slice(cents)}</span>
      ) : null}
    </>
  );
}

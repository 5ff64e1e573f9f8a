import { clsx } from "clsx";
import { formatUsdExact, nanosPerCent } from "@/lib/money";

export interface ExactMoneyProps {
  nanos: string;
  /**
   * The decimals of the column's longest amount: shorter ones keep their place, so that the points
   * stand below each other.
   */
  aligned?: number;
  /** Puts a plus before an amount above zero. */
  signed?: boolean;
  className?: string;
}

const tailClass = "text-[0.75em] leading-none";

/** An amount to the last nano-dollar, with what lies below the cent set back. */
export function ExactMoney({ nanos, aligned, signed, className }: ExactMoneyProps) {
  const amount = BigInt(nanos);
  const exact = `${signed && amount > 0n ? "+" : ""}${formatUsdExact(amount)}`;
  // Below a cent the small digits are all there is to see; only a column keeps them set back.
  const [cents, tail] = isBelowCent(amount) && aligned === undefined ? [exact, ""] : split(exact);
  const missing = (aligned ?? 0) - decimalsOf(exact);
  return (
    <span data-nanos={nanos} className={clsx("whitespace-nowrap tabular-nums", className)}>
      {cents}
      {tail ? <span className={clsx(tailClass, "font-normal text-fg-3")}>{tail}</span> : null}
      {missing > 0 ? (
        <span aria-hidden className={clsx(tailClass, "invisible")}>
          {"0".repeat(missing)}
        </span>
      ) : null}
    </span>
  );
}

function decimalsOf(exact: string): number {
  return exact.length - exact.indexOf(".") - 1;
}

function isBelowCent(amount: bigint): boolean {
  return amount !== 0n && amount < nanosPerCent && amount > -nanosPerCent;
}

function split(exact: string): [cents: string, tail: string] {
  const end = exact.indexOf(".") + 3;
  return [exact.slice(0, end), exact.slice(end)];
}

import { clsx } from "clsx";

/** The colour of a series by its place, largest first; the rest is always grey. */
export function seriesColor({ isOther }: { isOther: boolean }, index: number): string {
  return isOther ? "var(--s-other)" : `var(--s${(index % 6) + 1})`;
}

/** A small square of a series' colour. */
export function Swatch({ color, className }: { color: string; className?: string }) {
  return (
    <span
      aria-hidden
      className={clsx("size-2.25 shrink-0 rounded-[2px] forced-color-adjust-none", className)}
      style={{ background: color }}
    />
  );
}

/** The dashes that the period before is drawn with. */
export function DashSwatch({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={clsx(
        "w-3.5 shrink-0 border-t-[1.5px] border-dashed border-line-control",
        className,
      )}
    />
  );
}

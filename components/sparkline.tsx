import { clsx } from "clsx";

export interface SparklineProps {
  /** One figure a bar, the oldest first; the last is still growing and drawn lighter. */
  values: readonly number[];
  /** What the bars say, in words: their text for assistive technology, and their title. */
  label: string;
  className?: string;
}

const width = 4;
const gap = 2;
const height = 20;

/** Tiny bars for the shape of a series. Each that isn't zero can be seen; zero is a hairline. */
export function Sparkline({ values, label, className }: SparklineProps) {
  const highest = Math.max(1, ...values);
  const totalWidth = values.length * (width + gap) - gap;
  // One path for all bars of a kind: a table has fifty of these, and elements are what costs.
  const bars = { past: "", growing: "", none: "" };
  values.forEach((value, index) => {
    const kind = value <= 0 ? "none" : index === values.length - 1 ? "growing" : "past";
    const bar = value > 0 ? Math.max(2, Math.round((value / highest) * height)) : 1;
    bars[kind] += `M${index * (width + gap)} ${height}v-${bar}h${width}v${bar}z`;
  });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${totalWidth} ${height}`}
      width={totalWidth}
      height={height}
      shapeRendering="crispEdges"
      className={clsx("inline-block align-middle", className)}
    >
      <title>{label}</title>
      {bars.none ? <path d={bars.none} className="fill-line-strong" /> : null}
      {bars.past ? <path d={bars.past} className="fill-accent" /> : null}
      {bars.growing ? <path d={bars.growing} className="fill-accent opacity-50" /> : null}
    </svg>
  );
}

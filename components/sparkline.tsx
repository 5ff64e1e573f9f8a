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
  const last = values.length - 1;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${values.length * (width + gap) - gap} ${height}`}
      width={values.length * (width + gap) - gap}
      height={height}
      shapeRendering="crispEdges"
      className={clsx("inline-block align-middle", className)}
    >
      <title>{label}</title>
      {values.map((value, index) => {
        const bar = value > 0 ? Math.max(2, Math.round((value / highest) * height)) : 1;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in the series.
            key={index}
            x={index * (width + gap)}
            y={height - bar}
            width={width}
            height={bar}
            className={clsx(
              value > 0 ? "fill-accent" : "fill-line-strong",
              index === last && value > 0 && "opacity-50",
            )}
          />
        );
      })}
    </svg>
  );
}

"use client";

import { DashSwatch, Swatch } from "@/components/chart/swatch";

export interface LegendEntry {
  id: string;
  label: string;
  color: string;
  isShown: boolean;
}

export interface LegendProps {
  entries: readonly LegendEntry[];
  onToggle: (id: string) => void;
  /** The period before, where there is one to compare with. */
  before?: { label: string; isShown: boolean; onToggle: () => void } | undefined;
  /** Which entry is pointed at, so that the chart can bring it forward. */
  onPoint?: (id: string | null) => void;
}

const entryClass =
  "flex min-h-6 max-w-56 items-center gap-1.5 rounded-sm px-1.5 hover:bg-hover hover:text-fg " +
  "aria-[pressed=false]:text-fg-3 aria-[pressed=false]:line-through";

/** The series by colour; pressing one takes it out of the chart and back in. */
export function Legend({ entries, onToggle, before, onPoint }: LegendProps) {
  return (
    <ul aria-label="Series" className="-ml-1.5 flex min-w-0 flex-wrap gap-1">
      {entries.map(({ id, label, color, isShown }) => (
        <li key={id} className="min-w-0">
          <button
            type="button"
            aria-pressed={isShown}
            title={label}
            onClick={() => onToggle(id)}
            onPointerEnter={() => onPoint?.(isShown ? id : null)}
            onPointerLeave={() => onPoint?.(null)}
            onFocus={(event) => {
              if (event.currentTarget.matches(":focus-visible")) onPoint?.(isShown ? id : null);
            }}
            onBlur={() => onPoint?.(null)}
            className={entryClass}
          >
            <Swatch color={isShown ? color : "var(--line-strong)"} />
            <span className="truncate">{label}</span>
          </button>
        </li>
      ))}
      {before ? (
        <li className="min-w-0">
          <button
            type="button"
            aria-pressed={before.isShown}
            onClick={before.onToggle}
            className={entryClass}
          >
            <DashSwatch />
            <span className="truncate">{before.label}</span>
          </button>
        </li>
      ) : null}
    </ul>
  );
}

"use client";

import { clsx } from "clsx";
import { useId } from "react";
import { segmentClass, segmentedFrameClass } from "@/components/segmented-class";

export interface SegmentedOption<T extends string = string> {
  value: T;
  label: string;
  disabled?: boolean;
}

export interface SegmentedProps<T extends string> {
  /** What is being chosen; read before the options. */
  label: string;
  options: readonly SegmentedOption<T>[];
  value: T;
  onValueChange: (value: T) => void;
  className?: string;
}

/** One of a few values, all in sight: radios in a row, with arrow keys as the platform has them. */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const { label, options, value, onValueChange, className } = props;
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={clsx(segmentedFrameClass, className)}>
      {options.map((option) => (
        <label
          key={option.value}
          className={clsx(
            segmentClass,
            "cursor-pointer has-checked:bg-selected has-checked:font-medium has-checked:text-fg",
            "has-focus-visible:outline-2 has-focus-visible:outline-offset-[-2px] has-focus-visible:outline-accent",
            "has-disabled:cursor-not-allowed has-disabled:opacity-50",
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onValueChange(option.value)}
            className="absolute inset-0 size-full cursor-[inherit] appearance-none outline-none"
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}

"use client";

import { clsx } from "clsx";
import { type ReactNode, useId } from "react";

export interface RadioOption<T extends string = string> {
  value: T;
  label: string;
  description?: ReactNode;
  disabled?: boolean;
}

export interface RadioGroupProps<T extends string> {
  legend: string;
  hideLegend?: boolean;
  name?: string;
  options: readonly RadioOption<T>[];
  value?: T;
  defaultValue?: T;
  onValueChange?: (value: T) => void;
  /** `cards` frames each choice; set the columns with `className`, such as "sm:grid-cols-2". */
  layout?: "list" | "cards";
  hint?: ReactNode;
  error?: string | undefined;
  className?: string;
}

/** One choice of a few, as a list or as cards. Each radio is named by its label alone. */
export function RadioGroup<T extends string>(props: RadioGroupProps<T>) {
  const { legend, hideLegend, options, layout = "list", hint, error, className } = props;
  const id = useId();
  const name = props.name ?? id;
  return (
    <fieldset className="min-w-0" aria-describedby={error ? `${id}-error` : undefined}>
      <legend className={clsx("mb-1.5 text-sm font-medium text-fg", hideLegend && "sr-only")}>
        {legend}
      </legend>
      <div className={clsx("grid gap-2", className)}>
        {options.map((option) => (
          <RadioRow
            key={option.value}
            id={`${id}-${option.value}`}
            name={name}
            option={option}
            framed={layout === "cards"}
            checked={props.value === undefined ? undefined : props.value === option.value}
            defaultChecked={
              props.defaultValue === undefined ? undefined : props.defaultValue === option.value
            }
            onPick={() => props.onValueChange?.(option.value)}
          />
        ))}
      </div>
      {error ? (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-xs text-red">
          {error}
        </p>
      ) : null}
      {hint ? <p className="mt-1.5 text-xs text-fg-3">{hint}</p> : null}
    </fieldset>
  );
}

interface RadioRowProps {
  id: string;
  name: string;
  option: RadioOption;
  framed: boolean;
  checked: boolean | undefined;
  defaultChecked: boolean | undefined;
  onPick: () => void;
}

function RadioRow({ id, name, option, framed, checked, defaultChecked, onPick }: RadioRowProps) {
  const descriptionId = option.description ? `${id}-description` : undefined;
  return (
    <div
      className={clsx(
        "relative flex items-start gap-2.5",
        framed && "rounded-lg border border-line-strong bg-raised px-3 py-2.5 transition-colors",
        framed && "hover:border-line-control has-checked:border-accent has-checked:bg-accent-soft",
        option.disabled && "opacity-50",
      )}
    >
      <input
        id={id}
        type="radio"
        name={name}
        value={option.value}
        checked={checked}
        defaultChecked={defaultChecked}
        onChange={onPick}
        disabled={option.disabled}
        aria-describedby={descriptionId}
        className={clsx(
          "relative z-1 mt-0.5 size-4 shrink-0 cursor-pointer appearance-none rounded-full border border-line-control",
          "bg-raised transition-[border-width,border-color] duration-100 checked:border-5 checked:border-accent",
          "disabled:cursor-not-allowed forced-colors:appearance-auto",
        )}
      />
      <div className="grid min-w-0 gap-0.5">
        {/* In a card the label covers the whole frame, so that all of it can be pressed. */}
        <label
          htmlFor={id}
          className={clsx(
            "text-base text-fg",
            framed && "font-medium before:absolute before:inset-0 before:rounded-lg",
          )}
        >
          {option.label}
        </label>
        {option.description ? (
          <p id={descriptionId} className={clsx("text-xs", framed ? "text-fg-2" : "text-fg-3")}>
            {option.description}
          </p>
        ) : null}
      </div>
    </div>
  );
}

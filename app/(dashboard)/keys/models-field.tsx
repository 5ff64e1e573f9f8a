"use client";

import { Plus } from "lucide-react";
import { Field } from "@/components/field";
import { TokenInput } from "@/components/token-input";
import { modelPatternMatches } from "@/lib/keys/model-patterns";

export interface ModelsFieldProps {
  value: readonly string[];
  /** The models there are; null where they could not be read. */
  catalogue: readonly string[] | null;
  error: string | undefined;
  wrong: ReadonlySet<number>;
  onValueChange: (value: string[]) => void;
}

/** The models a key may use: picked from the catalogue, or written, with a star for what follows. */
export function ModelsField({ value, catalogue, error, wrong, onValueChange }: ModelsFieldProps) {
  const isUnknown = (pattern: string) =>
    catalogue !== null && !catalogue.some((model) => modelPatternMatches(pattern, model));
  const open = (catalogue ?? []).filter(
    (model) => !value.some((pattern) => modelPatternMatches(pattern, model)),
  );
  const unknown = value.filter((pattern, place) => !wrong.has(place) && isUnknown(pattern));
  return (
    <div>
      <Field
        label="Models"
        aside={value.length === 0 ? "All are allowed" : "Only these are allowed"}
        error={error}
        hint={
          unknown.length > 0 ? (
            <span className="text-amber">
              Not in the catalogue now: <span className="font-mono">{unknown.join(", ")}</span>
            </span>
          ) : (
            "Pick some, or write the start of their names and a star, such as gpt-*."
          )
        }
      >
        {(control) => (
          <TokenInput
            {...control}
            noun="model"
            values={value}
            invalid={wrong}
            placeholder="Every model"
            onValuesChange={onValueChange}
          />
        )}
      </Field>
      {open.length > 0 ? (
        <fieldset className="mt-2 max-h-26 overflow-y-auto">
          <legend className="sr-only">Models of the catalogue</legend>
          <div className="flex flex-wrap gap-1">
            {open.map((model) => (
              <button
                key={model}
                type="button"
                aria-label={`Allow ${model}`}
                onClick={() => onValueChange([...value, model])}
                className="inline-flex h-6 items-center gap-1 rounded-sm border border-dashed border-line-strong px-1.5 font-mono text-xs text-fg-2 hover:border-line-control hover:text-fg"
              >
                <Plus aria-hidden className="size-3" />
                {model}
              </button>
            ))}
          </div>
        </fieldset>
      ) : null}
    </div>
  );
}

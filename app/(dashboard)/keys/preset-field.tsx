import { clsx } from "clsx";
import { useId } from "react";
import { type KeyPreset, keyPresets } from "@/lib/keys/presets";
import type { KeyScope } from "@/lib/keys/terms";

export interface PresetFieldProps {
  grantable: readonly KeyScope[];
  /** Whether the form says what the preset would fill in. */
  isCurrent: (preset: KeyPreset) => boolean;
  onChoose: (preset: KeyPreset) => void;
}

/** Starting points. They are buttons and no choice that is sent: all they do is fill in what follows. */
export function PresetField({ grantable, isCurrent, onChoose }: PresetFieldProps) {
  const id = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium text-fg">Start from</legend>
      <div className="grid grid-cols-2 gap-2">
        {keyPresets.map((preset) => {
          const descriptionId = `${id}-${preset.id}`;
          const isGrantable = preset.scopes.every((scope) => grantable.includes(scope));
          return (
            <div
              key={preset.id}
              className={clsx(
                "relative rounded-lg border border-line-strong bg-raised px-3 py-2 transition-colors duration-100",
                "has-aria-pressed:border-accent has-aria-pressed:bg-accent-soft",
                isGrantable ? "hover:border-line-control" : "opacity-50",
              )}
            >
              {/* The button covers its card, so that all of it can be pressed. */}
              <button
                type="button"
                aria-pressed={isCurrent(preset)}
                aria-describedby={descriptionId}
                disabled={!isGrantable}
                onClick={() => onChoose(preset)}
                className="font-medium text-fg before:absolute before:inset-0 before:rounded-lg focus-visible:outline-none focus-visible:before:outline-2 focus-visible:before:-outline-offset-1 focus-visible:before:outline-accent disabled:cursor-not-allowed"
              >
                {preset.name}
              </button>
              <p id={descriptionId} className="text-xs text-fg-2 max-sm:hidden">
                {isGrantable ? preset.description : "Only owners and admins can give it."}
              </p>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

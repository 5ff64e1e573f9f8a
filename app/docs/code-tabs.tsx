import { clsx } from "clsx";
import { type ReactNode, useId } from "react";
import type { ChoiceKind } from "@/lib/docs/blocks";

export interface CodeTab {
  key: string;
  label: string;
  content: ReactNode;
}

/** Versions of one piece of code behind tabs, the first one shown. Choosing is the islands' part. */
export function CodeTabs(props: { label: string; choice: ChoiceKind; tabs: readonly CodeTab[] }) {
  const { label, choice, tabs } = props;
  const id = useId();
  const chosen = tabs[0]?.key;
  return (
    <div
      data-tabs
      data-choice={choice}
      data-keys={tabs.map((tab) => tab.key).join(" ")}
      className="my-4 min-w-0"
    >
      <div
        role="tablist"
        aria-label={label}
        data-print="hide"
        className="-mb-px flex gap-1 overflow-x-auto rounded-t-lg border border-line bg-panel px-2 [scrollbar-width:none]"
      >
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            data-tab={tab.key}
            id={`${id}${tab.key}-tab`}
            aria-selected={tab.key === chosen}
            aria-controls={`${id}${tab.key}`}
            tabIndex={tab.key === chosen ? 0 : -1}
            className={clsx(
              "relative h-9 shrink-0 rounded-md px-2 text-xs transition-colors duration-100",
              "text-fg-3 hover:text-fg focus-visible:outline-offset-[-3px]",
              "after:absolute after:inset-x-2 after:bottom-0 after:h-[1.5px]",
              "aria-selected:font-medium aria-selected:text-fg aria-selected:after:bg-fg",
              "pointer-coarse:h-11 pointer-coarse:px-3",
            )}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {tabs.map((tab) => (
        <div
          key={tab.key}
          role="tabpanel"
          id={`${id}${tab.key}`}
          aria-labelledby={`${id}${tab.key}-tab`}
          data-panel={tab.key}
          className={tab.key === chosen ? undefined : "hidden"}
        >
          {tab.content}
        </div>
      ))}
    </div>
  );
}

"use client";

import { clsx } from "clsx";
import { type KeyboardEvent, type ReactNode, useId } from "react";
import { useChoice } from "@/app/docs/use-choice";
import type { ChoiceKind } from "@/lib/docs/blocks";

export interface CodeTab {
  key: string;
  label: string;
  content: ReactNode;
}

/** Versions of one piece of code behind tabs. The panels come from the server; only choosing is done here. */
export function CodeTabs(props: { label: string; choice: ChoiceKind; tabs: readonly CodeTab[] }) {
  const { label, choice, tabs } = props;
  const id = useId();
  const keys = tabs.map((tab) => tab.key);
  const [chosen, choose] = useChoice(choice, keys);

  /** Arrows move among the tabs and choose, as in the ARIA pattern of tabs that activate by themselves. */
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const at = keys.indexOf(chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: keys.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = keys[(to + keys.length) % keys.length];
    if (next === undefined) return;
    choose(next);
    document.getElementById(`${id}${next}-tab`)?.focus();
  }

  return (
    <div data-choice={choice} data-keys={keys.join(" ")} className="my-4 min-w-0">
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        data-print="hide"
        className="-mb-px flex gap-1 overflow-x-auto rounded-t-lg border border-line bg-panel px-2 [scrollbar-width:none]"
      >
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}${tab.key}-tab`}
            aria-selected={tab.key === chosen}
            aria-controls={`${id}${tab.key}`}
            tabIndex={tab.key === chosen ? 0 : -1}
            onClick={() => choose(tab.key)}
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

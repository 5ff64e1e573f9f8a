"use client";

import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";

/**
 * The part of a form that most leave alone: folded, with a line that says what is set in it. It opens by
 * itself where something inside is wrong.
 */
export function LimitsPart(props: { summary: string; isWrong: boolean; children: ReactNode }) {
  const { summary, isWrong, children } = props;
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  // Open it stays, or the field that is being mended would fold away with the last error.
  if (isWrong && !isOpen) setIsOpen(true);
  return (
    <div className="rounded-lg border border-line-strong">
      <div className="relative flex min-h-10 items-center gap-2 px-3 py-2">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={`${id}-part`}
          aria-describedby={`${id}-summary`}
          onClick={() => setIsOpen(!isOpen)}
          className="flex items-center gap-2 text-sm font-medium text-fg before:absolute before:inset-0 before:rounded-lg focus-visible:outline-none focus-visible:before:outline-2 focus-visible:before:-outline-offset-1 focus-visible:before:outline-accent"
        >
          <ChevronRight
            aria-hidden
            className="size-4 text-fg-3 transition-transform duration-100 [[aria-expanded=true]>&]:rotate-90"
          />
          Limits
        </button>
        <span id={`${id}-summary`} className="min-w-0 text-xs text-fg-3">
          {isOpen ? null : summary || "None but your plan’s and your balance"}
        </span>
      </div>
      <div id={`${id}-part`} hidden={!isOpen} className="border-t border-line px-3 pt-3.5 pb-4">
        {isOpen ? children : null}
      </div>
    </div>
  );
}

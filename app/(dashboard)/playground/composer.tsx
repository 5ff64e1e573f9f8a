"use client";

import { type RefObject, useId, useSyncExternalStore } from "react";
import type { Estimate } from "@/app/(dashboard)/playground/estimate";
import { Button } from "@/components/button";
import { Kbd } from "@/components/kbd";
import { formatUsdExact } from "@/lib/money";

export interface ComposerProps {
  field: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  /** There is nothing new to say: the last message is sent once more. */
  isAgain: boolean;
  estimate: Estimate | null;
  isTest: boolean;
  isRunning: boolean;
  isDisabled: boolean;
  onDraft: (text: string) => void;
  onSend: () => void;
  onStop: () => void;
}

/** The next message, what it may cost, and the button that sends it or stops what comes back. */
export function Composer(props: ComposerProps) {
  const { field, draft, isAgain, estimate, isTest, isRunning, isDisabled } = props;
  const id = useId();
  const isMac = useIsMac();
  return (
    <div className="border-t border-line bg-raised">
      <label htmlFor={id} className="sr-only">
        Message
      </label>
      <textarea
        id={id}
        ref={field}
        rows={2}
        value={draft}
        placeholder={isAgain ? "Send again as it is, or add a message" : "Write a message"}
        onChange={(event) => props.onDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          if (!event.metaKey && !event.ctrlKey) return;
          event.preventDefault();
          if (!isRunning) props.onSend();
        }}
        className="field-sizing-content block max-h-60 min-h-16 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-base text-fg focus-visible:outline-none max-md:text-md"
      />
      <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pb-3">
        <CostBefore estimate={estimate} isTest={isTest} />
        <Button
          variant={isRunning ? "secondary" : "primary"}
          className="ml-auto"
          aria-disabled={!isRunning && isDisabled}
          aria-keyshortcuts={isRunning ? "Escape" : "Meta+Enter Control+Enter"}
          onClick={isRunning ? props.onStop : props.onSend}
        >
          {isRunning ? "Stop" : isAgain ? "Send again" : "Send"}
          <Kbd tone="inherit">{isRunning ? "Esc" : isMac ? "⌘↵" : "Ctrl ↵"}</Kbd>
        </Button>
      </div>
    </div>
  );
}

const wholeFormat = new Intl.NumberFormat("en-US");

/** The most that the next request can cost: what the gateway sets aside for it. */
function CostBefore({ estimate, isTest }: { estimate: Estimate | null; isTest: boolean }) {
  if (!estimate) return null;
  const { inputTokens, outputTokensMax, isExact, costNanosMax } = estimate;
  const input = `${isExact ? "" : "at most "}${wholeFormat.format(inputTokens)} tokens in`;
  return (
    <p className="text-xs text-fg-3 tabular-nums">
      <span className="text-fg-2" data-nanos={costNanosMax.toString()}>
        {isTest ? "No charge" : `At most ${formatUsdExact(costNanosMax)}`}
      </span>
      {" · "}
      {input}, up to {wholeFormat.format(outputTokensMax)} out
    </p>
  );
}

const noChange = () => () => undefined;

/** Whether shortcuts are made with the command key; not known on the server. */
function useIsMac(): boolean {
  return useSyncExternalStore(
    noChange,
    () => /Mac|iPhone|iPad/.test(navigator.userAgent),
    () => false,
  );
}

"use client";

import { clsx } from "clsx";
import { ArrowDown, FlaskConical, MessagesSquare, Zap } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { FailureView } from "@/app/(dashboard)/playground/failure-view";
import { RunningTurn, TurnView } from "@/app/(dashboard)/playground/turn-view";
import type { Turn } from "@/app/(dashboard)/playground/turns";
import type { AnswerState } from "@/app/(dashboard)/playground/use-answer";
import { Button } from "@/components/button";

export interface ConversationViewProps {
  /** Of the key that asks; `none` while none is chosen. */
  mode: "test" | "live" | "none";
  turns: readonly Turn[];
  answer: AnswerState;
  keyId: string;
  onTurns: (turns: Turn[]) => void;
  onRetry: () => void;
  onClear: () => void;
  /** Where the next message is written. */
  children: ReactNode;
}

/** The messages so far, the answer as it comes, what went wrong, and the field for the next message. */
export function ConversationView(props: ConversationViewProps) {
  const { mode, turns, answer, keyId, onTurns, onRetry, onClear, children } = props;
  const isEmpty = turns.length === 0 && !answer.running && !answer.failure;
  return (
    <section
      aria-label="Conversation"
      className={clsx(
        "min-w-0 overflow-hidden rounded-lg border",
        mode === "test" ? "border-amber/45" : "border-line",
      )}
    >
      <ModeStrip mode={mode} canClear={turns.length > 0 && !answer.running} onClear={onClear} />
      <Scroller length={answer.text.length + turns.length}>
        {isEmpty ? (
          <div className="grid h-full place-content-center justify-items-center px-6 py-10 text-center">
            <MessagesSquare aria-hidden className="mb-3 size-5 text-fg-3" />
            <p className="text-md font-medium">Ask something</p>
            <p className="mt-1 max-w-sm text-fg-2">
              Write a message below. What it may cost is told before it is sent, what it did cost
              after.
            </p>
          </div>
        ) : (
          <ol>
            {turns.map((turn) => (
              <TurnView
                key={turn.id}
                turn={turn}
                isLocked={answer.running !== null}
                onChange={(next) => onTurns(turns.map((one) => (one.id === turn.id ? next : one)))}
                onRemove={() => onTurns(turns.filter(({ id }) => id !== turn.id))}
              />
            ))}
            {answer.running ? <RunningTurn text={answer.text} /> : null}
          </ol>
        )}
        {answer.failure ? (
          <FailureView failure={answer.failure} keyId={keyId} onRetry={onRetry} />
        ) : null}
      </Scroller>
      {children}
    </section>
  );
}

const modes = {
  test: {
    icon: FlaskConical,
    title: "Test mode",
    text: "Simulated answers, no charge",
    className: "border-amber/30 bg-amber-soft text-amber",
  },
  live: {
    icon: Zap,
    title: "Live",
    text: "Requests cost money",
    className: "border-line bg-panel text-fg-2",
  },
  none: {
    icon: FlaskConical,
    title: "No key chosen",
    text: "Choose one to send",
    className: "border-line bg-panel text-fg-2",
  },
} as const;

interface ModeStripProps {
  mode: ConversationViewProps["mode"];
  canClear: boolean;
  onClear: () => void;
}

function ModeStrip({ mode, canClear, onClear }: ModeStripProps) {
  const { icon: Icon, title, text, className } = modes[mode];
  return (
    <div className={clsx("flex h-10 items-center gap-2 border-b pr-1.5 pl-4 text-sm", className)}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <p className="min-w-0 flex-1 truncate">
        <span className="font-medium">{title}</span> <span aria-hidden>·</span> {text}
      </p>
      {canClear ? (
        <Button size="sm" variant="ghost" className="text-inherit" onClick={onClear}>
          Clear
        </Button>
      ) : null}
    </div>
  );
}

/** So near to the end still counts as being there. */
const nearPx = 24;

/** Follows what is added at the end, unless the reader has scrolled back; then it offers the way there. */
function Scroller({ length, children }: { length: number; children: ReactNode }) {
  const box = useRef<HTMLElement>(null);
  const [isFollowing, setFollowing] = useState(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is added is told by its length.
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isFollowing) element.scrollTop = element.scrollHeight;
  }, [length, isFollowing]);

  return (
    <div className="relative">
      <section
        ref={box}
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region needs the keyboard.
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight <= nearPx)
        }
        className={clsx(
          "h-84 overflow-y-auto lg:h-[max(21rem,calc(100dvh-29rem))]",
          "focus-visible:outline-offset-[-2px]",
        )}
      >
        {children}
      </section>
      {isFollowing ? null : (
        <Button
          size="sm"
          className="absolute! bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-float"
          onClick={() => {
            setFollowing(true);
            box.current?.focus({ preventScroll: true });
          }}
        >
          <ArrowDown aria-hidden />
          Jump to latest
        </Button>
      )}
    </div>
  );
}

"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type ButtonSize, type ButtonVariant, buttonClass } from "@/components/button-class";
import { copyText } from "@/components/copy-text";

export interface CopyButtonProps {
  /** What is copied; a function finds it beside the button when it is pressed. */
  text: string | ((button: Element) => string);
  /** The accessible name, and the visible one where the button has text. */
  label?: string;
  iconOnly?: boolean;
  variant?: ButtonVariant;
  size?: ButtonSize;
  className?: string;
  onCopied?: () => void;
}

const shownMs = 2_000;

/** Copies `text`, says so for two seconds, and announces it. Works on plain http too. */
export function CopyButton(props: CopyButtonProps) {
  const { text, label = "Copy", iconOnly, variant, size, className, onCopied } = props;
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy(button: Element) {
    const copied = await copyText(typeof text === "string" ? text : text(button), button);
    clearTimeout(timer.current);
    setOutcome(copied ? "copied" : "failed");
    timer.current = setTimeout(() => setOutcome(null), shownMs);
    if (copied) onCopied?.();
  }

  const message = outcome === "copied" ? "Copied" : outcome === "failed" ? "Copying failed" : "";
  return (
    <>
      <button
        type="button"
        aria-label={label}
        className={buttonClass({
          variant: variant ?? (iconOnly ? "ghost" : "secondary"),
          size,
          iconOnly,
          className,
        })}
        onClick={(event) => copy(event.currentTarget)}
      >
        {outcome === "copied" ? <Check aria-hidden /> : <Copy aria-hidden />}
        {iconOnly ? null : (
          // Both words lie in one cell, so that the button keeps its width.
          <span aria-hidden className="grid [&>*]:[grid-area:1/1]">
            <span className={outcome === "copied" ? "invisible" : undefined}>{label}</span>
            <span className={outcome === "copied" ? undefined : "invisible"}>Copied</span>
          </span>
        )}
      </button>
      <span role="status" className="sr-only">
        {message}
      </span>
    </>
  );
}

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/copy-button";

export interface CodeBlockProps {
  /** What is copied, and shown unless `children` show it with accents. */
  code: string;
  /** What the block holds; its accessible name, and its heading where `header` is on. */
  label: string;
  header?: boolean;
  /** False leaves out the copy button, beside a field that already has one. */
  copyable?: boolean;
  copyLabel?: string;
  /** Takes the place of the copy button, where what is copied is known only in the browser. */
  copyButton?: ReactNode;
  onCopied?: () => void;
  wrap?: boolean;
  className?: string;
  children?: ReactNode;
}

/** Code in a frame, scrolled sideways where a line is long, with a copy button. */
export function CodeBlock(props: CodeBlockProps) {
  const { code, label, header, copyable = true, wrap, className, children } = props;
  return (
    <div
      className={clsx("group relative min-w-0 rounded-lg border border-line bg-panel", className)}
    >
      {header ? (
        <div className="flex h-10 items-center border-b border-line pr-11 pl-3.5 text-xs text-fg-3">
          {label}
        </div>
      ) : null}
      {/* Code that scrolls must be reachable by keyboard, hence the region in the tab order. */}
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region needs the keyboard.
        tabIndex={0}
        className={clsx(
          "overflow-x-auto rounded-lg focus-visible:outline-offset-[-2px]",
          // The code scrolls beside the button, never under it.
          copyable && !header && "mr-9.5",
        )}
      >
        <pre
          className={clsx(
            "min-w-full px-3.5 py-3 font-mono text-[0.78125rem] leading-5 text-fg-2",
            "print:w-full print:whitespace-pre-wrap",
            wrap ? "w-full whitespace-pre-wrap break-all" : "w-max",
          )}
        >
          <code>{children ?? code}</code>
        </pre>
      </section>
      {copyable ? (
        <div data-print="hide" className="absolute top-1.5 right-1.5">
          {props.copyButton ?? (
            <CopyButton
              text={code}
              iconOnly
              size="sm"
              label={props.copyLabel}
              onCopied={props.onCopied}
            />
          )}
        </div>
      ) : null}
    </div>
  );
}

import { clsx } from "clsx";

/** A key on the keyboard. Hidden from assistive technology, which hears `aria-keyshortcuts` instead. */
export function Kbd({
  children,
  tone = "plain",
}: {
  children: string;
  /** `inherit` takes the colour of a filled button. */
  tone?: "plain" | "inherit";
}) {
  return (
    <kbd
      aria-hidden
      className={clsx(
        "inline-flex h-4 min-w-4 items-center justify-center rounded-sm border px-1 font-sans",
        "text-[0.65625rem] leading-none font-medium tracking-normal",
        "pointer-coarse:hidden",
        tone === "plain" ? "border-line-strong text-fg-3" : "border-current/40",
      )}
    >
      {children}
    </kbd>
  );
}

import { CopyButton } from "@/components/copy-button";

export interface KeyFieldProps {
  secret: string;
  /** What it is, where it isn't an API key. */
  label?: string;
  onCopied: () => void;
}

/**
 * A secret in full: read-only, selected whole on focus. On a phone it is longer than a field is wide, so
 * there it shows as wrapped text that one touch selects, and the field stays for assistive technology.
 */
export function KeyField({ secret, label = "API key", onCopied }: KeyFieldProps) {
  return (
    <div className="relative flex min-h-11 items-center gap-2 rounded-lg border border-line-strong bg-panel p-1.25 pl-3.5 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:-outline-offset-1 has-[input:focus-visible]:outline-accent">
      <input
        readOnly
        aria-label={label}
        value={secret}
        onFocus={(event) => event.target.select()}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        className="min-w-0 flex-1 bg-transparent font-mono text-[0.8125rem] tracking-[-0.01em] text-ellipsis outline-none max-sm:sr-only"
      />
      <span
        aria-hidden
        className="min-w-0 flex-1 py-1.5 font-mono text-[0.8125rem] leading-5 break-all text-fg select-all sm:hidden"
      >
        {secret}
      </span>
      <CopyButton text={secret} variant="primary" onCopied={onCopied} />
    </div>
  );
}

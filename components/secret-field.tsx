"use client";

import { CopyButton } from "@/components/copy-button";

export interface SecretFieldProps {
  /** The field's accessible name, such as "API key". */
  label: string;
  value: string;
  onCopied?: () => void;
}

/** A secret shown once: read-only, selected whole on focus, with its copy button. */
export function SecretField({ label, value, onCopied }: SecretFieldProps) {
  return (
    <div className="flex h-11 items-center gap-2 rounded-lg border border-line-strong bg-panel p-1.25 pl-3.5 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:-outline-offset-1 has-[input:focus-visible]:outline-accent">
      <input
        readOnly
        aria-label={label}
        value={value}
        onFocus={(event) => event.target.select()}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        className="min-w-0 flex-1 bg-transparent font-mono text-[0.8125rem] tracking-[-0.01em] text-ellipsis outline-none"
      />
      <CopyButton text={value} variant="primary" onCopied={onCopied} />
    </div>
  );
}

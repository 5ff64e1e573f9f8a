"use client";

import { useEffect, useEffectEvent, useRef } from "react";
import { FirstUse } from "@/app/(dashboard)/keys/first-use";
import { envLines, type Snippet, snippetsOf } from "@/app/(dashboard)/keys/snippets";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { CodeBlock } from "@/components/code-block";
import { CopyButton } from "@/components/copy-button";
import { DialogFooter } from "@/components/dialog";
import { SecretField } from "@/components/secret-field";
import { Tabs } from "@/components/tabs";
import { brand } from "@/lib/brand";
import type { CreatedKey } from "@/lib/keys/mutations";

export interface RevealProps {
  created: CreatedKey;
  apiBaseUrl: string;
  /** Closing was tried before the key was saved. */
  isAsking: boolean;
  isSaved: boolean;
  onSaved: () => void;
  onClose: () => void;
}

/** Saves text as a file of the browser's; a data address would put the secret into a URL. */
function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  // Browsers cut a leading dot off, so the file can't be called just `.env`.
  link.download = `${brand.name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.env`;
  link.click();
  URL.revokeObjectURL(address);
}

/** The key in full, once, with ways to take it along. */
export function Reveal(props: RevealProps) {
  const { created, apiBaseUrl, isAsking, isSaved, onSaved, onClose } = props;
  const frame = useRef<HTMLDivElement>(null);
  const input = { secret: created.secret, apiBaseUrl };

  // The form that had the focus is gone; on the field, a screen reader reads the key's name and value.
  useEffect(() => frame.current?.querySelector("input")?.focus(), []);
  useLeaveWarning(!isSaved);
  useEscape(!isSaved, onClose);

  return (
    <div ref={frame} onCopy={onSaved}>
      <SecretField label="API key" value={created.secret} onCopied={onSaved} />
      <Tabs
        label="Ways to use it"
        className="mt-4"
        items={snippetsOf(input).map((snippet) => ({
          value: snippet.value,
          label: snippet.label,
          content: <SnippetBlock snippet={snippet} onCopied={onSaved} />,
        }))}
      />
      <FirstUse keyId={created.id} />
      {isAsking ? (
        <div className="mt-4">
          <Callout tone="amber" role="alert" title="You haven’t copied the key">
            It can’t be shown again. Copy it now, or press Done once more to close without it.
          </Callout>
        </div>
      ) : null}
      <DialogFooter>
        <Button
          className="mr-auto"
          onClick={() => {
            download(envLines(input));
            onSaved();
          }}
        >
          Download .env
        </Button>
        <Button onClick={onClose}>Done</Button>
      </DialogFooter>
    </div>
  );
}

/** Code with a copy button whose name isn't "Copy…", which is the key's own. */
function SnippetBlock({ snippet, onCopied }: { snippet: Snippet; onCopied: () => void }) {
  return (
    <div className="relative">
      <CodeBlock label={snippet.label} code={snippet.code} copyable={false}>
        <span className="block pr-9">{snippet.code}</span>
      </CodeBlock>
      <div className="absolute top-1.5 right-1.5 rounded-md bg-panel">
        <CopyButton
          iconOnly
          size="sm"
          text={snippet.code}
          label={`Put the ${snippet.noun} on the clipboard`}
          onCopied={onCopied}
        />
      </div>
    </div>
  );
}

/** Has the browser ask before a reload or a closed tab loses the key. */
function useLeaveWarning(isActive: boolean): void {
  useEffect(() => {
    if (!isActive) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isActive]);
}

/** Escape asks as Done does; the dialog itself ignores it while a stray press must not close it. */
function useEscape(isActive: boolean, onEscape: () => void): void {
  const ask = useEffectEvent(onEscape);
  useEffect(() => {
    if (!isActive) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape") ask();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [isActive]);
}

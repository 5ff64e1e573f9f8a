"use client";

import { useEffect, useEffectEvent, useRef } from "react";
import { FirstUse } from "@/app/(dashboard)/keys/first-use";
import { KeyField } from "@/app/(dashboard)/keys/key-field";
import { envLines, snippetsOf } from "@/app/(dashboard)/keys/snippets";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { CodeBlock } from "@/components/code-block";
import { DialogFooter } from "@/components/dialog";
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
  /** Escape. */
  onDismiss: () => void;
  onDone: () => void;
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
  const { created, apiBaseUrl, isAsking, isSaved, onSaved, onDismiss, onDone } = props;
  const frame = useRef<HTMLDivElement>(null);
  const input = { secret: created.secret, apiBaseUrl };

  // The form that had the focus is gone; on the field, a screen reader reads the key's name and value.
  useEffect(() => frame.current?.querySelector("input")?.focus(), []);
  useLeaveWarning(!isSaved);
  useEscape(!isSaved, onDismiss);

  return (
    <div ref={frame} onCopy={onSaved}>
      <KeyField secret={created.secret} onCopied={onSaved} />
      <Tabs
        label="Ways to use it"
        className="mt-4"
        items={snippetsOf(input).map((snippet) => ({
          value: snippet.value,
          label: snippet.label,
          content: (
            <CodeBlock
              header
              label={snippet.title}
              code={snippet.code}
              // Not "Copy…", which is the key's own button.
              copyLabel={`Put the ${snippet.noun} on the clipboard`}
              onCopied={onSaved}
            />
          ),
        }))}
      />
      <FirstUse keyId={created.id} />
      {isAsking ? (
        // On a small screen the cross is far above the notice.
        <div className="mt-4" ref={(notice) => notice?.scrollIntoView({ block: "nearest" })}>
          <Callout tone="amber" role="alert" title="You haven’t copied the key">
            It can’t be shown again. Copy it now, or press Done to close without it.
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
        <Button onClick={onDone}>Done</Button>
      </DialogFooter>
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

/** The dialog itself ignores Escape while a stray press must not close it. */
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

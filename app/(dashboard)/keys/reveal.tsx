"use client";

import { useEffect, useRef } from "react";
import { FirstUse } from "@/app/(dashboard)/keys/first-use";
import { KeyField } from "@/app/(dashboard)/keys/key-field";
import { envLines, snippetsOf } from "@/app/(dashboard)/keys/snippets";
import { useUnsaved } from "@/app/(dashboard)/use-unsaved";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { CodeBlock } from "@/components/code-block";
import { DialogFooter } from "@/components/dialog";
import { Tabs } from "@/components/tabs";
import { brand } from "@/lib/brand";
import type { CreatedKey } from "@/lib/keys/create-key";

export interface RevealProps {
  /** The key, or the new secret of one. */
  created: Pick<CreatedKey, "id" | "secret">;
  /** Ends in `/v1`. */
  apiBaseUrl: string;
  /** Closing was tried before the secret was saved. */
  isAsking: boolean;
  /** The secret was copied, selected and copied, or downloaded: closing needs no question. */
  isSaved: boolean;
  onSaved: () => void;
  /** Escape, and Done before anything was saved: ask, by setting `isAsking`. */
  onDismiss: () => void;
  /** Close for good, and let go of the secret. */
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

/**
 * A secret in full, once, with ways to take it along: what a dialog holds after a key was created or
 * rotated. The dialog keeps the secret in its state and nowhere else, passes its own dismissal on to the
 * same `onDismiss`, and is `dismissible` only once the secret is saved.
 */
export default function Reveal(props: RevealProps) {
  const { created, apiBaseUrl, isAsking, isSaved, onSaved, onDismiss, onDone } = props;
  const frame = useRef<HTMLDivElement>(null);
  const input = { secret: created.secret, apiBaseUrl };
  const last4 = created.secret.slice(-4);

  // The form that had the focus is gone; on the field, a screen reader reads the key's name and value.
  useEffect(() => frame.current?.querySelector("input")?.focus(), []);
  useUnsaved(!isSaved, onDismiss);

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
      <FirstUse keyId={created.id} last4={last4} />
      {isAsking ? (
        // On a small screen the cross is far above the notice.
        <div className="mt-4" ref={(notice) => notice?.scrollIntoView({ block: "nearest" })}>
          <Callout
            tone="amber"
            role="alert"
            title="You haven’t copied the key"
            action={
              <Button size="sm" onClick={onDone}>
                Close without it
              </Button>
            }
          >
            It can’t be shown again. Copy or download it first.
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
        <Button onClick={isSaved ? onDone : onDismiss}>Done</Button>
      </DialogFooter>
    </div>
  );
}

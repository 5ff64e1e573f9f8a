"use client";

import { useEffect, useRef } from "react";
import { KeyField } from "@/app/(dashboard)/keys/key-field";
import { useUnsaved } from "@/app/(dashboard)/use-unsaved";
import type { Revealed } from "@/app/(dashboard)/webhooks/use-revealed";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { CodeBlock } from "@/components/code-block";
import { DialogFooter } from "@/components/dialog";
import { Tabs } from "@/components/tabs";
import { webhookReceivers } from "@/lib/docs/snippets/webhook-receivers";

/** A signing secret in full, once, with a program that verifies what is signed with it. */
export default function SecretReveal({ secret, revealed }: { secret: string; revealed: Revealed }) {
  const { isSaved, isAsking, markSaved, dismiss, finish } = revealed;
  const frame = useRef<HTMLDivElement>(null);

  // The form that had the focus is gone; on the field, a screen reader reads the secret's name and value.
  useEffect(() => frame.current?.querySelector("input")?.focus(), []);
  useUnsaved(!isSaved, dismiss);

  return (
    <div ref={frame}>
      <div onCopy={markSaved}>
        <KeyField label="Signing secret" secret={secret} onCopied={markSaved} />
      </div>
      <p className="mt-5 text-sm text-fg-2">
        Verify with it that a request comes from us. These programs read it from{" "}
        <code className="font-mono text-[0.78125rem]">WEBHOOK_SECRET</code>:
      </p>
      <Tabs
        label="Programs that verify"
        className="mt-1"
        items={[
          {
            value: "env",
            label: ".env",
            content: (
              <div onCopy={markSaved}>
                <CodeBlock
                  header
                  label="A line for your .env file"
                  code={`WEBHOOK_SECRET=${secret}`}
                  // Not "Copy…", which is the secret's own button.
                  copyLabel="Put the .env line on the clipboard"
                  onCopied={markSaved}
                />
              </div>
            ),
          },
          ...webhookReceivers.map(({ key, label, install, code }) => ({
            value: key,
            label,
            content: (
              <CodeBlock
                header
                label={`Run after ${install}`}
                code={code}
                className="[&_section]:max-h-72 [&_section]:overflow-y-auto"
                copyLabel={`Put the ${label} program on the clipboard`}
              />
            ),
          })),
        ]}
      />
      {isAsking ? (
        // On a small screen the cross is far above the notice.
        <div className="mt-4" ref={(notice) => notice?.scrollIntoView({ block: "nearest" })}>
          <Callout
            tone="amber"
            role="alert"
            title="You haven’t copied the secret"
            action={
              <Button size="sm" onClick={finish}>
                Close without it
              </Button>
            }
          >
            You won’t see it again. Copy it first; without it nothing can be verified.
          </Callout>
        </div>
      ) : null}
      <DialogFooter>
        <Button onClick={dismiss}>Done</Button>
      </DialogFooter>
    </div>
  );
}

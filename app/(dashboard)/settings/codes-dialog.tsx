"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { CopyButton } from "@/components/copy-button";
import { Dialog, DialogFooter } from "@/components/dialog";

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: url });
  link.download = "recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(url);
}

/** The recovery codes, once. Closing without having kept them asks first. */
export function CodesDialog(props: { codes: readonly string[]; onClose: () => void }) {
  const { codes, onClose } = props;
  const [isKept, setIsKept] = useState(false);
  const [hasAsked, setHasAsked] = useState(false);
  const text = `${codes.join("\n")}\n`;

  function dismiss() {
    if (isKept || hasAsked) onClose();
    else setHasAsked(true);
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && dismiss()}
      title="Keep your recovery codes"
      description="If you lose your phone, each code signs you in once. They are shown only now; keep them somewhere you can reach without the phone."
      dismissible={false}
    >
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-md border border-line bg-panel px-4 py-3 font-mono text-sm"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      {hasAsked && !isKept ? (
        <div className="mt-4">
          <Callout tone="amber">
            You haven’t copied or downloaded them. Press Done again to close all the same.
          </Callout>
        </div>
      ) : null}
      <DialogFooter>
        <Button
          className="mr-auto"
          onClick={() => {
            download(text);
            setIsKept(true);
          }}
        >
          <Download aria-hidden /> Download
        </Button>
        <CopyButton text={text} label="Copy all" onCopied={() => setIsKept(true)} />
        <Button variant="primary" onClick={dismiss}>
          Done
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Dialog } from "@/components/dialog";
import { lazyPart } from "@/components/lazy-part";
import type { RotatedKey } from "@/lib/keys/rotate-key";

const RotateForm = lazyPart(() => import("@/app/(dashboard)/keys/[id]/rotation/rotate-form"));
const Reveal = lazyPart(() => import("@/app/(dashboard)/keys/reveal"));

export interface RotateFlowProps {
  keyId: string;
  name: string;
  endsAt: Date | null;
  /** Ends in `/v1`. */
  apiBaseUrl: string;
  isOpen: boolean;
  onClose: () => void;
}

/**
 * The choice of an overlap, and then, in the same dialog, the secret that it made. The secret lives in
 * this component's state and nowhere else, until the dialog closes.
 */
export function RotateFlow(props: RotateFlowProps) {
  const { keyId, name, endsAt, apiBaseUrl, isOpen, onClose } = props;
  const router = useRouter();
  const [rotated, setRotated] = useState<RotatedKey | null>(null);
  const [wasSaved, setWasSaved] = useState(false);
  const [hasAsked, setHasAsked] = useState(false);

  function show(key: RotatedKey) {
    setWasSaved(false);
    setHasAsked(false);
    setRotated(key);
    // The address asks for the form, which has done its work.
    onClose();
  }

  function finish() {
    setRotated(null);
    // The secret may have been used while the dialog was open.
    router.refresh();
  }

  /** Escape and the cross: a reflex, which loses nothing that can't be had again. Done is a word. */
  function dismiss() {
    if (!rotated) onClose();
    else if (wasSaved) finish();
    else setHasAsked(true);
  }

  return (
    <Dialog
      open={rotated !== null || isOpen}
      onOpenChange={dismiss}
      size="lg"
      anchor={rotated ? "top" : "center"}
      title={rotated ? "Save the new secret" : `Rotate ${name}`}
      description={
        rotated
          ? `This is the only time it is shown. …${rotated.last4} works from now on, beside the old one.`
          : "Replaces the key’s secret without a moment in which nothing works."
      }
      dismissible={rotated === null || wasSaved}
    >
      {rotated ? (
        <Reveal
          created={rotated}
          apiBaseUrl={apiBaseUrl}
          isAsking={hasAsked && !wasSaved}
          isSaved={wasSaved}
          onSaved={() => setWasSaved(true)}
          onDismiss={dismiss}
          onDone={finish}
        />
      ) : (
        <RotateForm keyId={keyId} endsAt={endsAt} onRotated={show} onCancel={onClose} />
      )}
    </Dialog>
  );
}

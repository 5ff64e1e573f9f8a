"use client";

import type { SecretView } from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import { cancelRotationAction } from "@/app/(dashboard)/keys/actions";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { ConfirmDialog } from "@/components/confirm-dialog";

export interface CancelDialogProps {
  keyId: string;
  next: SecretView;
  current: SecretView | undefined;
  onClose: () => void;
}

/** Takes a new secret back that nobody has used yet. */
export default function CancelDialog({ keyId, next, current, onClose }: CancelDialogProps) {
  const { failure, run } = useAct(onClose);
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Cancel the rotation?"
      confirmLabel="Cancel rotation"
      cancelLabel="Keep waiting"
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={() => run(cancelRotationAction({ id: keyId }), "Rotation cancelled")}
    >
      <p>
        The new secret <span className="font-mono text-[0.8125rem]">{next.masked}</span> is void
        from that moment on. It has never been used
        {current ? (
          <>
            , and <span className="font-mono text-[0.8125rem]">{current.masked}</span> goes on
            working as it does
          </>
        ) : null}
        .
      </p>
    </ConfirmDialog>
  );
}

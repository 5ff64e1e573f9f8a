"use client";

import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { endOldWebhookSecretAction } from "@/app/(dashboard)/webhooks/actions";
import { ConfirmDialog } from "@/components/confirm-dialog";

export interface EndOldDialogProps {
  endpoint: ActedEndpoint;
  onClose: () => void;
}

/** Ends the overlap of a rolled secret before its time. */
export default function EndOldDialog({ endpoint, onClose }: EndOldDialogProps) {
  const { failure, run } = useAct(onClose);
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="End the old secret now?"
      confirmLabel="End old secret"
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={() => run(endOldWebhookSecretAction({ id: endpoint.id }), "Old secret ended")}
    >
      <p>
        From that moment on messages are signed with the new secret alone. A server that still
        verifies with the old one refuses them. This can’t be undone.
      </p>
    </ConfirmDialog>
  );
}

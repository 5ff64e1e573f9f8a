"use client";

import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { updateEndpointAction } from "@/app/(dashboard)/webhooks/actions";
import { endpointTitle } from "@/app/(dashboard)/webhooks/endpoint-text";
import { ConfirmDialog } from "@/components/confirm-dialog";

export interface DisableDialogProps {
  endpoint: ActedEndpoint;
  onClose: () => void;
}

/** Stops what is sent; nothing is typed, because it can be enabled again. */
export default function DisableDialog({ endpoint, onClose }: DisableDialogProps) {
  const { failure, run } = useAct(onClose);
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Disable ${endpointTitle(endpoint)}?`}
      confirmLabel="Disable endpoint"
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={() =>
        run(updateEndpointAction({ id: endpoint.id, isEnabled: false }), "Endpoint disabled")
      }
    >
      <p>
        Nothing is sent to it until somebody enables it. Deliveries that are still waiting are
        marked as failed, and you can send them again later. Events that happen meanwhile are not
        kept for it.
      </p>
    </ConfirmDialog>
  );
}

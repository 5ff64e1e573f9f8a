"use client";

import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { useEndpointDialog } from "@/app/(dashboard)/webhooks/[id]/dialog-address";
import { RollFlow } from "@/app/(dashboard)/webhooks/[id]/dialogs/roll-flow";
import { lazyPart } from "@/components/lazy-part";

interface PartProps {
  endpoint: ActedEndpoint;
  onClose: () => void;
}

const EditDialog = lazyPart<PartProps>(
  () => import("@/app/(dashboard)/webhooks/[id]/dialogs/edit-dialog"),
);
const EndOldDialog = lazyPart<PartProps>(
  () => import("@/app/(dashboard)/webhooks/[id]/dialogs/end-old-dialog"),
);
const DisableDialog = lazyPart<PartProps>(
  () => import("@/app/(dashboard)/webhooks/[id]/dialogs/disable-dialog"),
);
const ResendDialog = lazyPart<PartProps>(
  () => import("@/app/(dashboard)/webhooks/[id]/dialogs/resend-dialog"),
);
const DeleteDialog = lazyPart<PartProps>(
  () => import("@/app/(dashboard)/webhooks/[id]/dialogs/delete-dialog"),
);

/** The dialog that the address opens, where the endpoint is in a state for it. */
export function EndpointDialogs({ endpoint }: { endpoint: ActedEndpoint }) {
  const [dialog, open] = useEndpointDialog();
  const part = { endpoint, onClose: () => open(null) };
  const { isEnabled, previousExpiresAt } = endpoint;
  return (
    <>
      <RollFlow {...part} isOpen={dialog === "roll"} />
      {dialog === "edit" ? <EditDialog {...part} /> : null}
      {dialog === "end-old" && previousExpiresAt ? <EndOldDialog {...part} /> : null}
      {dialog === "disable" && isEnabled ? <DisableDialog {...part} /> : null}
      {dialog === "resend" && isEnabled ? <ResendDialog {...part} /> : null}
      {dialog === "delete" ? <DeleteDialog {...part} /> : null}
    </>
  );
}

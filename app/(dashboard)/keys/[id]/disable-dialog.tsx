"use client";

import { TrafficLine } from "@/app/(dashboard)/keys/[id]/traffic-line";
import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { disableKeyAction } from "@/app/(dashboard)/keys/actions";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { ConfirmDialog } from "@/components/confirm-dialog";

/** Turns a key off; nothing is typed, because it can be turned on again. */
export default function DisableDialog({
  apiKey,
  onClose,
}: {
  apiKey: ActedKey;
  onClose: () => void;
}) {
  const { failure, run } = useAct(onClose);
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Disable ${apiKey.name}?`}
      confirmLabel="Disable key"
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={() => run(disableKeyAction({ id: apiKey.id }), "Key disabled")}
    >
      <p>
        Every request with it is refused until you enable it again. Its secret, limits and history
        stay as they are.
      </p>
      <p className="text-fg">
        <TrafficLine keyId={apiKey.id} />
      </p>
    </ConfirmDialog>
  );
}

"use client";

import type { SecretView } from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { LastUse, requestsText } from "@/app/(dashboard)/keys/[id]/rotation/secret-card";
import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import { retireOldSecretAction } from "@/app/(dashboard)/keys/actions";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { ConfirmDialog } from "@/components/confirm-dialog";

export interface RetireDialogProps {
  keyId: string;
  old: SecretView;
  /** The new secret waits for its first use: nothing else opens the door then. */
  isNewUnused: boolean;
  onClose: () => void;
}

/** Ends the old secret before its time. Its end is typed where somebody still uses it. */
export default function RetireDialog({ keyId, old, isNewUnused, onClose }: RetireDialogProps) {
  const { failure, run } = useAct(onClose);
  const last4 = old.masked.slice(-4);
  const isInUse = old.requestsLastHour > 0;
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Retire …${last4} now?`}
      confirmLabel="Retire secret"
      {...(isInUse || isNewUnused
        ? {
            typeToConfirm: last4,
            typeLabel: `Type ${last4}, the old secret’s last four characters, to confirm`,
          }
        : {})}
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={() =>
        run(
          retireOldSecretAction({ id: keyId, ...(isNewUnused ? { evenIfUnused: true } : {}) }),
          "Old secret retired",
        )
      }
    >
      <p>
        Requests with <span className="font-mono text-[0.8125rem]">{old.masked}</span> are refused
        from that moment on. This can’t be undone.
      </p>
      {isNewUnused ? (
        <p className="text-fg">
          The new secret has never been used: make sure that it is deployed.
        </p>
      ) : null}
      <p className="text-fg">
        {isInUse ? (
          <>
            It is still in use: {requestsText(old.requestsLastHour)} in the last hour, the latest{" "}
            <LastUse secret={old} />. Whatever sends them breaks.
          </>
        ) : old.lastUsedAt ? (
          <>
            It was last used <LastUse secret={old} />.
          </>
        ) : (
          "It has never been used."
        )}
      </p>
    </ConfirmDialog>
  );
}

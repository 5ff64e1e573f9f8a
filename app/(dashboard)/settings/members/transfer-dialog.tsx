"use client";

import { useState } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { transferOwnershipAction } from "@/app/(dashboard)/settings/members/actions";
import type { ActedMember } from "@/app/(dashboard)/settings/members/member-menu";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { toast } from "@/components/toast";

/** Hands the workspace over: its owner becomes an admin of it. */
export function TransferDialog(props: { member: ActedMember; onClose: () => void }) {
  const { member, onClose } = props;
  const [failure, setFailure] = useState<Failure>();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  async function transfer() {
    const { userId } = member;
    const result = await withRecentSignIn(() =>
      transferOwnershipAction({ userId }).catch(unreachable),
    );
    if (!result.ok) return setFailure(result.error);
    toast.success("Ownership transferred", { description: "You are an admin now." });
    onClose();
  }

  return (
    <>
      <ConfirmDialog
        open
        onOpenChange={onClose}
        title={`Transfer ownership to ${member.name}?`}
        confirmLabel="Transfer ownership"
        failure={failure ? <FailureCallout failure={failure} /> : null}
        onConfirm={transfer}
      >
        <p>
          They can then do everything, including deleting the workspace. You become an admin, and
          only they can make you an owner again.
        </p>
      </ConfirmDialog>
      {proofDialog}
    </>
  );
}

"use client";

import { useState } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { deleteWorkspaceAction } from "@/app/(dashboard)/settings/workspace/actions";
import type { DeleteWorkspaceProps } from "@/app/(dashboard)/settings/workspace/danger-zone";
import { goToWorkspace } from "@/app/workspaces/go-to-workspace";
import { ConfirmDialog } from "@/components/confirm-dialog";

/** Says all that ends, and wants the workspace's name typed before it does. */
export function DeleteWorkspaceDialog(props: DeleteWorkspaceProps & { onClose: () => void }) {
  const { name, moneyLeft, supportEmail, onClose } = props;
  const [failure, setFailure] = useState<Failure>();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  async function remove() {
    setFailure(undefined);
    const result = await withRecentSignIn(() =>
      deleteWorkspaceAction({ confirmation: name }).catch(unreachable),
    );
    if (result.ok) goToWorkspace();
    else setFailure(result.error);
  }

  return (
    <>
      <ConfirmDialog
        open
        onOpenChange={onClose}
        title="Delete this workspace?"
        confirmLabel="Delete workspace"
        typeToConfirm={name}
        failure={failure ? <FailureCallout failure={failure} /> : null}
        onConfirm={remove}
      >
        <ul className="list-disc space-y-1.5 pl-4 marker:text-fg-3">
          <li>Every API key stops at once, streams that are open included.</li>
          <li>Its webhooks are deleted, and nothing is sent any more.</li>
          <li>All members lose it, and are told by mail.</li>
          <li>The saved card is forgotten, and nothing is charged any more.</li>
          {moneyLeft === null ? null : (
            <li>
              <span className="text-fg">{moneyLeft}</span> is left on the balance. To have what was
              paid refunded, write to <span className="text-fg">{supportEmail}</span> before or
              after.
            </li>
          )}
          <li>Payments and the audit trail are kept.</li>
        </ul>
      </ConfirmDialog>
      {proofDialog}
    </>
  );
}

"use client";

import { unstable_rethrow } from "next/navigation";
import { useState } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { deleteAccountAction } from "@/app/(dashboard)/settings/actions";
import type { DangerZoneProps } from "@/app/(dashboard)/settings/delete/danger-zone";
import { ConfirmDialog } from "@/components/confirm-dialog";

/** Says all that ends, and wants the account's address typed before it does. */
export function DeleteDialog(props: DangerZoneProps & { onClose: () => void }) {
  const { email, endings, supportEmail, onClose } = props;
  const [failure, setFailure] = useState<Failure>();

  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  async function remove() {
    setFailure(undefined);
    const result = await withRecentSignIn(() =>
      deleteAccountAction({ confirmation: email }).catch((error: unknown) => {
        // When it is done, the answer leads to the farewell.
        unstable_rethrow(error);
        return unreachable();
      }),
    );
    if (!result.ok) setFailure(result.error);
  }

  return (
    <>
      <ConfirmDialog
        open
        onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
        title="Delete your account?"
        confirmLabel="Delete account"
        typeToConfirm={email}
        failure={failure ? <FailureCallout failure={failure} /> : undefined}
        onConfirm={remove}
      >
        <ul className="list-disc space-y-1.5 pl-4 marker:text-fg-3">
          {endings.map(({ name, moneyLeft }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may be the same, and the list stays as it is.
            <li key={index}>
              Every API key of <span className="wrap-anywhere text-fg">“{name}”</span> stops at
              once, streams that are open included.
              {moneyLeft === null ? null : (
                <>
                  {" "}
                  <span className="text-fg">{moneyLeft}</span> is left on the balance. To have what
                  you paid refunded, write to <span className="text-fg">{supportEmail}</span> before
                  or after.
                </>
              )}
            </li>
          ))}
          {endings.length === 0 ? null : (
            <>
              <li>Their webhooks are deleted, and nothing is sent any more.</li>
              <li>Your saved card is forgotten, and nothing is charged any more.</li>
            </>
          )}
          <li>
            Workspaces with other members keep going without you, and so do their keys and webhooks.
          </li>
          <li>You are signed out everywhere, and one last mail confirms it.</li>
          <li>
            Your name and address are erased. Payments and the audit trail stay, without them.
          </li>
        </ul>
      </ConfirmDialog>
      {proofDialog}
    </>
  );
}

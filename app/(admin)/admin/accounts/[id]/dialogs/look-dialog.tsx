"use client";

import type { AccountDialogProps } from "@/app/(admin)/admin/accounts/[id]/dialogs/suspend-dialog";
import { ReasonField } from "@/app/(admin)/admin/accounts/[id]/reason-field";
import { startSupportViewAction } from "@/app/(admin)/admin/accounts/actions";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { Dialog } from "@/components/dialog";

/** Opens the account's dashboard as its members see it, for reading. */
export default function LookDialog({ account, onClose }: AccountDialogProps) {
  const { id: workspaceId, name } = account;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`View as ${name}`}
      description="You see its dashboard read-only, for at most 60 minutes. The customer’s audit log says that support looked, when, and why."
    >
      <ConsoleForm
        fields={["reason"]}
        submitLabel="Open dashboard"
        act={(data) => startSupportViewAction({ workspaceId, reason: textOf(data, "reason") })}
        // A page of its own: nothing of the workspace that was here before stays in it.
        onDone={() => window.location.assign("/overview")}
        onCancel={onClose}
      >
        {(errorOf) => (
          <ReasonField error={errorOf("reason")} placeholder="Ticket 4812: usage looks wrong" />
        )}
      </ConsoleForm>
    </Dialog>
  );
}

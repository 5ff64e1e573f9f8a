"use client";

import type { ActedAccount } from "@/app/(admin)/admin/accounts/[id]/acted-account";
import { ReasonField } from "@/app/(admin)/admin/accounts/[id]/reason-field";
import { restoreAccountAction, suspendAccountAction } from "@/app/(admin)/admin/accounts/actions";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { Dialog } from "@/components/dialog";
import { toast } from "@/components/toast";

export interface AccountDialogProps {
  account: ActedAccount;
  onClose: () => void;
}

/** Stops an account, or takes that back. */
export default function SuspendDialog({ account, onClose }: AccountDialogProps) {
  const { id: workspaceId, name, isSuspended } = account;
  const act = isSuspended ? restoreAccountAction : suspendAccountAction;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={isSuspended ? `Restore ${name}?` : `Suspend ${name}?`}
      description={
        isSuspended
          ? "Its keys work again at once, and its members may act again. Its owners get a mail with the reason."
          : "Requests with its keys are refused at once, and open streams end within seconds, billed for what was delivered. Its members can read the dashboard, see the reason, and change nothing. Its owners get a mail."
      }
    >
      <ConsoleForm
        fields={["reason"]}
        submitLabel={isSuspended ? "Restore account" : "Suspend account"}
        tone={isSuspended ? "primary" : "danger"}
        act={(data) => act({ workspaceId, reason: textOf(data, "reason") })}
        onDone={() => {
          toast.success(isSuspended ? "Account restored" : "Account suspended");
          onClose();
        }}
        onCancel={onClose}
      >
        {(errorOf) => (
          <ReasonField
            error={errorOf("reason")}
            placeholder={isSuspended ? "The invoice was paid" : "Unpaid invoice of October"}
          />
        )}
      </ConsoleForm>
    </Dialog>
  );
}

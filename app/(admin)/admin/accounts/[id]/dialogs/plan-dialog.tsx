"use client";

import type { AccountDialogProps } from "@/app/(admin)/admin/accounts/[id]/dialogs/suspend-dialog";
import { ReasonField } from "@/app/(admin)/admin/accounts/[id]/reason-field";
import { changeAccountPlanAction } from "@/app/(admin)/admin/accounts/actions";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Select } from "@/components/select";
import { toast } from "@/components/toast";

/** Puts the account on another plan, those that customers can't choose among them. */
export default function PlanDialog({ account, onClose }: AccountDialogProps) {
  const { id: workspaceId, name, planId, plans } = account;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Plan of ${name}`}
      description="The plan’s limits apply from the next request. The account’s own limits stay."
    >
      <ConsoleForm
        fields={["planId", "reason"]}
        submitLabel="Change plan"
        act={(data) =>
          changeAccountPlanAction({
            workspaceId,
            planId: textOf(data, "planId"),
            reason: textOf(data, "reason"),
          })
        }
        onDone={() => {
          toast.success("Plan changed");
          onClose();
        }}
        onCancel={onClose}
      >
        {(errorOf) => (
          <>
            <Field label="Plan" error={errorOf("planId")}>
              {(control) => (
                <Select
                  {...control}
                  name="planId"
                  defaultValue={planId}
                  options={plans.map(({ id, name: label }) => ({
                    value: id,
                    label: id === planId ? `${label} (now)` : label,
                  }))}
                />
              )}
            </Field>
            <ReasonField error={errorOf("reason")} placeholder="Contract signed" />
          </>
        )}
      </ConsoleForm>
    </Dialog>
  );
}

"use client";

import type { AccountDialogProps } from "@/app/(admin)/admin/accounts/[id]/dialogs/suspend-dialog";
import { limitNames, limitText } from "@/app/(admin)/admin/accounts/[id]/limit-names";
import { ReasonField } from "@/app/(admin)/admin/accounts/[id]/reason-field";
import { changeAccountLimitsAction } from "@/app/(admin)/admin/accounts/actions";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { toast } from "@/components/toast";

/** What was typed: null for nothing, and what is no number is the server's to refuse. */
function numberOf(data: FormData, name: string): number | null {
  const text = textOf(data, name).replace(/[\s,_]/g, "");
  return text === "" ? null : Number(text);
}

/** Sets limits that hold for this account in the place of its plan's. */
export default function LimitsDialog({ account, onClose }: AccountDialogProps) {
  const { id: workspaceId, name, ownLimits, planLimits } = account;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={`Limits of ${name}`}
      description="Leave a field empty to use the plan’s limit. Usage so far keeps counting."
    >
      <ConsoleForm
        fields={["reason", ...limitNames.map(([field]) => field)]}
        submitLabel="Save limits"
        act={(data) =>
          changeAccountLimitsAction({
            workspaceId,
            reason: textOf(data, "reason"),
            requestsPerHour: numberOf(data, "requestsPerHour"),
            requestsPerDay: numberOf(data, "requestsPerDay"),
            requestsPerMonth: numberOf(data, "requestsPerMonth"),
            requestsTotal: numberOf(data, "requestsTotal"),
            concurrentStreams: numberOf(data, "concurrentStreams"),
          })
        }
        onDone={() => {
          toast.success("Limits changed");
          onClose();
        }}
        onCancel={onClose}
      >
        {(errorOf) => (
          <>
            <div className="grid gap-4 sm:grid-cols-2">
              {limitNames.map(([field, label]) => (
                <Field
                  key={field}
                  label={label}
                  hint={`Plan: ${limitText(planLimits[field])}`}
                  error={errorOf(field)}
                >
                  {(control) => (
                    <Input
                      {...control}
                      name={field}
                      inputMode="numeric"
                      autoComplete="off"
                      maxLength={20}
                      defaultValue={ownLimits[field]?.toString() ?? ""}
                    />
                  )}
                </Field>
              ))}
            </div>
            <ReasonField error={errorOf("reason")} placeholder="Agreed for the launch" />
          </>
        )}
      </ConsoleForm>
    </Dialog>
  );
}

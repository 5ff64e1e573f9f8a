"use client";

import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { updateUpstreamAction } from "@/app/(admin)/admin/upstreams/actions";
import {
  type UpstreamDraft,
  UpstreamFields,
  upstreamFieldNames,
} from "@/app/(admin)/admin/upstreams/upstream-fields";
import { upstreamInput } from "@/app/(admin)/admin/upstreams/upstream-input";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Dialog } from "@/components/dialog";
import { toast } from "@/components/toast";

/** The form that changes where an upstream is and what it is shown. */
export function EditUpstream({ id, initial }: { id: string; initial: UpstreamDraft }) {
  const [dialog, open] = useAddressDialog(["edit"]);
  return (
    <Dialog
      open={dialog === "edit"}
      onOpenChange={() => open(null)}
      title={`Edit ${initial.name}`}
      description="Saving waits until every gateway has applied the change."
    >
      <ConsoleForm
        fields={upstreamFieldNames}
        submitLabel="Save"
        act={(data) => updateUpstreamAction({ id, ...upstreamInput(data) })}
        onDone={() => {
          open(null);
          toast.success("Upstream saved");
        }}
        onCancel={() => open(null)}
      >
        {(errorOf) => (
          <UpstreamFields
            initial={initial}
            credentialHint="Leave it empty to keep the one that is there."
            errorOf={errorOf}
          />
        )}
      </ConsoleForm>
    </Dialog>
  );
}

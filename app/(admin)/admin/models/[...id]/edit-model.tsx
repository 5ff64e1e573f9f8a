"use client";

import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { updateModelAction } from "@/app/(admin)/admin/models/actions";
import {
  type ModelDraft,
  ModelFields,
  modelFieldNames,
  type UpstreamChoice,
  WaysField,
} from "@/app/(admin)/admin/models/model-fields";
import { modelInput } from "@/app/(admin)/admin/models/model-input";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Dialog } from "@/components/dialog";
import { toast } from "@/components/toast";

export interface EditModelProps {
  model: ModelDraft;
  upstreams: readonly UpstreamChoice[];
}

/** The form that changes what a model is and who answers for it. */
export function EditModel({ model, upstreams }: EditModelProps) {
  const [dialog, open] = useAddressDialog(["edit"]);
  return (
    <Dialog
      open={dialog === "edit"}
      onOpenChange={() => open(null)}
      size="lg"
      title={`Edit ${model.id}`}
      description="Changes apply from the next request."
    >
      <ConsoleForm
        fields={modelFieldNames}
        submitLabel="Save"
        act={(data) => updateModelAction({ id: model.id, ...modelInput(data) })}
        onDone={() => {
          open(null);
          toast.success("Model saved");
        }}
        onCancel={() => open(null)}
      >
        {(errorOf) => (
          <>
            <ModelFields initial={model} errorOf={errorOf} />
            <WaysField initial={model} upstreams={upstreams} errorOf={errorOf} />
          </>
        )}
      </ConsoleForm>
    </Dialog>
  );
}

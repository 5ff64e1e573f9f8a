"use client";

import { useRouter } from "next/navigation";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { addModelAction } from "@/app/(admin)/admin/models/actions";
import { modelHref } from "@/app/(admin)/admin/models/model-address";
import {
  ModelFields,
  modelFieldNames,
  PriceFields,
  type UpstreamChoice,
  WaysField,
} from "@/app/(admin)/admin/models/model-fields";
import { modelInput } from "@/app/(admin)/admin/models/model-input";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { toast } from "@/components/toast";

const empty = { id: "", displayName: "", ownedBy: "", listed: true };

/** The form of a new model; its page comes after. */
export function AddModel({ upstreams }: { upstreams: readonly UpstreamChoice[] }) {
  const router = useRouter();
  const [dialog, open] = useAddressDialog(["new"]);
  const initial = {
    ...empty,
    ...{ contextTokens: "", outputTokensMax: "", outputTokensDefault: "4096" },
    ways: [{ upstreamId: upstreams[0]?.id ?? "", model: "" }],
  };
  return (
    <Dialog
      open={dialog === "new"}
      onOpenChange={() => open(null)}
      size="lg"
      title="Add a model"
      description="It answers from the next request on, at the price you set here."
    >
      <ConsoleForm
        fields={modelFieldNames}
        submitLabel="Add model"
        act={(data) =>
          addModelAction({
            ...modelInput(data),
            ...{ id: textOf(data, "id"), inputUsd: textOf(data, "inputUsd") },
            outputUsd: textOf(data, "outputUsd"),
          })
        }
        onDone={({ id }) => {
          toast.success("Model added");
          router.push(modelHref(id));
        }}
        onCancel={() => open(null)}
      >
        {(errorOf) => (
          <>
            <Field label="Name" error={errorOf("id")} hint="What callers send as model.">
              {(control) => (
                <Input
                  {...control}
                  name="id"
                  mono
                  placeholder="gpt-5-mini"
                  autoComplete="off"
                  autoCapitalize="none"
                  spellCheck={false}
                />
              )}
            </Field>
            <ModelFields initial={initial} errorOf={errorOf} />
            <WaysField initial={initial} upstreams={upstreams} errorOf={errorOf} />
            <PriceFields input="" output="" errorOf={errorOf} />
          </>
        )}
      </ConsoleForm>
    </Dialog>
  );
}

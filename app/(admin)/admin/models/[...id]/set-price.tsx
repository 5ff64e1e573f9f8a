"use client";

import { useState } from "react";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { setPriceAction } from "@/app/(admin)/admin/models/actions";
import { modelFieldNames, PriceFields } from "@/app/(admin)/admin/models/model-fields";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { RadioGroup } from "@/components/radio-group";
import { toast } from "@/components/toast";

/** The form of another price: from now on, or from an instant to come. */
export function SetPrice({ id, input, output }: { id: string; input: string; output: string }) {
  const [dialog, open] = useAddressDialog(["price"]);
  const [when, setWhen] = useState("now");
  return (
    <Dialog
      open={dialog === "price"}
      onOpenChange={() => open(null)}
      title={`Set the price of ${id}`}
      description="Requests admitted before then keep the old price, even if they end later."
    >
      <ConsoleForm
        fields={modelFieldNames}
        submitLabel="Set price"
        act={(data) =>
          setPriceAction({
            ...{ id, inputUsd: textOf(data, "inputUsd"), outputUsd: textOf(data, "outputUsd") },
            // The field has no zone: it is said to be UTC.
            effectiveFrom: when === "now" ? null : `${textOf(data, "effectiveFrom")}:00Z`,
          })
        }
        onDone={() => {
          open(null);
          toast.success(when === "now" ? "The price holds in a few seconds" : "Price scheduled");
        }}
        onCancel={() => open(null)}
      >
        {(errorOf) => (
          <>
            <PriceFields input={input} output={output} errorOf={errorOf} />
            <RadioGroup
              legend="Takes effect"
              layout="cards"
              className="sm:grid-cols-2"
              value={when}
              onValueChange={setWhen}
              options={[
                { value: "now", label: "Now", description: "Everywhere within seconds." },
                { value: "later", label: "Later", description: "On a day and at a time." },
              ]}
            />
            {when === "later" ? (
              <Field
                label="Day and time"
                error={errorOf("effectiveFrom")}
                hint="In UTC. It can be withdrawn until then."
              >
                {(control) => (
                  <Input {...control} name="effectiveFrom" type="datetime-local" step={60} />
                )}
              </Field>
            ) : null}
          </>
        )}
      </ConsoleForm>
    </Dialog>
  );
}

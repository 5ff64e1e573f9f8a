"use client";

import { useState } from "react";
import { adjustBalanceAction, grantCreditAction } from "@/app/(admin)/admin/credits/actions";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { newNonce } from "@/app/(admin)/admin/form/nonce";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { RadioGroup } from "@/components/radio-group";
import { toast } from "@/components/toast";

const fieldNames = ["amountUsd", "reason", "direction"];

export interface CreditFormsProps {
  workspaceId: string;
  name: string;
}

/** The forms that grant credit and put a balance right. */
export function CreditForms({ workspaceId, name }: CreditFormsProps) {
  const [dialog, open] = useAddressDialog(["grant", "adjust"]);
  // One a form: however often it is sent, it is booked once.
  const [nonce, setNonce] = useState(newNonce);

  function finish(message: string) {
    setNonce(newNonce());
    open(null);
    toast.success(message);
  }

  return (
    <>
      <Dialog
        open={dialog === "grant"}
        onOpenChange={() => open(null)}
        title={`Grant credit to ${name}`}
        description="Granted credit is spent before paid credit."
      >
        <ConsoleForm
          fields={fieldNames}
          submitLabel="Grant credit"
          act={(data) => grantCreditAction({ workspaceId, nonce, ...amountOf(data) })}
          onDone={() => finish("Credit granted")}
          onCancel={() => open(null)}
        >
          {(errorOf) => <AmountFields errorOf={errorOf} />}
        </ConsoleForm>
      </Dialog>
      <Dialog
        open={dialog === "adjust"}
        onOpenChange={() => open(null)}
        title={`Adjust the balance of ${name}`}
        description="Corrects a mistake. You can’t take more than is available."
      >
        <ConsoleForm
          fields={fieldNames}
          submitLabel="Adjust"
          act={(data) =>
            adjustBalanceAction({
              ...{ workspaceId, nonce, direction: textOf(data, "direction") },
              ...amountOf(data),
            })
          }
          onDone={() => finish("Balance adjusted")}
          onCancel={() => open(null)}
        >
          {(errorOf) => (
            <>
              <RadioGroup
                legend="Direction"
                name="direction"
                layout="cards"
                className="sm:grid-cols-2"
                defaultValue="add"
                options={[
                  { value: "add", label: "Add", description: "Into the balance." },
                  { value: "take", label: "Take", description: "Out of what is free." },
                ]}
              />
              <AmountFields errorOf={errorOf} />
            </>
          )}
        </ConsoleForm>
      </Dialog>
    </>
  );
}

const amountOf = (data: FormData) => ({
  ...{ amountUsd: textOf(data, "amountUsd"), reason: textOf(data, "reason") },
});

function AmountFields({ errorOf }: { errorOf: (field: string) => string | undefined }) {
  return (
    <>
      <Field label="Amount" error={errorOf("amountUsd")}>
        {(control) => (
          <Input
            {...control}
            name="amountUsd"
            leading="$"
            inputMode="decimal"
            autoComplete="off"
            placeholder="25.00"
          />
        )}
      </Field>
      <Field
        label="Reason"
        error={errorOf("reason")}
        hint="The customer reads it in the list of transactions."
      >
        {(control) => <Input {...control} name="reason" autoComplete="off" />}
      </Field>
    </>
  );
}

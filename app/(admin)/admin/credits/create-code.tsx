"use client";

import { useState } from "react";
import { createCodeAction } from "@/app/(admin)/admin/credits/actions";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { newNonce } from "@/app/(admin)/admin/form/nonce";
import { KeyField } from "@/app/(dashboard)/keys/key-field";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Button } from "@/components/button";
import { Dialog, DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

const fieldNames = ["amountUsd", "usesMax", "description", "lastDay"];

/** The form of a new code, and then the code itself, once. */
export function CreateCode() {
  const [dialog, open] = useAddressDialog(["code"]);
  const [code, setCode] = useState<string | null>(null);
  // One a form: however often it is sent, it makes one code.
  const [nonce, setNonce] = useState(newNonce);

  function close() {
    open(null);
    setCode(null);
    setNonce(newNonce());
  }

  return (
    <Dialog
      open={dialog === "code" || code !== null}
      onOpenChange={close}
      title={code === null ? "Create a code" : "Save the code"}
      description={
        code === null
          ? "Customers redeem it under Billing, each workspace once."
          : "This is the only time it is shown. We keep its last characters."
      }
      // A stray press beside the dialog must not lose a code that nobody has saved.
      dismissible={code === null}
    >
      {code === null ? (
        <ConsoleForm
          fields={fieldNames}
          submitLabel="Create code"
          act={(data) =>
            createCodeAction({
              nonce,
              ...{ amountUsd: textOf(data, "amountUsd"), usesMax: textOf(data, "usesMax") },
              ...{ description: textOf(data, "description"), lastDay: textOf(data, "lastDay") },
            })
          }
          onDone={(data) => {
            setCode(data.code);
            open(null);
          }}
          onCancel={close}
        >
          {(errorOf) => <CodeFields errorOf={errorOf} />}
        </ConsoleForm>
      ) : (
        <>
          <KeyField label="Credit code" secret={code} onCopied={() => undefined} />
          <DialogFooter>
            <Button variant="primary" onClick={close}>
              I have saved the code
            </Button>
          </DialogFooter>
        </>
      )}
    </Dialog>
  );
}

function CodeFields({ errorOf }: { errorOf: (field: string) => string | undefined }) {
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          label="Worth"
          error={errorOf("amountUsd")}
          hint="For each workspace that redeems it."
        >
          {(control) => (
            <Input
              {...control}
              name="amountUsd"
              leading="$"
              inputMode="decimal"
              autoComplete="off"
            />
          )}
        </Field>
        <Field label="Uses" error={errorOf("usesMax")} hint="Workspaces that may redeem it.">
          {(control) => (
            <Input
              {...control}
              name="usesMax"
              inputMode="numeric"
              autoComplete="off"
              defaultValue="1"
            />
          )}
        </Field>
      </div>
      <Field
        label="Description"
        error={errorOf("description")}
        hint="Customers read it in the list of transactions."
      >
        {(control) => (
          <Input {...control} name="description" placeholder="Launch credit" autoComplete="off" />
        )}
      </Field>
      <Field
        label="Last day"
        aside="Optional"
        error={errorOf("lastDay")}
        hint="In UTC. Leave empty to never expire."
      >
        {(control) => <Input {...control} name="lastDay" type="date" />}
      </Field>
    </>
  );
}

"use client";

import { type FormEvent, useState } from "react";
import { redeemCodeAction } from "@/app/(dashboard)/billing/actions";
import { useFormAct } from "@/app/(dashboard)/billing/use-form-act";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { toast } from "@/components/toast";
import { formatUsd } from "@/lib/money";

/** Turns a code into credit. */
export function RedeemForm() {
  const [code, setCode] = useState("");
  const act = useFormAct();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.trim() === "") return act.refuse({ code: "Enter a code." });
    act.run(
      () => redeemCodeAction({ code }),
      ({ amountNanos }) => {
        toast.success(`${formatUsd(BigInt(amountNanos))} added`);
        setCode("");
      },
    );
  }

  return (
    <form onSubmit={submit} noValidate className="grid max-w-90 gap-2">
      <div className="flex items-start gap-2">
        <Field label="Code" hideLabel error={act.errorOf("code")} className="flex-1">
          {(control) => (
            <Input
              {...control}
              mono
              className="placeholder:font-sans"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              placeholder="Enter a code"
              value={code}
              onChange={(event) => {
                setCode(event.target.value);
                act.forget();
              }}
            />
          )}
        </Field>
        <Button type="submit" loading={act.isPending}>
          Redeem
        </Button>
      </div>
      {act.failure ? <FailureCallout failure={act.failure} /> : null}
    </form>
  );
}

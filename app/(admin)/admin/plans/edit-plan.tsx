"use client";

import { useState } from "react";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { updatePlanAction } from "@/app/(admin)/admin/plans/actions";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { toast } from "@/components/toast";

/** A plan as its form has it; no limit is nothing. */
export interface PlanDraft {
  id: string;
  name: string;
  limits: Record<LimitName, string>;
  selfService: boolean;
  accounts: string;
}

const limitLabels = {
  requestsPerHour: "Requests an hour",
  concurrentStreams: "Open streams",
  requestsPerDay: "Requests a day",
  requestsPerMonth: "Requests a month",
  requestsTotal: "Requests in total",
} as const;
type LimitName = keyof typeof limitLabels;

const isLimit = (name: string): name is LimitName => Object.hasOwn(limitLabels, name);
const limitNames: readonly LimitName[] = Object.keys(limitLabels).filter(isLimit);
const fieldNames: readonly string[] = ["name", ...limitNames];

/** A button, and the form of a plan's limits. */
export function EditPlan({ plan }: { plan: PlanDraft }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button size="sm" aria-label={`Edit ${plan.name}`} onClick={() => setIsOpen(true)}>
        Edit
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setIsOpen}
        title={`Edit ${plan.name}`}
        description={`${plan.accounts} on it get the new limits from the next request, unless they have limits of their own.`}
      >
        <ConsoleForm
          fields={fieldNames}
          submitLabel="Save plan"
          act={(data) =>
            updatePlanAction({
              ...{ id: plan.id, name: textOf(data, "name") },
              ...Object.fromEntries(limitNames.map((name) => [name, textOf(data, name)])),
              selfService: data.get("selfService") === "on",
            })
          }
          onDone={() => {
            setIsOpen(false);
            toast.success("Plan saved");
          }}
          onCancel={() => setIsOpen(false)}
        >
          {(errorOf) => (
            <>
              <Field label="Name" error={errorOf("name")}>
                {(control) => (
                  <Input {...control} name="name" autoComplete="off" defaultValue={plan.name} />
                )}
              </Field>
              <div className="grid gap-5 sm:grid-cols-2">
                {limitNames.map((name) => (
                  <Field key={name} label={limitLabels[name]} error={errorOf(name)}>
                    {(control) => (
                      <Input
                        {...control}
                        name={name}
                        inputMode="numeric"
                        autoComplete="off"
                        placeholder="no limit"
                        defaultValue={plan.limits[name]}
                      />
                    )}
                  </Field>
                ))}
              </div>
              <Checkbox
                name="selfService"
                value="on"
                defaultChecked={plan.selfService}
                label="Customers may switch to it"
                description="If off, only an operator can put accounts on it."
              />
            </>
          )}
        </ConsoleForm>
      </Dialog>
    </>
  );
}

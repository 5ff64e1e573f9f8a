"use client";

import { useId } from "react";
import { AddressesField } from "@/app/(dashboard)/keys/addresses-field";
import type { LimitsDraft } from "@/app/(dashboard)/keys/limits-draft";
import { ModelsField } from "@/app/(dashboard)/keys/models-field";
import type { FormProblem } from "@/app/(dashboard)/keys/use-problem";
import { Field, FieldError } from "@/components/field";
import { Input } from "@/components/input";
import { Select } from "@/components/select";
import { dayYearText } from "@/lib/day-text";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";
import { addMs, dayMs } from "@/lib/time";

export interface LimitFieldsProps
  extends Pick<FormProblem, "errorOf" | "wrongEntries" | "correcting"> {
  value: LimitsDraft;
  onValueChange: (value: LimitsDraft) => void;
  /** The models in the catalogue; null where they could not be read. */
  models: readonly string[] | null;
  /** The viewer's address as the server sees it; null where it can't tell. */
  ownAddress: string | null;
}

/** Everything that bounds a key beside its scopes. */
export function LimitFields(props: LimitFieldsProps) {
  const { value, onValueChange, models, ownAddress, errorOf, wrongEntries, correcting } = props;
  const change = (part: Partial<LimitsDraft>) => onValueChange({ ...value, ...part });
  return (
    <div className="grid gap-5">
      <CapFields
        value={value.caps}
        errorOf={errorOf}
        onValueChange={(interval, amount) =>
          correcting<string>(`caps.${interval}`, (text) =>
            change({ caps: { ...value.caps, [interval]: text } }),
          )(amount)
        }
      />
      <Field
        label="Requests an hour"
        error={errorOf("requestsPerHour")}
        hint="Over any 60 minutes, on top of your plan’s limit."
      >
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            autoComplete="off"
            placeholder="No limit of its own"
            value={value.requestsPerHour}
            onChange={(event) =>
              correcting<string>("requestsPerHour", (text) => change({ requestsPerHour: text }))(
                event.target.value,
              )
            }
          />
        )}
      </Field>
      <ModelsField
        value={value.models}
        catalogue={models}
        error={errorOf("modelAllowlist")}
        wrong={wrongEntries("modelAllowlist")}
        onValueChange={correcting("modelAllowlist", (list) => change({ models: list }))}
      />
      <AddressesField
        value={value.addresses}
        ownAddress={ownAddress}
        error={errorOf("addressAllowlist")}
        wrong={wrongEntries("addressAllowlist")}
        onValueChange={correcting("addressAllowlist", (list) => change({ addresses: list }))}
      />
      <RotationField
        value={value.rotationDays}
        error={errorOf("rotationDays")}
        onValueChange={correcting("rotationDays", (rotationDays) => change({ rotationDays }))}
      />
    </div>
  );
}

const capLabels: Record<CapInterval, string> = {
  day: "Daily cap",
  week: "Weekly cap",
  month: "Monthly cap",
  total: "Total cap",
};

interface CapFieldsProps extends Pick<FormProblem, "errorOf"> {
  value: LimitsDraft["caps"];
  onValueChange: (interval: CapInterval, amount: string) => void;
}

function CapFields({ value, errorOf, onValueChange }: CapFieldsProps) {
  const id = useId();
  // The server names the caps as one field where it can't say which.
  const wrong = capIntervals.filter((interval) => errorOf(`caps.${interval}`));
  // The fields are too narrow for a message each; where all four are wrong, the server can't say which.
  const messages = new Set(wrong.map((interval) => errorOf(`caps.${interval}`) ?? ""));
  const shared = wrong.length > 0 ? [...messages] : [errorOf("caps") ?? []].flat();
  const isWrong = (interval: CapInterval) =>
    shared.length > 0 && (wrong.length === 0 || wrong.includes(interval));
  return (
    <fieldset className="min-w-0" aria-describedby={`${id}-hint`}>
      <legend className="mb-1.5 text-sm font-medium text-fg">Spend caps</legend>
      <div className="grid grid-cols-2 items-start gap-x-2 gap-y-3 sm:grid-cols-4">
        {capIntervals.map((interval) => (
          <Field
            key={interval}
            label={capLabels[interval]}
            className="[&_label]:text-xs [&_label]:font-normal [&_label]:text-fg-2"
          >
            {(control) => (
              <Input
                {...control}
                aria-invalid={isWrong(interval) || undefined}
                aria-describedby={isWrong(interval) ? `${id}-error` : undefined}
                leading="$"
                inputMode="decimal"
                autoComplete="off"
                placeholder="None"
                value={value[interval]}
                onChange={(event) => onValueChange(interval, event.target.value)}
                className="[&_input]:pl-6 [&_span]:w-6"
              />
            )}
          </Field>
        ))}
      </div>
      {shared.length > 0 ? (
        <div className="mt-1.5">
          <FieldError id={`${id}-error`} errors={shared} />
        </div>
      ) : null}
      <p id={`${id}-hint`} className="mt-1.5 text-xs text-fg-3">
        What the key may spend. Days, weeks from Monday and months begin at 00:00 UTC.
      </p>
    </fieldset>
  );
}

const suggestedDays = "90";

const rotationChoices = [
  { value: "", label: "Off" },
  ...["30", "60", "90", "180"].map((days) => ({
    value: days,
    label: days === suggestedDays ? `Every ${days} days (suggested)` : `Every ${days} days`,
  })),
];

interface RotationFieldProps {
  value: string;
  error: string | undefined;
  onValueChange: (value: string) => void;
}

function RotationField({ value, error, onValueChange }: RotationFieldProps) {
  const due = value ? addMs(new Date(), Number(value) * dayMs) : null;
  return (
    <Field
      label="Rotation"
      error={error}
      hint={
        due
          ? `On ${dayYearText(due)} you are told to take a new secret, and have seven days for it. The old one works on while you swap them.`
          : "The secret stays the same until somebody rotates it."
      }
    >
      {(control) => (
        <Select
          {...control}
          options={rotationChoices}
          value={value}
          onChange={(event) => onValueChange(event.target.value)}
        />
      )}
    </Field>
  );
}

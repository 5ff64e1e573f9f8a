"use client";

import { useState } from "react";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Select } from "@/components/select";

const suggestions = [30, 60, 90, 180, 365];

const options = [
  { value: "none", label: "No policy" },
  ...suggestions.map((days) => ({ value: String(days), label: `Every ${days} days` })),
  { value: "custom", label: "Another number of days" },
];

export interface EditRotationProps {
  apiKey: EditedKey;
  rotationDays: number | null;
}

function choiceOf(days: number | null): string {
  if (days === null) return "none";
  return suggestions.includes(days) ? String(days) : "custom";
}

export default function RotationDialog(props: EditRotationProps & { onClose: () => void }) {
  const { apiKey, rotationDays, onClose } = props;
  const [choice, setChoice] = useState(choiceOf(rotationDays));
  const [text, setText] = useState(String(rotationDays ?? 45));
  const isCustom = choice === "custom";
  return (
    <EditDialog
      apiKey={apiKey}
      title="Edit rotation policy"
      description="When the secret reaches this age a rotation is due: you get a mail, and seven days to rotate here or by the API. Unclaimed, the key stops working."
      change={{ rotationDays: choice === "none" ? null : Number(isCustom ? text : choice) }}
      done="Rotation policy changed"
      onClose={onClose}
    >
      {(errorOf) => (
        <div className="grid gap-3">
          <Field label="Rotate" error={isCustom ? undefined : errorOf("rotationDays")}>
            {(control) => (
              <Select
                {...control}
                options={options}
                value={choice}
                onChange={(event) => setChoice(event.target.value)}
              />
            )}
          </Field>
          {isCustom ? (
            <Field label="Days" error={errorOf("rotationDays")} hint="From 1 to 365.">
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  autoComplete="off"
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                />
              )}
            </Field>
          ) : null}
        </div>
      )}
    </EditDialog>
  );
}

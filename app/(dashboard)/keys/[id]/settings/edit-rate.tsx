"use client";

import { useState } from "react";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface EditRateProps {
  apiKey: EditedKey;
  requestsPerHour: number | null;
}

/** The number that was typed; NaN, which the schema refuses in words, where it is none. */
function countOf(text: string): number | null {
  const bare = text.trim().replaceAll(",", "");
  return bare === "" ? null : Number(bare);
}

export default function RateDialog({
  apiKey,
  requestsPerHour,
  onClose,
}: EditRateProps & { onClose: () => void }) {
  const [text, setText] = useState(requestsPerHour === null ? "" : String(requestsPerHour));
  return (
    <EditDialog
      apiKey={apiKey}
      title="Edit rate limit"
      description="For this key alone; the workspace’s limit applies too."
      change={{ requestsPerHour: countOf(text) }}
      done="Rate limit changed"
      onClose={onClose}
    >
      {(errorOf) => (
        <Field
          label="Requests an hour"
          error={errorOf("requestsPerHour")}
          hint="Over any 60 minutes. Leave empty for no limit of its own."
        >
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              placeholder="No limit"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      )}
    </EditDialog>
  );
}

"use client";

import { useState } from "react";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";

/** Decimal dollars, or empty for no cap. */
type Draft = Record<CapInterval, string>;

const labels: Record<CapInterval, string> = {
  day: "Each day",
  week: "Each week",
  month: "Each month",
  total: "In total",
};

export interface EditCapsProps {
  apiKey: EditedKey;
  /** Decimal dollars; null is no cap. */
  caps: Record<CapInterval, string | null>;
}

export default function CapsDialog({
  apiKey,
  caps,
  onClose,
}: EditCapsProps & { onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>({
    day: caps.day ?? "",
    week: caps.week ?? "",
    month: caps.month ?? "",
    total: caps.total ?? "",
  });
  const wanted = (interval: CapInterval) => draft[interval].trim().replace(/^\$/, "") || null;
  return (
    <EditDialog
      apiKey={apiKey}
      size="md"
      title="Edit spend caps"
      description="A request that would take the key beyond a cap is refused. What it has spent in the current period counts."
      change={{
        caps: {
          day: wanted("day"),
          week: wanted("week"),
          month: wanted("month"),
          total: wanted("total"),
        },
      }}
      done="Spend caps changed"
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            {capIntervals.map((interval) => (
              <Field
                key={interval}
                label={labels[interval]}
                aside="USD"
                error={errorOf(`caps.${interval}`)}
              >
                {(control) => (
                  <Input
                    {...control}
                    leading="$"
                    inputMode="decimal"
                    autoComplete="off"
                    placeholder="No cap"
                    value={draft[interval]}
                    onChange={(event) => setDraft({ ...draft, [interval]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
          <p className="mt-3 text-xs text-fg-3">
            Days, weeks (from Monday) and months begin at 00:00 UTC. Empty is no cap.
          </p>
        </>
      )}
    </EditDialog>
  );
}

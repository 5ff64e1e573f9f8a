"use client";

import { useState } from "react";
import { EditButton } from "@/app/(dashboard)/keys/[id]/settings/edit-button";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";
import { ExpiryField } from "@/app/(dashboard)/keys/expiry-field";
import { formatDay } from "@/lib/keys/expiry";
import type { KeyExpiry } from "@/lib/keys/schema";

export interface EditExpiryProps {
  apiKey: EditedKey;
  expiresAt: string | null;
}

export function EditExpiry(props: EditExpiryProps) {
  return (
    <EditButton label="Edit expiry">
      {(close) => <ExpiryDialog {...props} onClose={close} />}
    </EditButton>
  );
}

function ExpiryDialog({ apiKey, expiresAt, onClose }: EditExpiryProps & { onClose: () => void }) {
  const endsAt = expiresAt === null ? null : new Date(expiresAt);
  // A day names no time: until another is chosen, the key's own instant stands.
  const [chosen, setChosen] = useState<KeyExpiry>();
  return (
    <EditDialog
      apiKey={apiKey}
      title="Edit expiry"
      description="Counted from now. A rotation’s overlap never outlasts it."
      change={chosen ? { expiry: chosen } : {}}
      done="Expiry changed"
      onClose={onClose}
    >
      {(errorOf) => (
        <ExpiryField
          value={chosen ?? (endsAt ? { kind: "day", day: formatDay(endsAt) } : { kind: "never" })}
          endsAt={chosen ? undefined : endsAt}
          error={errorOf("expiry")}
          onValueChange={setChosen}
        />
      )}
    </EditDialog>
  );
}

"use client";

import { useState } from "react";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";
import { ExpiryField } from "@/app/(dashboard)/keys/expiry-field";
import { formatDay } from "@/lib/keys/expiry";
import type { KeyExpiry } from "@/lib/keys/schema";

export interface EditExpiryProps {
  apiKey: EditedKey;
  expiresAt: string | null;
}

export default function ExpiryDialog({
  apiKey,
  expiresAt,
  onClose,
}: EditExpiryProps & { onClose: () => void }) {
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

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
  const [expiry, setExpiry] = useState<KeyExpiry>(
    expiresAt === null ? { kind: "never" } : { kind: "day", day: formatDay(new Date(expiresAt)) },
  );
  return (
    <EditDialog
      apiKey={apiKey}
      title="Edit expiry"
      description="Counted from now. An overlap of a rotation never outlasts it."
      change={{ expiry }}
      done="Expiry changed"
      onClose={onClose}
    >
      {(errorOf) => (
        <ExpiryField value={expiry} error={errorOf("expiry")} onValueChange={setExpiry} />
      )}
    </EditDialog>
  );
}

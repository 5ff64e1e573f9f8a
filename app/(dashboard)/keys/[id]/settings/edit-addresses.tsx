"use client";

import { useState } from "react";
import {
  AllowlistField,
  draftOf,
  listOf,
  wrongPlaces,
} from "@/app/(dashboard)/keys/[id]/settings/allowlist-field";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";

export interface EditAddressesProps {
  apiKey: EditedKey;
  addresses: readonly string[] | null;
  /** The visitor's address as the server sees it, where it does. */
  ownAddress: string | null;
}

export default function AddressesDialog(props: EditAddressesProps & { onClose: () => void }) {
  const { ownAddress } = props;
  const [draft, setDraft] = useState(draftOf(props.addresses));
  return (
    <EditDialog
      apiKey={props.apiKey}
      title="Edit addresses"
      description="A request from any other address is refused, even with a valid secret."
      change={{ addressAllowlist: listOf(draft) }}
      done="Addresses changed"
      onClose={props.onClose}
    >
      {(errorOf) => (
        <AllowlistField
          legend="Addresses"
          noun="address"
          allLabel="Any address"
          onlyLabel="Only these"
          emptyHint="An empty list allows no address: every request is refused."
          hint="An address such as 203.0.113.7, or a block such as 203.0.113.0/24."
          placeholder="203.0.113.7"
          suggestions={ownAddress ? [{ label: `Add mine (${ownAddress})`, entry: ownAddress }] : []}
          value={draft}
          error={errorOf("addressAllowlist")}
          wrong={wrongPlaces(draft.entries, "addressAllowlist", errorOf)}
          onValueChange={setDraft}
        />
      )}
    </EditDialog>
  );
}

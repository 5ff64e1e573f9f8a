"use client";

import { useState } from "react";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";
import { ScopeField } from "@/app/(dashboard)/keys/scope-field";
import { type KeyScope, keyScopes } from "@/lib/keys/terms";

export interface EditScopesProps {
  apiKey: EditedKey;
  scopes: readonly string[];
  /** The scopes that the viewer may give. */
  grantable: readonly KeyScope[];
}

export default function ScopesDialog(props: EditScopesProps & { onClose: () => void }) {
  const [scopes, setScopes] = useState<KeyScope[]>(
    keyScopes.filter((scope) => props.scopes.includes(scope)),
  );
  return (
    <EditDialog
      apiKey={props.apiKey}
      size="md"
      title="Edit scopes"
      description="Applies from the next request. A request that needs a missing scope is refused."
      change={{ scopes }}
      done="Scopes changed"
      onClose={props.onClose}
    >
      {(errorOf) => (
        <ScopeField
          value={scopes}
          grantable={props.grantable}
          error={errorOf("scopes")}
          onValueChange={setScopes}
        />
      )}
    </EditDialog>
  );
}

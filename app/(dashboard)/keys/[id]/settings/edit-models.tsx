"use client";

import { useState } from "react";
import {
  AllowlistField,
  draftOf,
  listOf,
  wrongPlaces,
} from "@/app/(dashboard)/keys/[id]/settings/allowlist-field";
import { EditDialog, type EditedKey } from "@/app/(dashboard)/keys/[id]/settings/edit-dialog";
import { modelPatternMatches } from "@/lib/keys/model-patterns";

export interface EditModelsProps {
  apiKey: EditedKey;
  models: readonly string[] | null;
  /** The ids that the catalogue lists. */
  catalogue: readonly string[];
}

export default function ModelsDialog(props: EditModelsProps & { onClose: () => void }) {
  const [draft, setDraft] = useState(draftOf(props.models));
  const missing = props.catalogue.filter(
    (id) => !draft.entries.some((pattern) => modelPatternMatches(pattern, id)),
  );
  return (
    <EditDialog
      apiKey={props.apiKey}
      title="Edit models"
      description="A request for any other model is refused."
      change={{ modelAllowlist: listOf(draft) }}
      done="Models changed"
      onClose={props.onClose}
    >
      {(errorOf) => (
        <AllowlistField
          legend="Models"
          noun="model"
          allLabel="All models, also those that come later"
          onlyLabel="Only these"
          emptyHint="An empty list allows no model: every request for one is refused."
          hint="A star at the end matches any ending: gpt-*"
          placeholder="gpt-4 or claude-*"
          suggestions={missing.map((id) => ({ label: `Add ${id}`, entry: id }))}
          value={draft}
          error={errorOf("modelAllowlist")}
          wrong={wrongPlaces(draft.entries, "modelAllowlist", errorOf)}
          onValueChange={setDraft}
        />
      )}
    </EditDialog>
  );
}

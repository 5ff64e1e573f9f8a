"use client";

import { type FormEvent, useState } from "react";
import { FormFoot } from "@/app/(dashboard)/keys/form-foot";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { DisplayName } from "@/lib/display-name";
import type { ActionError } from "@/lib/result";

export interface RenameDialogProps {
  /** The key's present name. */
  name: string;
  /** What the field starts with. */
  draft: string;
  /** Why the last attempt was refused. */
  failure: ActionError | undefined;
  onClose: () => void;
  onRename: (name: string) => void;
}

/** Asks for another name. What the browser can tell is wrong is said here, without the server. */
export default function RenameDialog(props: RenameDialogProps) {
  const [draft, setDraft] = useState(props.draft);
  const { failure } = props;
  const [error, setError] = useState(failure?.fields?.name);

  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = DisplayName.safeParse(draft);
    if (!parsed.success) return setError(parsed.error.issues[0]?.message);
    if (parsed.data === props.name) return props.onClose();
    props.onRename(parsed.data);
  }

  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      size="sm"
      // No "name" in it: the field alone is called that.
      title="Edit key"
      description="Only the name changes. The key keeps working."
    >
      <form onSubmit={submit} noValidate>
        <Field label="Name" error={error}>
          {(control) => (
            <Input
              {...control}
              value={draft}
              onChange={(event) => {
                setDraft(event.target.value);
                setError(undefined);
              }}
              onFocus={(event) => event.target.select()}
              autoComplete="off"
            />
          )}
        </Field>
        <FormFoot
          failure={failure?.fields?.name ? undefined : failure}
          submitLabel="Save"
          onCancel={props.onClose}
        />
      </form>
    </Dialog>
  );
}

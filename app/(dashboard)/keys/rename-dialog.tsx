"use client";

import { type FormEvent, useState } from "react";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { Button } from "@/components/button";
import { Dialog, DialogFooter } from "@/components/dialog";
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
      description="Only the name changes. The key goes on working as it is."
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
        {failure && !failure.fields?.name ? (
          <div className="mt-4">
            <FailureCallout failure={failure} />
          </div>
        ) : null}
        <DialogFooter>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" variant="primary">
            Save
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}

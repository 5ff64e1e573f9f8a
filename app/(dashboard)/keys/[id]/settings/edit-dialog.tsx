"use client";

import { type FormEvent, type ReactNode, useState, useTransition } from "react";
import { updateKeyAction } from "@/app/(dashboard)/keys/actions";
import type { Failure } from "@/app/(dashboard)/keys/failure-callout";
import { FormFoot } from "@/app/(dashboard)/keys/form-foot";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { Dialog } from "@/components/dialog";
import { toast } from "@/components/toast";
import type { UpdateKey } from "@/lib/keys/schema";
import type { FieldErrors } from "@/lib/result";

/** The key that a dialog changes, as the page has read it. */
export interface EditedKey {
  id: string;
  /** In ISO 8601: a change that somebody made after it isn't overwritten. */
  updatedAt: string;
}

export interface EditDialogProps {
  apiKey: EditedKey;
  title: string;
  description?: ReactNode;
  /** What would be sent as the fields stand; empty where nothing was touched, and then nothing is. */
  change: Omit<UpdateKey, "id" | "expectedUpdatedAt">;
  /** Said when it is saved: "Scopes changed". */
  done: string;
  size?: "sm" | "md";
  onClose: () => void;
  /** The fields; `errorOf` takes a path such as `caps.day`. */
  children: (errorOf: (path: string) => string | undefined) => ReactNode;
}

/**
 * What the browser can tell is wrong, by path, in the words that the server would use. The checks are
 * fetched when something is saved.
 */
async function findErrors(draft: UpdateKey): Promise<FieldErrors | null> {
  const schema = await import("@/lib/keys/schema").catch(() => null);
  if (!schema) return null;
  const parsed = schema.UpdateKey.safeParse(draft);
  if (parsed.success) return null;
  const fields: FieldErrors = {};
  for (const issue of parsed.error.issues) {
    const [first, ...rest] = issue.path.map(String);
    fields[first ?? ""] ??= issue.message;
    if (rest.length > 0) fields[[first, ...rest].join(".")] ??= issue.message;
  }
  return fields;
}

/** Changes one thing about a key. Saving what is so already closes the dialog as well. */
export function EditDialog(props: EditDialogProps) {
  const { apiKey, title, description, change, done, size = "sm", onClose, children } = props;
  // As it was when the dialog opened: the page behind may be drawn anew with somebody else's change.
  const [expectedUpdatedAt] = useState(apiKey.updatedAt);
  const [fields, setFields] = useState<FieldErrors>({});
  const [failure, setFailure] = useState<Failure>();
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    if (Object.keys(change).length === 0) return onClose();
    const draft = { id: apiKey.id, expectedUpdatedAt, ...change };
    setFields({});
    setFailure(undefined);
    startTransition(async () => {
      const errors = await findErrors(draft);
      if (errors) return setFields(errors);
      const result = await withRecentSignIn(() => updateKeyAction(draft)).catch(unreachable);
      if (result.ok) {
        toast.success(done);
        return onClose();
      }
      setFields(result.error.fields ?? {});
      if (!result.error.fields) setFailure(result.error);
    });
  }

  return (
    <Dialog open onOpenChange={onClose} size={size} title={title} description={description}>
      <form onSubmit={submit} noValidate>
        {children((path) => fields[path])}
        <FormFoot failure={failure} submitLabel="Save" isPending={isPending} onCancel={onClose} />
      </form>
      {proofDialog}
    </Dialog>
  );
}

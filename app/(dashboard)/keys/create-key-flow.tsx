"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import {
  closeCreateDialog,
  isCreateDialogOpen,
  openCreateDialog,
} from "@/app/(dashboard)/keys/create-address";
import { CreateForm } from "@/app/(dashboard)/keys/create-form";
import { Reveal } from "@/app/(dashboard)/keys/reveal";
import { Dialog } from "@/components/dialog";
import { useShortcut } from "@/components/use-shortcut";
import type { CreatedKey } from "@/lib/keys/mutations";
import type { KeyScope } from "@/lib/keys/schema";

export interface CreateKeyFlowProps {
  /** Ends in `/v1`. */
  apiBaseUrl: string;
  /** The scopes that the viewer may give. */
  grantable: readonly KeyScope[];
  refusesTestKeys: boolean;
}

/**
 * The form, and then, in the same dialog, the key that it made. The secret lives in this component's
 * state and nowhere else, until the dialog closes.
 */
export function CreateKeyFlow({ apiBaseUrl, grantable, refusesTestKeys }: CreateKeyFlowProps) {
  const router = useRouter();
  const params = useSearchParams();
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const [wasSaved, setWasSaved] = useState(false);
  const [hasAsked, setHasAsked] = useState(false);
  useShortcut("c", openCreateDialog);

  function show(key: CreatedKey) {
    setWasSaved(false);
    setHasAsked(false);
    setCreated(key);
    closeCreateDialog();
  }

  function finish() {
    setCreated(null);
    // A filter may hide the new key, and then it would seem not to be there.
    if (params.size > 0) router.replace("/keys");
    // Its row was read when it was made, and it may have been used since.
    else router.refresh();
  }

  /** Escape and the cross: a reflex, which loses nothing that can't be had again. Done is a word. */
  function dismiss() {
    if (!created) closeCreateDialog();
    else if (wasSaved) finish();
    else setHasAsked(true);
  }

  return (
    <Dialog
      open={created !== null || isCreateDialogOpen(params)}
      onOpenChange={dismiss}
      size={created ? "lg" : "md"}
      title={created ? "Save your key" : "Create key"}
      description={
        created
          ? "This is the only time it is shown. If you lose it, revoke it and create another."
          : undefined
      }
      // A stray press beside the dialog must not lose a key that nobody has saved.
      dismissible={created === null || wasSaved}
    >
      {created ? (
        <Reveal
          created={created}
          apiBaseUrl={apiBaseUrl}
          isAsking={hasAsked && !wasSaved}
          isSaved={wasSaved}
          onSaved={() => setWasSaved(true)}
          onDismiss={dismiss}
          onDone={finish}
        />
      ) : (
        <CreateForm
          grantable={grantable}
          refusesTestKeys={refusesTestKeys}
          onCreated={show}
          onCancel={closeCreateDialog}
        />
      )}
    </Dialog>
  );
}

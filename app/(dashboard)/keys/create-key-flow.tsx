"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import {
  closeCreateDialog,
  isCreateDialogOpen,
  openCreateDialog,
} from "@/app/(dashboard)/keys/create-address";
import type { KeyFormOptions } from "@/app/(dashboard)/keys/create-form";
import { Dialog } from "@/components/dialog";
import { lazyPart } from "@/components/lazy-part";
import { useShortcut } from "@/components/use-shortcut";
import type { CreatedKey } from "@/lib/keys/create-key";

const CreateForm = lazyPart(() => import("@/app/(dashboard)/keys/create-form"));
const Reveal = lazyPart(() => import("@/app/(dashboard)/keys/reveal"));

export interface CreateKeyFlowProps extends KeyFormOptions {
  /** Ends in `/v1`. */
  apiBaseUrl: string;
}

/**
 * The form, and then, in the same dialog, the key that it made. The secret lives in this component's
 * state and nowhere else, until the dialog closes.
 */
export function CreateKeyFlow({ apiBaseUrl, ...options }: CreateKeyFlowProps) {
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

  /** Escape, the cross, and Done before the key was saved: nothing is lost without a question. */
  function dismiss() {
    if (!created) closeCreateDialog();
    else if (wasSaved) finish();
    else setHasAsked(true);
  }

  return (
    <Dialog
      open={created !== null || isCreateDialogOpen(params)}
      onOpenChange={dismiss}
      size="lg"
      anchor={created ? "top" : "center"}
      title={created ? "Save your key" : "Create key"}
      description={
        created ? "This is the only time it is shown. If you lose it, rotate the key." : undefined
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
        <CreateForm {...options} onCreated={show} onCancel={closeCreateDialog} />
      )}
    </Dialog>
  );
}

"use client";

import type { Route } from "next";
import { useRouter, useSearchParams } from "next/navigation";
import { useRef } from "react";
import {
  closeCreateDialog,
  isCreateDialogOpen,
  openCreateDialog,
} from "@/app/(dashboard)/keys/create-address";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { createEndpointAction } from "@/app/(dashboard)/webhooks/actions";
import type { EndpointDraft, EndpointFormProps } from "@/app/(dashboard)/webhooks/endpoint-form";
import { useRevealed } from "@/app/(dashboard)/webhooks/use-revealed";
import { Dialog } from "@/components/dialog";
import { lazyPart } from "@/components/lazy-part";
import { useShortcut } from "@/components/use-shortcut";

const EndpointForm = lazyPart<EndpointFormProps>(
  () => import("@/app/(dashboard)/webhooks/endpoint-form"),
);
const SecretReveal = lazyPart(() => import("@/app/(dashboard)/webhooks/secret-reveal"));

const empty: EndpointDraft = { url: "", description: "", events: [] };

/**
 * The form, and then, in the same dialog, the secret of the endpoint that it made; its page comes after.
 * `canAdd` is false where no more fit, and the dialog opens no more.
 */
export function AddEndpointFlow({ canAdd }: { canAdd: boolean }) {
  const router = useRouter();
  const params = useSearchParams();
  const createdId = useRef("");
  const revealed = useRevealed(() => router.push(`/webhooks/${createdId.current}` as Route));
  const { secret, isSaved } = revealed;
  useShortcut("c", () => {
    if (canAdd) openCreateDialog();
  });

  async function send(draft: EndpointDraft) {
    const result = await createEndpointAction(draft).catch(unreachable);
    if (!result.ok) return result.error;
    createdId.current = result.data.id;
    revealed.show(result.data.secret);
    closeCreateDialog();
    return null;
  }

  return (
    <Dialog
      open={secret !== null || (canAdd && isCreateDialogOpen(params))}
      onOpenChange={secret === null ? closeCreateDialog : revealed.dismiss}
      size="lg"
      anchor={secret === null ? "center" : "top"}
      title={secret === null ? "Add endpoint" : "Save the signing secret"}
      description={
        secret === null
          ? undefined
          : "This is the only time it is shown. If you lose it, roll the secret."
      }
      // A stray press beside the dialog must not lose a secret that nobody has saved.
      dismissible={secret === null || isSaved}
    >
      {secret === null ? (
        <EndpointForm
          initial={empty}
          submitLabel="Add endpoint"
          send={send}
          onCancel={closeCreateDialog}
        />
      ) : (
        <SecretReveal secret={secret} revealed={revealed} />
      )}
    </Dialog>
  );
}

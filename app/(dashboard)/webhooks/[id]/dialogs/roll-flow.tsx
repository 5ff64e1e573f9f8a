"use client";

import { useRouter } from "next/navigation";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import type { RollFormProps } from "@/app/(dashboard)/webhooks/[id]/dialogs/roll-form";
import { useRevealed } from "@/app/(dashboard)/webhooks/use-revealed";
import { Dialog } from "@/components/dialog";
import { lazyPart } from "@/components/lazy-part";

const RollForm = lazyPart<RollFormProps>(
  () => import("@/app/(dashboard)/webhooks/[id]/dialogs/roll-form"),
);
const SecretReveal = lazyPart(() => import("@/app/(dashboard)/webhooks/secret-reveal"));

export interface RollFlowProps {
  endpoint: ActedEndpoint;
  isOpen: boolean;
  onClose: () => void;
}

/** The choice of an overlap, and then, in the same dialog, the secret that it made. */
export function RollFlow({ endpoint, isOpen, onClose }: RollFlowProps) {
  const router = useRouter();
  const revealed = useRevealed(() => router.refresh());
  const { secret, isSaved } = revealed;

  function show(made: string) {
    revealed.show(made);
    // The address asks for the form, which has done its work.
    onClose();
  }

  return (
    <Dialog
      open={secret !== null || isOpen}
      onOpenChange={secret === null ? onClose : revealed.dismiss}
      size="lg"
      anchor={secret === null ? "center" : "top"}
      title={secret === null ? "Roll the signing secret" : "Save the new signing secret"}
      description={
        secret === null
          ? "Messages are signed with a new secret, and for a while with the old one too."
          : "This is the only time it is shown. If you lose it, roll the secret again."
      }
      dismissible={secret === null || isSaved}
    >
      {secret === null ? (
        <RollForm endpoint={endpoint} onRolled={show} onCancel={onClose} />
      ) : (
        <SecretReveal secret={secret} revealed={revealed} />
      )}
    </Dialog>
  );
}

"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { deleteEndpointAction } from "@/app/(dashboard)/webhooks/actions";
import { endpointTitle, shortUrl } from "@/app/(dashboard)/webhooks/endpoint-text";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { toast } from "@/components/toast";

export interface DeleteDialogProps {
  endpoint: ActedEndpoint;
  onClose: () => void;
}

/** Longer hosts are a chore to type. */
const typedCharsMax = 48;

/** Deletes an endpoint once its host is typed, and leads back to the list. */
export default function DeleteDialog({ endpoint, onClose }: DeleteDialogProps) {
  const router = useRouter();
  const [failure, setFailure] = useState<Failure>();
  const { host } = new URL(endpoint.url);

  async function remove() {
    setFailure(undefined);
    const result = await deleteEndpointAction({ id: endpoint.id }).catch(unreachable);
    // Not found is what it is to be: somebody else was quicker.
    if (!result.ok && result.error.code !== "NOT_FOUND") return setFailure(result.error);
    toast.success("Endpoint deleted");
    router.replace("/webhooks" as Route);
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${endpointTitle(endpoint)}?`}
      confirmLabel="Delete endpoint"
      typeToConfirm={host.length <= typedCharsMax ? host : "delete"}
      failure={failure ? <FailureCallout failure={failure} /> : null}
      onConfirm={remove}
    >
      <p>
        Nothing more is sent to this address:
        <span className="my-1 line-clamp-3 font-mono text-[0.8125rem] break-all">
          {shortUrl(endpoint.url)}
        </span>
        Its signing secret ends, and deliveries that are still waiting are dropped. This can’t be
        undone; to stop it for a while, disable it.
      </p>
    </ConfirmDialog>
  );
}

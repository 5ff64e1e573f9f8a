"use client";

import { useState } from "react";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { updateEndpointAction } from "@/app/(dashboard)/webhooks/actions";
import EndpointForm, { type EndpointDraft } from "@/app/(dashboard)/webhooks/endpoint-form";
import { Dialog } from "@/components/dialog";
import { toast } from "@/components/toast";

export interface EditDialogProps {
  endpoint: ActedEndpoint;
  onClose: () => void;
}

/** Changes where an endpoint leads and what it gets. Only what was touched is sent. */
export default function EditDialog({ endpoint, onClose }: EditDialogProps) {
  // As it was when the dialog opened: the page behind may be drawn anew with somebody else's change.
  const [{ id, url, description, events }] = useState(endpoint);

  async function send(draft: EndpointDraft) {
    const change = {
      ...(draft.url === url ? {} : { url: draft.url }),
      ...(draft.description === description ? {} : { description: draft.description }),
      ...(draft.events.join() === events.join() ? {} : { events: draft.events }),
    };
    if (Object.keys(change).length > 0) {
      const result = await updateEndpointAction({ id, ...change }).catch(unreachable);
      if (!result.ok) return result.error;
      toast.success("Endpoint changed");
    }
    onClose();
    return null;
  }

  return (
    <Dialog open onOpenChange={onClose} size="lg" title="Edit endpoint">
      <EndpointForm
        initial={{ url, description, events }}
        submitLabel="Save"
        send={send}
        onCancel={onClose}
      />
    </Dialog>
  );
}

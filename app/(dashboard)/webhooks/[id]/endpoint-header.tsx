"use client";

import { Ban, Ellipsis, Pencil, RefreshCw, RotateCcw, Send, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTransition } from "react";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import type { ActedEndpoint } from "@/app/(dashboard)/webhooks/[id]/acted-endpoint";
import { useEndpointDialog } from "@/app/(dashboard)/webhooks/[id]/dialog-address";
import { EndpointDialogs } from "@/app/(dashboard)/webhooks/[id]/endpoint-dialogs";
import { useOpenDelivery } from "@/app/(dashboard)/webhooks/[id]/use-open-delivery";
import { sendTestEventAction } from "@/app/(dashboard)/webhooks/actions";
import { endpointTitle, shortUrl } from "@/app/(dashboard)/webhooks/endpoint-text";
import { Button } from "@/components/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/dropdown-menu";
import { PageHeader } from "@/components/page-header";
import { toast } from "@/components/toast";

export interface EndpointHeaderProps {
  endpoint: ActedEndpoint;
  /** How it stands, in words. */
  status: ReactNode;
  canManage: boolean;
}

/** The endpoint's name and state, and the acts on it with their dialogs. */
export function EndpointHeader({ endpoint, status, canManage }: EndpointHeaderProps) {
  return (
    <PageHeader
      title={<span className="wrap-anywhere">{endpointTitle(endpoint)}</span>}
      description={
        // No wider than leaves room for the buttons beside it.
        <span className="mt-1 flex max-w-2xl flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
          <span className="shrink-0">{status}</span>
          <span
            title={endpoint.url}
            className="line-clamp-2 min-w-0 font-mono text-[0.8125rem] break-all"
          >
            {shortUrl(endpoint.url)}
          </span>
        </span>
      }
      actions={canManage ? <EndpointActions endpoint={endpoint} /> : null}
    />
  );
}

function EndpointActions({ endpoint }: { endpoint: ActedEndpoint }) {
  const { id, isEnabled } = endpoint;
  const [, open] = useEndpointDialog();
  return (
    <>
      {isEnabled ? <TestButton endpointId={id} /> : null}
      <DropdownMenu
        trigger={
          <Button iconOnly aria-label={`Actions for ${endpointTitle(endpoint)}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <DropdownMenuItem icon={<Pencil aria-hidden />} onSelect={() => open("edit")}>
          Edit
        </DropdownMenuItem>
        <DropdownMenuItem icon={<RefreshCw aria-hidden />} onSelect={() => open("roll")}>
          Roll secret
        </DropdownMenuItem>
        {isEnabled ? (
          <>
            <DropdownMenuItem icon={<RotateCcw aria-hidden />} onSelect={() => open("resend")}>
              Send failed again
            </DropdownMenuItem>
            <DropdownMenuItem icon={<Ban aria-hidden />} onSelect={() => open("disable")}>
              Disable
            </DropdownMenuItem>
          </>
        ) : null}
        <DropdownMenuSeparator />
        <DropdownMenuItem
          tone="danger"
          icon={<Trash2 aria-hidden />}
          onSelect={() => open("delete")}
        >
          Delete
        </DropdownMenuItem>
      </DropdownMenu>
      <EndpointDialogs endpoint={endpoint} />
    </>
  );
}

/** Sends a test event and shows what becomes of it. */
function TestButton({ endpointId }: { endpointId: string }) {
  const [, openDelivery] = useOpenDelivery();
  const [isSending, startSending] = useTransition();

  async function send() {
    const result = await sendTestEventAction({ id: endpointId }).catch(unreachable);
    if (result.ok) openDelivery(result.data.deliveryId);
    else toast.error("No test event was sent", { description: result.error.message });
  }

  return (
    <Button variant="primary" loading={isSending} onClick={() => startSending(send)}>
      <Send aria-hidden />
      Send test event
    </Button>
  );
}

import { Webhook } from "lucide-react";
import type { Metadata, Route } from "next";
import { WebhooksSkeleton } from "@/app/(dashboard)/webhooks/(list)/webhooks-skeleton";
import { AddEndpointButton } from "@/app/(dashboard)/webhooks/add-endpoint-button";
import { AddEndpointFlow } from "@/app/(dashboard)/webhooks/add-endpoint-flow";
import { EndpointTable } from "@/app/(dashboard)/webhooks/endpoint-table";
import { soon } from "@/app/soon";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { may } from "@/lib/permissions";
import { listEndpoints } from "@/lib/webhooks/queries";
import { endpointsMax } from "@/lib/webhooks/terms";

export const metadata: Metadata = { title: "Webhooks" };

export default function WebhooksPage() {
  return soon(WebhooksContent(), <WebhooksSkeleton />);
}

async function WebhooksContent() {
  const scope = await requirePageScope("webhooks.read");
  const endpoints = await listEndpoints(getDb(), scope);
  const canManage = may(scope.role, "webhooks.manage");
  const isFull = endpoints.length >= endpointsMax;
  const canAdd = canManage && !isFull;
  return (
    <>
      <PageHeader
        title="Webhooks"
        description={
          canManage
            ? "Your own servers are told what happens, by signed requests."
            : "Your role can see webhooks but not change them. Owners, admins and developers can."
        }
        actions={
          <>
            <ButtonLink href={"/docs/webhooks" as Route}>Documentation</ButtonLink>
            {canAdd ? <AddEndpointButton kbd="C">Add endpoint</AddEndpointButton> : null}
          </>
        }
      />
      {endpoints.length > 0 ? (
        <div className="grid gap-4">
          {canManage && isFull ? (
            <Callout title={`All ${endpointsMax} endpoints are in use`}>
              A workspace can have {endpointsMax}. Delete one that isn’t used any more, or add its
              events to another one’s.
            </Callout>
          ) : null}
          <EndpointTable endpoints={endpoints} />
        </div>
      ) : (
        <NoEndpoints canAdd={canAdd} />
      )}
      {/* Also where no more fit: the secret of the last one is still to be shown. */}
      {canManage ? <AddEndpointFlow canAdd={canAdd} /> : null}
    </>
  );
}

/** The very first visit. Its button has a name of its own, beside the header's. */
function NoEndpoints({ canAdd }: { canAdd: boolean }) {
  return (
    <EmptyState
      icon={<Webhook />}
      title="No endpoints yet"
      action={canAdd ? <AddEndpointButton>Add your first endpoint</AddEndpointButton> : null}
    >
      A webhook is a request to your own server when something happens: a key is about to expire,
      the balance falls, a payment arrives. Your programs hear of it at once.
    </EmptyState>
  );
}

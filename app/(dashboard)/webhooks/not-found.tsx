import { Webhook } from "lucide-react";
import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";

/** One page for ids that never were and for other people's, so that it tells neither apart. */
export default function EndpointNotFound() {
  return (
    <>
      <PageHeader title="Endpoint not found" />
      <EmptyState
        icon={<Webhook />}
        title="There is no such endpoint here"
        action={
          <ButtonLink href={"/webhooks" as Route} variant="primary">
            Go to Webhooks
          </ButtonLink>
        }
      >
        The address may be mistyped, the endpoint may be deleted, or it belongs to another
        workspace.
      </EmptyState>
    </>
  );
}

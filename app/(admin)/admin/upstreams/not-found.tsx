import { Cpu } from "lucide-react";
import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";

export default function UpstreamNotFound() {
  return (
    <>
      <PageHeader title="Upstream not found" />
      <EmptyState
        icon={<Cpu />}
        title="There is no such upstream"
        action={
          <ButtonLink href={"/admin/upstreams" as Route} variant="primary">
            Go to upstreams
          </ButtonLink>
        }
      >
        The address may be mistyped, or the upstream was removed.
      </EmptyState>
    </>
  );
}

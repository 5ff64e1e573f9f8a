import { Coins } from "lucide-react";
import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";

export default function ModelNotFound() {
  return (
    <>
      <PageHeader title="Model not found" />
      <EmptyState
        icon={<Coins />}
        title="There is no such model"
        action={
          <ButtonLink href={"/admin/models" as Route} variant="primary">
            Go to models
          </ButtonLink>
        }
      >
        The address may be mistyped. Models that were retired are still in the list.
      </EmptyState>
    </>
  );
}

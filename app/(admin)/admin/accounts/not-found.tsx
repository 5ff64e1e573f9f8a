import { Building2 } from "lucide-react";
import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";

export default function AccountNotFound() {
  return (
    <>
      <PageHeader title="Account not found" />
      <EmptyState
        icon={<Building2 />}
        title="There is no such account"
        action={
          <ButtonLink href={"/admin/accounts" as Route} variant="primary">
            Go to accounts
          </ButtonLink>
        }
      >
        The address may be mistyped. Accounts that were deleted are found by their id as well.
      </EmptyState>
    </>
  );
}

import { ReceiptText } from "lucide-react";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";

/** The same for a receipt of somebody else's and for one that never was. */
export default function ReceiptNotFound() {
  return (
    <>
      <PageHeader title="Receipt not found" />
      <EmptyState
        icon={<ReceiptText />}
        title="There is no such receipt here"
        action={
          <ButtonLink href="/billing" variant="primary">
            Go to Billing
          </ButtonLink>
        }
      >
        The address may be mistyped, or the payment belongs to another workspace. Payments that
        didn’t arrive have no receipt.
      </EmptyState>
    </>
  );
}

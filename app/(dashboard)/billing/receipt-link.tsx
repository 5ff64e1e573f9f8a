import { Receipt } from "lucide-react";
import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";

/** Leads to a paid top-up's receipt. */
export function ReceiptLink({ topUpId }: { topUpId: string }) {
  return (
    <ButtonLink
      size="sm"
      variant="ghost"
      href={`/billing/receipts/${topUpId}` as Route}
      className="text-fg-2"
    >
      <Receipt aria-hidden />
      Receipt
    </ButtonLink>
  );
}

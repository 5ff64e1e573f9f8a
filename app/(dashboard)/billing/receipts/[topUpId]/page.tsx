import { ArrowLeft } from "lucide-react";
import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { PrintButton } from "@/app/(dashboard)/billing/receipts/[topUpId]/print-button";
import { ReceiptPaper } from "@/app/(dashboard)/billing/receipts/[topUpId]/receipt-paper";
import { NearLink } from "@/components/near-link";
import { PageHeader } from "@/components/page-header";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { findReceipt } from "@/lib/billing/receipts";

export const metadata: Metadata = { title: "Receipt", robots: { index: false } };

/** One paid top-up on paper; for anybody else's the same page as for one that never was. */
export default async function ReceiptPage(props: PageProps<"/billing/receipts/[topUpId]">) {
  const scope = await requirePageScope("billing.read");
  const { topUpId } = await props.params;
  const receipt = await findReceipt(getDb(), scope, topUpId);
  if (!receipt) notFound();
  return (
    <div className="mx-auto max-w-160">
      <NearLink
        data-print="hide"
        href={"/billing" as Route}
        className="mb-3 inline-flex items-center gap-1.5 rounded-sm text-sm text-fg-2 hover:text-fg"
      >
        <ArrowLeft aria-hidden className="size-3.5" />
        Billing
      </NearLink>
      <PageHeader title="Receipt" description={receipt.number} actions={<PrintButton />} />
      <ReceiptPaper receipt={receipt} />
    </div>
  );
}

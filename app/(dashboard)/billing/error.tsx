"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function BillingError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <PageHeader title="Billing" />
      <ErrorState
        title="Your billing didn't load"
        message="Your credit is safe: only this page is missing. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function WebhooksError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <PageHeader title="Webhooks" />
      <ErrorState
        title="Your endpoints didn't load"
        message="Events are sent all the same: only this page is missing. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

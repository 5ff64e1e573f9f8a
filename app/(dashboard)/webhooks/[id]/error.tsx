"use client";

import { BackToWebhooks } from "@/app/(dashboard)/webhooks/[id]/back-to-webhooks";
import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function EndpointError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <BackToWebhooks />
      <PageHeader title="Webhook endpoint" />
      <ErrorState
        title="The endpoint didn't load"
        message="It gets its events all the same: only this page is missing. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

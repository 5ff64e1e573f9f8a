"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function OverviewError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <PageHeader title="Overview" />
      <ErrorState
        title="Your overview didn't load"
        message="Your keys go on working: only this page is missing. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

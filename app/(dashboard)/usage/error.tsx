"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function UsageError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <PageHeader title="Usage" />
      <ErrorState
        title="Your usage didn't load"
        message="Nothing is lost: requests are counted all the same. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function UsageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <>
      <PageHeader title="Usage" />
      <ErrorState
        title="Your usage didn't load"
        message="Nothing is lost: requests are counted all the same. Try again in a moment."
        requestId={error.digest}
        onRetry={reset}
      />
    </>
  );
}

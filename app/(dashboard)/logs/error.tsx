"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function LogsError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <PageHeader title="Logs" />
      <ErrorState
        title="Your log didn't load"
        message="Nothing is lost: requests are logged all the same. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

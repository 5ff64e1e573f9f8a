"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function KeysError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <PageHeader title="API keys" />
      <ErrorState
        title="Your keys didn't load"
        message="They go on working: only this page is missing. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

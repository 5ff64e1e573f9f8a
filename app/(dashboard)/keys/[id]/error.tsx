"use client";

import { BackToKeys } from "@/app/(dashboard)/keys/[id]/back-to-keys";
import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function KeyError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <BackToKeys />
      <PageHeader title="API key" />
      <ErrorState
        title="The key didn't load"
        message="It goes on working as it was: only this page is missing. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

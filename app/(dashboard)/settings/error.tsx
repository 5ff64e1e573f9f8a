"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export default function SettingsError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <>
      <PageHeader title="Settings" />
      <ErrorState
        title="Your settings didn't load"
        message="Nothing was changed: only this page is missing. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

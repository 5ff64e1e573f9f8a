"use client";

import { ErrorState } from "@/components/error-state";

export default function SettingsError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <ErrorState
      title="This part of the settings didn’t load"
      message="Nothing was changed: only this page is missing. Try again in a moment."
      requestId={error.digest}
      onRetry={retry}
    />
  );
}

"use client";

import { ErrorState } from "@/components/error-state";
import { PageHeader } from "@/components/page-header";

export interface PageErrorProps {
  error: Error & { digest?: string };
  retry: () => void;
}

/** What a page of the console says where it didn't load. */
export function PageError({ title, error, retry }: PageErrorProps & { title: string }) {
  return (
    <>
      <PageHeader title={title} />
      <ErrorState
        title="This page didn’t load"
        message="Nothing was changed by that. Try again in a moment."
        requestId={error.digest}
        onRetry={retry}
      />
    </>
  );
}

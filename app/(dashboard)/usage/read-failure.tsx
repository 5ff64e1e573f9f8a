"use client";

import { isSessionEnded, ReadError } from "@/app/(dashboard)/read-json";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { ErrorState } from "@/components/error-state";

interface FailureProps {
  error: Error;
  retrying: boolean;
  onRetry: () => void;
}

/** In place of figures that never arrived. */
export function ReadFailure({ error, retrying, onRetry }: FailureProps) {
  return (
    <ErrorState
      title="Your usage didn't load"
      message={error.message}
      requestId={error instanceof ReadError ? error.requestId : undefined}
      {...(isSessionEnded(error) ? { action: <SignInLink /> } : { onRetry, retrying })}
    />
  );
}

/** Above figures that are there but couldn't be brought up to date. */
export function StaleNotice({ error, retrying, onRetry }: FailureProps) {
  const requestId = error instanceof ReadError ? error.requestId : undefined;
  return (
    <Callout
      tone="amber"
      role="status"
      title="These figures may be out of date"
      action={
        isSessionEnded(error) ? (
          <SignInLink />
        ) : (
          <Button size="sm" onClick={onRetry} loading={retrying}>
            Try again
          </Button>
        )
      }
    >
      {error.message}
      {requestId ? (
        <>
          {" "}
          Reference <code className="font-mono select-all">{requestId}</code>
        </>
      ) : null}
    </Callout>
  );
}

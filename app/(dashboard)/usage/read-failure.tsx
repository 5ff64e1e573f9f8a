"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { ReadError } from "@/app/(dashboard)/read-json";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { ErrorState } from "@/components/error-state";

interface FailureProps {
  error: Error;
  retrying: boolean;
  onRetry: () => void;
}

/** The session is over: leads to the sign-in page and from there back here. */
function SignInLink() {
  const search = useSearchParams().toString();
  const here = usePathname() + (search ? `?${search}` : "");
  return (
    <ButtonLink
      href={`/sign-in?callbackUrl=${encodeURIComponent(here)}`}
      variant="primary"
      size="sm"
    >
      Sign in
    </ButtonLink>
  );
}

function hasEnded(error: Error): boolean {
  return error instanceof ReadError && error.code === "UNAUTHENTICATED";
}

/** In place of figures that never arrived. */
export function ReadFailure({ error, retrying, onRetry }: FailureProps) {
  return (
    <ErrorState
      title="Your usage didn't load"
      message={error.message}
      requestId={error instanceof ReadError ? error.requestId : undefined}
      {...(hasEnded(error) ? { action: <SignInLink /> } : { onRetry, retrying })}
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
        hasEnded(error) ? (
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

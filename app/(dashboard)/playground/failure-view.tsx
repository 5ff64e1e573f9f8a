"use client";

import type { Route } from "next";
import { type Failure, fixOf } from "@/app/(dashboard)/playground/failure";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";
import { NearLink } from "@/components/near-link";

interface FailureViewProps {
  failure: Failure;
  keyId: string;
  onRetry: () => void;
}

/** Why there is no answer, in the API's own words, what to do about it, and where it is logged. */
export function FailureView({ failure, keyId, onRetry }: FailureViewProps) {
  const { status, code, message, requestId } = failure;
  const fix = fixOf(failure, keyId);
  return (
    <div className="border-t border-line p-3 first:border-0">
      <Callout
        tone="red"
        title={message}
        action={
          <>
            {fix?.link ? (
              <ButtonLink href={fix.link.href as Route} size="sm">
                {fix.link.label}
              </ButtonLink>
            ) : null}
            <Button size="sm" onClick={onRetry}>
              Try again
            </Button>
          </>
        }
      >
        {fix ? <p>{fix.text}</p> : null}
        <p className="mt-1 text-xs">
          {status > 0 ? <>HTTP {status} · </> : null}
          <code className="font-mono">{code}</code>
          {requestId ? (
            <>
              {" · "}
              <NearLink
                href={`/logs?request=${requestId}` as Route}
                className="font-mono underline underline-offset-2"
              >
                {requestId}
              </NearLink>
            </>
          ) : null}
        </p>
      </Callout>
    </div>
  );
}

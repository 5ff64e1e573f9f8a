"use client";

import { useState, useTransition } from "react";
import { checkUpstreamAction } from "@/app/(admin)/admin/upstreams/actions";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { StatusDot } from "@/components/status-dot";

/** Asks the upstream for its models, and says what came of it. */
export function CheckButton({ id }: { id: string }) {
  const [isPending, startTransition] = useTransition();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [found, setFound] = useState<{ isFine: boolean; text: string } | null>(null);

  function check() {
    setFailure(null);
    setFound(null);
    startTransition(async () => {
      const result = await checkUpstreamAction({ id }).catch(unreachable);
      if (!result.ok) return setFailure(result.error);
      const { isFine, sentence, durationMs, status } = result.data;
      setFound({ isFine, text: status === null ? sentence : `${sentence} ${durationMs} ms.` });
    });
  }

  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button size="sm" loading={isPending} onClick={check}>
        Check connection
      </Button>
      <span role="status" className="min-w-0 text-sm">
        {found ? (
          <StatusDot tone={found.isFine ? "green" : "red"}>{found.text}</StatusDot>
        ) : (
          <span className="text-fg-2">
            It is asked for its list of models, which costs nothing.
          </span>
        )}
      </span>
      {failure ? <FailureCallout failure={failure} /> : null}
    </div>
  );
}

"use client";

import { useEffect, useState } from "react";
import { Callout } from "@/components/callout";
import type { ActionError } from "@/lib/result";

/** What belongs to no field; a throttle counts its wait down. */
export function FormError({ error }: { error: ActionError | null }) {
  if (!error || error.fields) return null;
  return (
    <Callout tone="red">
      <p>{error.message}</p>
      {error.retryAfterSeconds === undefined ? null : (
        <Countdown key={`${error.retryAfterSeconds}`} error={error} />
      )}
      {error.requestId ? <p className="mt-0.5 font-mono text-xs">{error.requestId}</p> : null}
    </Callout>
  );
}

/** Silent for screen readers: the sentence above has said the wait. */
function Countdown({ error }: { error: ActionError }) {
  const [left, setLeft] = useState(error.retryAfterSeconds ?? 0);
  useEffect(() => {
    const until = Date.now() + 1_000 * (error.retryAfterSeconds ?? 0);
    const show = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000)));
    show();
    const timer = setInterval(show, 1_000);
    return () => clearInterval(timer);
  }, [error]);
  return (
    <p aria-hidden className="mt-0.5 tabular-nums">
      {left > 0 ? clockText(left) : "You can try again now."}
    </p>
  );
}

function clockText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const clock =
    minutes < 60
      ? `${minutes}:${two(seconds % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `${clock} left`;
}

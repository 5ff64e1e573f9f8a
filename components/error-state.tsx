"use client";

import { clsx } from "clsx";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/button";

export interface ErrorStateProps {
  title?: string;
  /** What happened and what to do, in words. */
  message: string;
  /** Shown small, to be quoted to support. */
  requestId?: string | undefined;
  onRetry?: () => void;
  retrying?: boolean;
  /** Other ways on, beside the retry. */
  action?: ReactNode;
  bare?: boolean;
}

/** Something failed to load. It says so in place, without taking the rest of the page with it. */
export function ErrorState(props: ErrorStateProps) {
  const { title = "This didn't load", message, requestId, onRetry, retrying, action, bare } = props;
  return (
    <div
      role="alert"
      className={clsx(
        "flex flex-col items-center px-6 py-12 text-center",
        !bare && "rounded-lg border border-line",
      )}
    >
      <TriangleAlert aria-hidden className="mb-3 size-5 text-red" />
      <p className="text-md font-medium">{title}</p>
      <p className="mt-1 max-w-md text-fg-2">{message}</p>
      {onRetry || action ? (
        <div className="mt-5 flex flex-wrap justify-center gap-2">
          {onRetry ? (
            <Button onClick={onRetry} loading={retrying}>
              Try again
            </Button>
          ) : null}
          {action}
        </div>
      ) : null}
      {requestId ? (
        <p className="mt-4 text-xs text-fg-3">
          Reference <code className="font-mono select-all">{requestId}</code>
        </p>
      ) : null}
    </div>
  );
}

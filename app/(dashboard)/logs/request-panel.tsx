"use client";

import { useState } from "react";
import { NotFound } from "@/app/(dashboard)/logs/not-found-note";
import { RequestDetail } from "@/app/(dashboard)/logs/request-detail";
import { RequestStory } from "@/app/(dashboard)/logs/request-story";
import { isSessionEnded, ReadError, readJson } from "@/app/(dashboard)/read-json";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { CopyButton } from "@/components/copy-button";
import { Drawer } from "@/components/drawer";
import { ErrorState } from "@/components/error-state";
import { Skeleton } from "@/components/skeleton";
import { useRemote } from "@/components/use-remote";

export interface RequestPanelProps {
  /** Null while it is closed; what was shown last stays while it goes. */
  id: string | null;
  zone: string;
  onClose: () => void;
}

/** One request from close by, read when it is opened. */
export default function RequestPanel({ id, zone, onClose }: RequestPanelProps) {
  const [shownId, setShownId] = useState(id ?? "");
  if (id !== null && id !== shownId) setShownId(id);
  return (
    <Drawer
      open={id !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Request"
      description={
        <span className="flex min-w-0 items-center gap-1">
          <span className="min-w-0 truncate font-mono text-xs select-all">{shownId}</span>
          <CopyButton iconOnly size="sm" text={shownId} label="Copy request id" />
        </span>
      }
    >
      <Content key={shownId} id={shownId} zone={zone} />
    </Drawer>
  );
}

function Content({ id, zone }: { id: string; zone: string }) {
  const { data, error, refetch, isRetrying } = useRemote({
    name: id === "" ? null : id,
    read: (signal) => readJson(RequestDetail, `/api/logs/${encodeURIComponent(id)}`, signal),
    mayRetry: (failure) => !(failure instanceof ReadError) || failure.code === "OFFLINE",
  });

  if (data) return <RequestStory detail={data} zone={zone} />;
  if (!error) return <StorySkeleton />;
  if (error instanceof ReadError && error.code === "NOT_FOUND") return <NotFound />;
  return (
    <ErrorState
      bare
      title="This request didn't load"
      message={error.message}
      requestId={error instanceof ReadError ? error.requestId : undefined}
      {...(isSessionEnded(error)
        ? { action: <SignInLink /> }
        : { onRetry: () => void refetch(), retrying: isRetrying })}
    />
  );
}

function StorySkeleton() {
  return (
    <div role="status" className="grid gap-6">
      <span className="sr-only">Loading…</span>
      <div className="grid gap-2">
        <Skeleton className="h-5 w-64 max-w-full" />
        <Skeleton className="h-4 w-40" />
      </div>
      {["a", "b", "c", "d"].map((step) => (
        <div key={step} className="flex gap-3">
          <Skeleton className="size-5 rounded-full" />
          <div className="grid flex-1 gap-1.5">
            <Skeleton className="h-4 w-20" />
            <Skeleton className="h-3.5 w-56 max-w-full" />
          </div>
        </div>
      ))}
      <Skeleton className="h-32" />
    </div>
  );
}

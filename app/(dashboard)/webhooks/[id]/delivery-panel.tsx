"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { isSessionEnded, ReadError, readJson } from "@/app/(dashboard)/read-json";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { DeliveryDetail } from "@/app/(dashboard)/webhooks/[id]/delivery-detail";
import { DeliveryStory } from "@/app/(dashboard)/webhooks/[id]/delivery-story";
import { CopyButton } from "@/components/copy-button";
import { Drawer } from "@/components/drawer";
import { ErrorState } from "@/components/error-state";
import { Skeleton } from "@/components/skeleton";
import { useRemote } from "@/components/use-remote";

export interface DeliveryPanelProps {
  endpointId: string;
  /** Null while it is closed; what was shown last stays while it goes. */
  id: string | null;
  /** Its state and attempts as the list behind has them; null where it isn't in the list. */
  listed: string | null;
  canManage: boolean;
  canResend: boolean;
  onClose: () => void;
}

/** One delivery from close by, read when it is opened and followed until it has ended. */
export default function DeliveryPanel(props: DeliveryPanelProps) {
  const { id, onClose } = props;
  const [shownId, setShownId] = useState(id ?? "");
  if (id !== null && id !== shownId) setShownId(id);
  return (
    <Drawer
      open={id !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Delivery"
      description={
        <span className="flex min-w-0 items-center gap-1">
          <span className="min-w-0 truncate font-mono text-xs select-all">{shownId}</span>
          <CopyButton iconOnly size="sm" text={shownId} label="Copy delivery id" />
        </span>
      }
    >
      <Content key={shownId} {...props} id={shownId} />
    </Drawer>
  );
}

const soonMs = 1_000;
const laterMs = 10_000;
/** What is tried within this time is waited for. */
const nearMs = 15_000;

/** How soon a delivery is worth another look; false where nothing more happens by itself. */
function pauseOf(detail: DeliveryDetail | undefined): number | false {
  if (detail?.state !== "pending") return false;
  const { nextAttemptAt } = detail;
  const isNear = nextAttemptAt === null || Date.parse(nextAttemptAt) < Date.now() + nearMs;
  return isNear ? soonMs : laterMs;
}

function Content({ endpointId, id, listed, canManage, canResend }: DeliveryPanelProps) {
  const router = useRouter();
  const address = `/webhooks/${endpointId}/deliveries/${encodeURIComponent(id ?? "")}`;
  const { data, error, refetch, isRetrying } = useRemote({
    name: id,
    read: (signal) => readJson(DeliveryDetail, address, signal),
    everyMs: (state) => (isSessionEnded(state.error) ? false : pauseOf(state.data)),
    mayRetry: (failure) => !(failure instanceof ReadError) || failure.code === "OFFLINE",
  });

  // What happened while it was looked at stands in the list behind as well.
  const seen = data ? `${data.state} ${data.attempts}` : null;
  useEffect(() => {
    if (seen !== null && listed !== null && seen !== listed) router.refresh();
  }, [seen, listed, router]);

  if (data) {
    return (
      <DeliveryStory
        endpointId={endpointId}
        detail={data}
        canManage={canManage}
        canResend={canResend}
        onResent={refetch}
      />
    );
  }
  if (!error) return <StorySkeleton />;
  if (error instanceof ReadError && error.code === "NOT_FOUND") {
    return (
      <ErrorState
        bare
        title="There is no such delivery"
        message="The address may be mistyped, or it is older than 30 days."
      />
    );
  }
  return (
    <ErrorState
      bare
      title="This delivery didn't load"
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
        <Skeleton className="h-5 w-48" />
        <Skeleton className="h-4 w-64 max-w-full" />
      </div>
      <Skeleton className="h-24" />
      <Skeleton className="h-40" />
      <Skeleton className="h-32" />
    </div>
  );
}

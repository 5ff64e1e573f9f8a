"use client";

import { Monitor, Smartphone } from "lucide-react";
import { useState, useTransition } from "react";
import { endOtherSessionsAction, endSessionAction } from "@/app/(dashboard)/settings/actions";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { toast } from "@/components/toast";

export interface SessionItem {
  id: string;
  device: string;
  isPhone: boolean;
  address: string | null;
  /** ISO 8601. */
  lastSeenAt: string;
  createdAt: string;
  isCurrent: boolean;
}

/** The browsers that are signed in, and the way to sign them out. */
export function SessionList({ sessions }: { sessions: readonly SessionItem[] }) {
  const [endingId, setEndingId] = useState<string>();
  const [isPending, startTransition] = useTransition();
  const hasOthers = sessions.some((session) => !session.isCurrent);

  function endOne(session: SessionItem) {
    setEndingId(session.id);
    startTransition(async () => {
      const result = await endSessionAction({ sessionId: session.id });
      if (result.ok) toast.success(`${session.device} is signed out`);
      else toast.error(result.error.message);
    });
  }

  function endOthers() {
    setEndingId(undefined);
    startTransition(async () => {
      const result = await endOtherSessionsAction();
      if (result.ok) toast.success(othersText(result.data));
      else toast.error(result.error.message);
    });
  }

  return (
    <Section
      title="Sessions"
      description="Browsers that are signed in to your account. A session ends after a day without use, or after 30 days."
      flush
      actions={
        hasOthers ? (
          <Button size="sm" onClick={endOthers} loading={isPending && endingId === undefined}>
            Sign out others
          </Button>
        ) : null
      }
    >
      <ul aria-label="Sessions" className="divide-y divide-line">
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            isEnding={isPending && endingId === session.id}
            onEnd={() => endOne(session)}
          />
        ))}
      </ul>
    </Section>
  );
}

function othersText(count: number): string {
  return count === 1 ? "1 other session is signed out" : `${count} other sessions are signed out`;
}

interface SessionRowProps {
  session: SessionItem;
  isEnding: boolean;
  onEnd: () => void;
}

function SessionRow({ session, isEnding, onEnd }: SessionRowProps) {
  const Icon = session.isPhone ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <Icon aria-hidden strokeWidth={1.75} className="size-4 shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{session.device}</span>
          {session.isCurrent ? <Badge tone="green">This browser</Badge> : null}
        </p>
        <p className="mt-0.5 text-sm text-fg-2">
          {session.address ? (
            <span className="font-mono text-xs break-all">{session.address}</span>
          ) : (
            "Unknown address"
          )}
          <span aria-hidden> · </span>
          {session.isCurrent ? (
            <>
              signed in <RelativeTime at={session.createdAt} />
            </>
          ) : (
            <>
              last seen <RelativeTime at={session.lastSeenAt} />
            </>
          )}
        </p>
      </div>
      {session.isCurrent ? null : (
        <Button
          size="sm"
          onClick={onEnd}
          loading={isEnding}
          aria-label={`End session: ${session.device}`}
        >
          End session
        </Button>
      )}
    </li>
  );
}

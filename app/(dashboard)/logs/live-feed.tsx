"use client";

import { ArrowUp } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { isSessionEnded, readJson } from "@/app/(dashboard)/read-json";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { Button } from "@/components/button";
import { LogPage, type LogRow } from "@/lib/usage/log-page";

export interface LiveFeedProps {
  rows: readonly LogRow[];
  /** The query of the selection that is shown. */
  query: string;
  onRows: (newest: LogRow[]) => void;
}

const pauseMs = 2_500;
/** After failures it asks ever more seldom, up to this. */
const pauseMsMax = 30_000;

/** Whether somebody looks at the rows so closely that they mustn't move. */
function isBeingRead(): boolean {
  const table = document.querySelector("[data-log]");
  return (
    window.scrollY > 40 ||
    document.querySelector("[role=dialog]") !== null ||
    table?.matches(":hover") === true ||
    table?.contains(document.activeElement) === true
  );
}

/**
 * Asks for the newest requests while the page is in sight. They are put in at the top, unless rows are
 * being read: then they wait behind a button, so that nothing moves under the reader.
 */
export default function LiveFeed({ rows, query, onRows }: LiveFeedProps) {
  const [waiting, setWaiting] = useState<LogRow[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const [announced, setAnnounced] = useState("");

  const take = useEffectEvent((newest: LogRow[]) => {
    setError(null);
    const known = new Set(rows.map(({ id }) => id));
    const added = newest.filter(({ id }) => !known.has(id));
    if (added.length === 0) return;
    if (isBeingRead()) return setWaiting(newest);
    show(newest, added.length);
  });

  function show(newest: LogRow[], count: number) {
    setWaiting([]);
    setAnnounced(count === 1 ? "1 new request" : `${count} new requests`);
    onRows(newest);
  }

  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let isAsking = false;

    async function ask() {
      clearTimeout(timer);
      // A hidden page asks for nothing; it goes on when it is seen again.
      if (document.hidden || isAsking) return;
      isAsking = true;
      try {
        const { rows: newest } = await readJson(LogPage, `/api/logs?${query}`, leaving.signal);
        failures = 0;
        take(newest);
      } catch (caught) {
        if (leaving.signal.aborted) return;
        failures += 1;
        setError(caught instanceof Error ? caught : new Error("The log couldn't be read."));
        if (isSessionEnded(caught)) return;
      } finally {
        isAsking = false;
      }
      timer = setTimeout(ask, Math.min(pauseMs * 2 ** failures, pauseMsMax));
    }
    const onVisible = () => void ask();
    document.addEventListener("visibilitychange", onVisible);
    void ask();
    return () => {
      leaving.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [query]);

  const known = new Set(rows.map(({ id }) => id));
  const count = waiting.filter(({ id }) => !known.has(id)).length;
  return (
    <>
      <p role="status" className="sr-only">
        {announced}
      </p>
      {error ? (
        <p className="mb-2 flex items-center gap-3 text-sm text-amber">
          {error.message} {isSessionEnded(error) ? <SignInLink /> : "Trying again."}
        </p>
      ) : null}
      {count > 0 ? (
        // Takes no room, so that its coming moves nothing either.
        <div className="pointer-events-none sticky top-3 z-20 flex h-0 justify-center">
          <Button
            variant="primary"
            size="sm"
            className="pointer-events-auto shadow-float"
            onClick={() => {
              show(waiting, count);
              window.scrollTo({ top: 0 });
            }}
          >
            <ArrowUp aria-hidden />
            {count === 1 ? "1 new request" : `${count}${count >= 50 ? "+" : ""} new requests`}
          </Button>
        </div>
      ) : null}
    </>
  );
}

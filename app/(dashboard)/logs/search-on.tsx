"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useEffectEvent, useState } from "react";
import { clockText } from "@/app/(dashboard)/logs/log-time";
import { readJson } from "@/app/(dashboard)/read-json";
import { Button } from "@/components/button";
import { Spinner } from "@/components/spinner";
import { LogPage } from "@/lib/usage/log-page";

export interface SearchOnProps {
  /** Where the search goes on, and how far it has come. */
  older: string;
  searchedTo: string;
  /** How many requests it has found. */
  count: number;
  zone: string;
  onFound: (page: LogPage) => void;
}

/** Pieces that are searched without being asked for again. */
const piecesMax = 40;
const enough = 50;

/**
 * A rare combination of filters is looked for in pieces, each of which costs little. This asks for the
 * pieces after one another and says how far back it has come.
 */
export default function SearchOn(props: SearchOnProps) {
  const { older, searchedTo, count, zone, onFound } = props;
  const params = useSearchParams();
  const [left, setLeft] = useState(piecesMax);
  const [error, setError] = useState<Error | null>(null);
  const isSearching = left > 0 && count < enough && error === null;
  const selection = new URLSearchParams(params);
  for (const name of ["request", "live", "after"]) selection.delete(name);
  selection.set("before", older);
  const address = `/api/logs?${selection}`;

  const found = useEffectEvent((page: LogPage) => {
    setLeft((pieces) => pieces - 1);
    onFound(page);
  });
  useEffect(() => {
    if (!isSearching) return;
    const leaving = new AbortController();
    readJson(LogPage, address, leaving.signal).then(found, (caught: unknown) => {
      if (leaving.signal.aborted) return;
      setError(caught instanceof Error ? caught : new Error("The log couldn't be read."));
    });
    return () => leaving.abort();
  }, [isSearching, address]);

  return (
    <div className="mt-3 flex flex-wrap items-center justify-center gap-3 rounded-lg border border-line bg-panel px-4 py-3 text-sm text-fg-2">
      {isSearching ? <Spinner label="Searching" /> : null}
      <span role="status">
        {error
          ? error.message
          : `${isSearching ? "Searching" : "Searched"} back to ${clockText(new Date(searchedTo), zone)}`}
      </span>
      {isSearching ? (
        <Button size="sm" onClick={() => setLeft(0)}>
          Stop
        </Button>
      ) : (
        <Button
          size="sm"
          onClick={() => {
            setError(null);
            setLeft(count < enough ? piecesMax : piecesMax + count);
          }}
        >
          Search further back
        </Button>
      )}
    </div>
  );
}

"use client";

import { useSearchParams } from "next/navigation";
import {
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from "react";
import { isSessionEnded, ReadError, readJson } from "@/app/(dashboard)/read-json";
import {
  latencyAddress,
  type PageQuery,
  type PageState,
  pageAddress,
  readPageQuery,
  usageAddress,
} from "@/app/(dashboard)/usage/page-query";
import { afterPaint } from "@/components/after-paint";
import { useRemote } from "@/components/use-remote";
import { UsageAnswer, UsageLatencies, type UsageQuery } from "@/lib/usage/schema";

/** How soon a new request shows while the page is looked at. */
const refreshMs = 3_000;
/** A read that takes long is repeated more seldom: it keeps the database busy for this share of time. */
const busyShare = 0.1;

export interface InitialUsage {
  query: UsageQuery;
  answer: UsageAnswer;
}

const path = "/usage";
const listeners = new Set<() => void>();

function tellAll(): void {
  for (const listener of listeners) listener();
}

/** The address that was chosen, until it is the browser's: it is drawn before Next has to follow to it. */
let chosen: string | null = null;

/** What is asked for, without the question mark. */
function search(): string {
  return (chosen === null ? window.location : new URL(chosen, window.location.href)).search.slice(
    1,
  );
}

/** Makes the chosen address the browser's: after the paint, or at once where something else is pressed before. */
function takeStep(): void {
  if (chosen === null) return;
  const address = chosen;
  chosen = null;
  // Next follows the browser's own history, without asking the server for the page again.
  if (window.location.pathname === path) window.history.pushState(null, "", address);
}

const pressed = ["click", "keydown", "pagehide"] as const;

/**
 * Takes a step through our own addresses from Next. An entry from before a reload holds the page as it was asked
 * for then, so Next would ask the server for it twice, and load the document anew if another step comes
 * meanwhile. What it holds of the page that is here is put in its place, and Next follows to the address.
 */
function onStep(event: PopStateEvent): void {
  chosen = null;
  if (window.location.pathname === path) {
    event.stopImmediatePropagation();
    // Beside the method that Next has put over it, which would take over what the entry holds.
    History.prototype.replaceState.call(window.history, here, "");
    window.history.replaceState(null, "", window.location.href);
  }
  tellAll();
}

/** What Next has in the history for the page that is here. */
let here: unknown;

function listen(listener: () => void): () => void {
  listeners.add(listener);
  // Captured, so that it comes before Next's own.
  window.addEventListener("popstate", onStep, true);
  for (const event of pressed) window.addEventListener(event, takeStep, true);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.removeEventListener("popstate", onStep, true);
    for (const event of pressed) window.removeEventListener(event, takeStep, true);
  };
}

/**
 * The page's state, which is its address, and the way to change it: one step back each. The browser's
 * own address counts, not what Next tells of it: that comes a moment later, and may miss a step back
 * that is taken while it still loads the one before.
 */
export function usePageQuery(
  readerZone: string,
): [PageQuery, (change: Partial<PageState>) => void] {
  const told = useSearchParams().toString();
  const last = useRef(told);
  const asked = useSyncExternalStore(
    listen,
    () => {
      // On the way to another page this one still shows what it was asked for.
      if (window.location.pathname === path) last.current = search();
      return last.current;
    },
    () => told,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: Next tells of an address when its entry is written.
  useEffect(() => {
    here = window.history.state;
  }, [told]);
  const page = useMemo(
    () => readPageQuery(new URLSearchParams(asked), readerZone),
    [asked, readerZone],
  );

  const change = useCallback(
    (changes: Partial<PageState>) => {
      if (window.location.pathname !== path) return;
      const before = readPageQuery(new URLSearchParams(search()), readerZone);
      takeStep();
      chosen = pageAddress({ ...before, ...changes });
      tellAll();
      afterPaint(takeStep);
    },
    [readerZone],
  );
  return [page, change];
}

export interface LiveUsage {
  /** Absent while the first figures are on their way, and where they failed to come. */
  data: UsageAnswer | undefined;
  /** Why figures are missing or old; stays until they have come. */
  error: Error | null;
  /** `data` answers the query before this one. */
  isPlaceholderData: boolean;
  /** Somebody asked again and waits. */
  isRetrying: boolean;
  retry: () => void;
}

export interface UseUsage {
  query: UsageQuery | null;
  initial: InitialUsage | null;
}

/**
 * The figures for `query`, read again every few seconds while the page is in sight. Until others
 * arrive the previous ones stay, marked as stale by `isPlaceholderData`.
 */
export function useUsage({ query, initial }: UseUsage): LiveUsage {
  const address = query ? usageAddress(query) : null;
  const isInitial = initial !== null && address === usageAddress(initial.query);
  const lastReadMs = useRef(0);

  async function readUsage(signal: AbortSignal): Promise<UsageAnswer> {
    const startedAt = performance.now();
    const answer = await readJson(UsageAnswer, address ?? "", signal);
    lastReadMs.current = performance.now() - startedAt;
    return answer;
  }
  const read = useRemote({
    name: address,
    read: readUsage,
    initial: isInitial ? initial.answer : undefined,
    // The figures that the page came with are as young as those that were just read.
    staleMs: refreshMs,
    keepsPrevious: true,
    everyMs: (state) =>
      state.error && (state.data === undefined || isSessionEnded(state.error))
        ? false
        : Math.max(refreshMs, lastReadMs.current / busyShare),
    mayRetry: (cause) => !isRefusal(cause),
  });

  const { error, isPlaceholder, isRetrying } = read;
  // Figures of something else don't stand beside the reason why these didn't come.
  const latest = error && isPlaceholder ? undefined : read.data;
  // An answer that is there already is drawn after what was pressed, as one that has to come is.
  const data = useDeferredValue(latest);
  const isDrawn = data === latest;
  return {
    data,
    error: isDrawn ? error : null,
    isPlaceholderData: isPlaceholder || !isDrawn,
    isRetrying,
    retry: () => void read.refetch(),
  };
}

/** How soon latencies are read again; they cost more than the figures and move less. */
const latencyRefreshMs = 60_000;

/**
 * The latencies beside figures of something else: they come a moment later, so that the page doesn't
 * wait for them. Undefined until then, and where they failed to come.
 */
export function useLatencies(query: UsageQuery | null, answer: UsageAnswer | undefined) {
  const address = query ? latencyAddress(query) : "";
  const isWanted =
    answer !== undefined && answer.metric !== "latency" && answer.totals.requests !== "0";
  const read = useRemote({
    name: isWanted ? address : null,
    read: (signal) => readJson(UsageLatencies, address, signal),
    staleMs: latencyRefreshMs,
    everyMs: (state) => (state.error ? false : latencyRefreshMs),
    keepsPrevious: true,
  });
  if (answer?.metric === "latency") return { all: answer.latency, series: answer.series };
  // Beside figures that are about to change the latencies stay as they are.
  return answer && read.isPlaceholder ? undefined : read.data;
}

/** Asking again the same way can't help. */
function isRefusal(error: Error): boolean {
  return error instanceof ReadError && error.code !== "INTERNAL" && error.code !== "OFFLINE";
}

"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { isSessionEnded, ReadError, readJson } from "@/app/(dashboard)/read-json";
import {
  type PageQuery,
  pageAddress,
  readPageQuery,
  usageAddress,
} from "@/app/(dashboard)/usage/page-query";
import { UsageAnswer, type UsageQuery } from "@/lib/usage/schema";

/** How soon a new request shows while the page is looked at. */
const refreshMs = 3_000;

export interface InitialUsage {
  query: UsageQuery;
  answer: UsageAnswer;
}

/** The page's state, which is its address, and the way to change it: one step back each. */
export function usePageQuery(): [PageQuery, (change: Partial<PageQuery>) => void] {
  const told = useSearchParams().toString();
  const pathname = usePathname();
  // Next tells of a new address a moment later; until then what was just asked for counts, so that
  // a control shows its choice at once.
  const [state, setState] = useState({ told, asked: told });
  if (state.told !== told) setState({ told, asked: told });
  const asked = state.told === told ? state.asked : told;
  const page = readPageQuery(Object.fromEntries(new URLSearchParams(asked)));

  function change(changes: Partial<PageQuery>) {
    if (pathname !== "/usage") return;
    const address = pageAddress({ ...page, ...changes });
    setState({ told, asked: address.split("?")[1] ?? "" });
    // Next follows the browser's own history, without asking the server for the page again.
    window.history.pushState(null, "", address);
  }
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

/**
 * The figures for `query`, read again every few seconds while the page is in sight. Until others
 * arrive the previous ones stay, marked as stale by `isPlaceholderData`.
 */
export function useUsage(query: UsageQuery | null, initial: InitialUsage | null): LiveUsage {
  const address = query ? usageAddress(query) : null;
  const isInitial = initial !== null && address === usageAddress(initial.query);
  const read = useQuery<UsageAnswer, Error>({
    queryKey: ["usage", address],
    queryFn: ({ signal }) => readJson(UsageAnswer, address ?? "", signal),
    enabled: address !== null,
    ...(isInitial ? { initialData: initial.answer } : {}),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.error && (state.data === undefined || isSessionEnded(state.error)) ? false : refreshMs,
    retry: (count, error) => count < 1 && !isRefusal(error),
  });

  // A read that has no figures yet forgets its error when it is tried again, and would show the
  // previous figures in the meantime; so the failure is kept for as long as its query is asked for.
  const [failure, setFailure] = useState<{ address: string | null; error: Error } | null>(null);
  if (read.error && read.error !== failure?.error) setFailure({ address, error: read.error });
  else if (failure && failure.address !== address) setFailure(null);
  const hasArrived = read.data !== undefined && !read.isPlaceholderData;
  const lastError = failure?.address === address ? failure.error : null;
  const error = read.error ?? (hasArrived ? null : lastError);

  const [isRetrying, setRetrying] = useState(false);
  function retry() {
    setRetrying(true);
    void read.refetch().finally(() => setRetrying(false));
  }
  return {
    data: hasArrived || !error ? read.data : undefined,
    error,
    isPlaceholderData: read.isPlaceholderData,
    isRetrying,
    retry,
  };
}

/** Asking again the same way can't help. */
function isRefusal(error: Error): boolean {
  return error instanceof ReadError && error.code !== "INTERNAL" && error.code !== "OFFLINE";
}

"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { ReadError, readJson } from "@/app/(dashboard)/read-json";
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

/**
 * The figures for `query`, read again every few seconds while the page is in sight. Until others
 * arrive the previous ones stay, marked as stale by `isPlaceholderData`.
 */
export function useUsage(query: UsageQuery | null, initial: InitialUsage | null) {
  const address = query ? usageAddress(query) : null;
  const isInitial = initial !== null && address === usageAddress(initial.query);
  return useQuery<UsageAnswer, Error>({
    queryKey: ["usage", address],
    queryFn: ({ signal }) => readJson(UsageAnswer, address ?? "", signal),
    enabled: address !== null,
    ...(isInitial ? { initialData: initial.answer } : {}),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: refreshMs,
    retry: (count, error) => count < 1 && !isRefusal(error),
  });
}

/** Asking again the same way can't help. */
function isRefusal(error: Error): boolean {
  return error instanceof ReadError && error.code !== "INTERNAL" && error.code !== "OFFLINE";
}

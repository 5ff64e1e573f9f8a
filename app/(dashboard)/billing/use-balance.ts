"use client";

import { QueryClient, useQuery } from "@tanstack/react-query";
import { isSessionEnded, readJson } from "@/app/(dashboard)/read-json";
import { BalanceView } from "@/lib/billing/balance-view";

const refreshMs = 1_500;

/**
 * The sidebar and the page are far apart and show the same amount, so one cache of the tab's own
 * holds it. The server renders each request with a new one.
 */
const tabCache = typeof window === "undefined" ? null : new QueryClient();

export interface LiveBalance {
  balance: BalanceView;
  /** The last attempt to refresh failed; what is shown may be old. */
  isStale: boolean;
  /** It failed because nobody is signed in any more. */
  isSessionEnded: boolean;
}

/**
 * The workspace's balance, never older than two seconds while the page is looked at. Once the
 * session has ended it is asked for only when the page comes back into sight.
 */
export function useBalance(workspaceId: string, initial: BalanceView): LiveBalance {
  const query = useQuery(
    {
      queryKey: ["balance", workspaceId],
      queryFn: ({ signal }) => readJson(BalanceView, "/api/balance", signal),
      initialData: initial,
      refetchInterval: ({ state }) => (isSessionEnded(state.error) ? false : refreshMs),
      refetchOnWindowFocus: "always",
      retry: false,
    },
    tabCache ?? new QueryClient(),
  );
  return {
    balance: query.data,
    isStale: query.isError,
    isSessionEnded: isSessionEnded(query.error),
  };
}

/** Asks for the amount at once, after an act that may have changed it. */
export function refreshBalance(): void {
  void tabCache?.invalidateQueries({ queryKey: ["balance"] });
}

"use client";

import { useSyncExternalStore } from "react";
import { isSessionEnded, readJson } from "@/app/(dashboard)/read-json";
import { BalanceView } from "@/lib/billing/balance-view";

const refreshMs = 1_500;

export interface LiveBalance {
  balance: BalanceView;
  /** The last attempt to refresh failed; what is shown may be old. */
  isStale: boolean;
  /** It failed because nobody is signed in any more. */
  isSessionEnded: boolean;
}

/** What was read last, for the workspace that asked. */
interface Reading {
  workspaceId: string;
  balance: BalanceView | null;
  error: unknown;
}

/*
 * The sidebar and the page are far apart and show the same amount, so one reading of the tab's own holds
 * it, and one timer keeps it fresh. It is written out because it is in the frame of every page, where a
 * library for the same would be a tenth of all that is sent.
 */
let reading: Reading | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | undefined;
const listeners = new Set<() => void>();

function publish(change: Partial<Reading>): void {
  if (!reading) return;
  reading = { ...reading, ...change };
  for (const listener of listeners) listener();
}

function schedule(): void {
  clearTimeout(timer);
  const isOver = isSessionEnded(reading?.error);
  if (listeners.size === 0 || document.visibilityState === "hidden" || isOver) return;
  timer = setTimeout(ask, refreshMs);
}

function ask(): void {
  clearTimeout(timer);
  asking?.abort();
  const own = new AbortController();
  asking = own;
  readJson(BalanceView, "/api/balance", own.signal).then(
    (balance) => {
      if (own.signal.aborted) return;
      publish({ balance, error: null });
      schedule();
    },
    (error: unknown) => {
      if (own.signal.aborted) return;
      publish({ error });
      schedule();
    },
  );
}

function onVisibility(): void {
  if (document.visibilityState === "visible") ask();
  else schedule();
}

function subscribe(workspaceId: string, listener: () => void): () => void {
  if (reading?.workspaceId !== workspaceId) {
    reading = { workspaceId, balance: null, error: null };
  }
  listeners.add(listener);
  if (listeners.size === 1) {
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("online", ask);
    schedule();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("online", ask);
    clearTimeout(timer);
    asking?.abort();
  };
}

const subscribers = new Map<string, (listener: () => void) => () => void>();

/** The same function for the same workspace, so that React doesn't subscribe anew each time. */
function subscriberOf(workspaceId: string) {
  const known = subscribers.get(workspaceId);
  if (known) return known;
  const made = (listener: () => void) => subscribe(workspaceId, listener);
  subscribers.set(workspaceId, made);
  return made;
}

/**
 * The workspace's balance, never older than two seconds while the page is looked at. Once the
 * session has ended it is asked for only when the page comes back into sight.
 */
export function useBalance(workspaceId: string, initial: BalanceView): LiveBalance {
  const latest = useSyncExternalStore(
    subscriberOf(workspaceId),
    () => reading,
    () => null,
  );
  const own = latest?.workspaceId === workspaceId ? latest : null;
  return {
    balance: own?.balance ?? initial,
    isStale: Boolean(own?.error),
    isSessionEnded: isSessionEnded(own?.error),
  };
}

/** Asks for the amount at once, after an act that may have changed it. */
export function refreshBalance(): void {
  if (listeners.size > 0) ask();
}

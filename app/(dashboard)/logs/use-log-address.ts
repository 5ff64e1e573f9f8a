"use client";

import type { Route } from "next";
import { useRouter, useSearchParams } from "next/navigation";
import { useTransition } from "react";

/** The page's address with some words changed; empty ones are left out. */
export function changedAddress(params: URLSearchParams, changes: Record<string, string>): Route {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return (text === "" ? "/logs" : `/logs?${text}`) as Route;
}

/** What starts over with the newest page. */
const fromTheTop = { before: "", after: "", request: "" };

/** The way to another selection of the log: a step in the history, read from the server. */
export function useLogSelection() {
  const router = useRouter();
  const params = useSearchParams();
  const [isPending, startTransition] = useTransition();
  function select(changes: Record<string, string>) {
    const address = changedAddress(params, { ...fromTheTop, ...changes });
    startTransition(() => router.push(address, { scroll: false }));
  }
  return { params, select, isPending };
}

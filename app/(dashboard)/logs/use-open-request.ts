"use client";

import { useSearchParams } from "next/navigation";
import { changedAddress } from "@/app/(dashboard)/logs/use-log-address";

/** Marks a step of the history that only opened a request, so that closing it can step back. */
const openedHere = "openedRequest";

/**
 * The request whose drawer is open, which stands in the address: it survives a reload, can be sent to
 * somebody, and closes with Back. The list doesn't depend on it, so the server isn't asked for the page.
 */
export function useOpenRequest(): [string | null, (id: string | null) => void] {
  const params = useSearchParams();

  function change(id: string | null) {
    const now = new URLSearchParams(window.location.search);
    const isOpen = now.has("request");
    if (id === null) {
      if (window.history.state?.[openedHere]) return window.history.back();
      return window.history.replaceState(null, "", changedAddress(now, { request: "" }));
    }
    const address = changedAddress(now, { request: id });
    const state = { [openedHere]: !isOpen || window.history.state?.[openedHere] === true };
    // From one request to the next is no step of its own: Back closes.
    if (isOpen) window.history.replaceState(state, "", address);
    else window.history.pushState(state, "", address);
  }
  const id = params.get("request");
  return [id === "" ? null : id, change];
}

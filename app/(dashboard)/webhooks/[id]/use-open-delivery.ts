"use client";

import { useSearchParams } from "next/navigation";

/** Marks a step of the history that only opened a delivery, so that closing it can step back. */
const openedHere = "openedDelivery";
const name = "delivery";

/** The page's address with another delivery open, or none. */
function withDelivery(id: string | null): string {
  const address = new URL(window.location.href);
  if (id === null) address.searchParams.delete(name);
  else address.searchParams.set(name, id);
  return `${address.pathname}${address.search}`;
}

/**
 * The delivery whose drawer is open, which stands in the address: it survives a reload, can be sent to
 * somebody, and closes with Back. The list doesn't depend on it, so the server isn't asked for the page.
 */
export function useOpenDelivery(): [string | null, (id: string | null) => void] {
  const params = useSearchParams();

  function change(id: string | null) {
    const isOpen = new URLSearchParams(window.location.search).has(name);
    if (id === null) {
      if (window.history.state?.[openedHere]) return window.history.back();
      return window.history.replaceState(null, "", withDelivery(null));
    }
    const state = { [openedHere]: !isOpen || window.history.state?.[openedHere] === true };
    // From one delivery to the next is no step of its own: Back closes.
    if (isOpen) window.history.replaceState(state, "", withDelivery(id));
    else window.history.pushState(state, "", withDelivery(id));
  }
  const id = params.get(name);
  return [id === "" ? null : id, change];
}

"use client";

import { type ReactNode, useSyncExternalStore } from "react";

/** Where the sidebar gives way to the top bar: Tailwind's `md`. */
const phoneQuery = "(max-width: 767.98px)";

function subscribe(onChange: () => void): () => void {
  const media = window.matchMedia(phoneQuery);
  media.addEventListener("change", onChange);
  return () => media.removeEventListener("change", onChange);
}

/**
 * Keeps its children in the page at one width only, so that what both frames show, such as the
 * balance, is there once for assistive technology. The server draws the wide one.
 */
export function AtWidth({ width, children }: { width: "phone" | "wide"; children: ReactNode }) {
  const isPhone = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(phoneQuery).matches,
    () => false,
  );
  return isPhone === (width === "phone") ? children : null;
}

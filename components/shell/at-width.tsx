"use client";

import { type ReactNode, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";

/** Where the sidebar gives way to the top bar: Tailwind's `md`. */
const phoneQuery = "(max-width: 767.98px)";

function subscribe(onChange: () => void): () => void {
  const media = window.matchMedia(phoneQuery);
  media.addEventListener("change", onChange);
  return () => media.removeEventListener("change", onChange);
}

export interface AtWidthProps {
  /** Stands here on wide screens. */
  wide: ReactNode;
  /** Stands in the element with the id `phoneSlot` on phones. */
  phone: ReactNode;
  phoneSlot: string;
}

/**
 * What both frames show, in one of them at a time: one element moves, so that it is never there twice,
 * not even for a moment. The server draws the wide one.
 */
export function AtWidth({ wide, phone, phoneSlot }: AtWidthProps) {
  const isPhone = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(phoneQuery).matches,
    () => false,
  );
  if (!isPhone) return wide;
  const slot = document.getElementById(phoneSlot);
  return slot && createPortal(phone, slot);
}

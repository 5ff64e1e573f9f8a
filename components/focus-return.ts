"use client";

import { useRef } from "react";

let lastMenuTrigger: WeakRef<HTMLElement> | null = null;

/** Told by each menu when it opens, so that a dialog opened by one of its items knows the way back. */
export function rememberMenuTrigger(trigger: HTMLElement | null): void {
  lastMenuTrigger = trigger ? new WeakRef(trigger) : null;
}

function findOpener(): HTMLElement | null {
  const focused = document.activeElement;
  const isGoing = !focused || focused === document.body || focused.closest("[role=menu]");
  if (isGoing) return lastMenuTrigger?.deref() ?? null;
  return focused instanceof HTMLElement ? focused : null;
}

/**
 * Where focus goes when a dialog closes that nothing on the page opened (its address did) or whose
 * opener went with it. A page marks the button for that with `data-focus-fallback`.
 */
function findFallback(): HTMLElement | null {
  return document.querySelector<HTMLElement>("main [data-focus-fallback]");
}

/**
 * Gives focus back when a dialog closes. Dialogs here are opened by state and not by a trigger of
 * their own, so what had focus is noted as they open; where that was a menu's item, which goes with
 * its menu, the menu's button takes its place.
 */
export function useFocusReturn() {
  const opener = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus() {
      opener.current = findOpener();
    },
    onCloseAutoFocus(event: Event) {
      const target = opener.current?.isConnected ? opener.current : findFallback();
      if (!target) return;
      event.preventDefault();
      target.focus();
    },
  };
}

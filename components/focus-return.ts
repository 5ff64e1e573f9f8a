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
      if (!opener.current?.isConnected) return;
      event.preventDefault();
      opener.current.focus();
    },
  };
}

"use client";

import { useEffect, useEffectEvent } from "react";

const sequenceMs = 1_000;

/** Whether a key press belongs to what is being typed or to an open dialog or menu. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true;
  if (event.isComposing || event.repeat) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target.closest("input, textarea, select, [role=dialog], [role=alertdialog], [role=menu]")) {
    return !isQuietInput(target);
  }
  return document.querySelector("[role=dialog], [role=alertdialog]") !== null;
}

/** Radios and check boxes have focus without anything being typed in them. */
function isQuietInput(target: HTMLElement): boolean {
  if (!(target instanceof HTMLInputElement)) return false;
  if (target.closest("[role=dialog], [role=alertdialog]")) return false;
  return target.type === "radio" || target.type === "checkbox";
}

/**
 * Runs `onPress` for a key or a sequence such as "g k" typed within a second. Silent while typing,
 * with a modifier held, and while a dialog is open.
 */
export function useShortcut(keys: string, onPress: () => void): void {
  const press = useEffectEvent(onPress);
  useEffect(() => {
    const sequence = keys.split(" ");
    let position = 0;
    let lastAtMs = 0;

    function listen(event: KeyboardEvent) {
      if (isTaken(event)) {
        position = 0;
        return;
      }
      if (event.timeStamp - lastAtMs > sequenceMs) position = 0;
      lastAtMs = event.timeStamp;
      if (event.key !== sequence[position]) position = 0;
      if (event.key === sequence[position]) position += 1;
      if (position < sequence.length) return;
      position = 0;
      event.preventDefault();
      press();
    }

    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [keys]);
}

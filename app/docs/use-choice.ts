"use client";

import { useState, useSyncExternalStore } from "react";
import type { ChoiceKind } from "@/lib/docs/blocks";

const changed = "docs-choice";

function subscribe(onChange: () => void): () => void {
  // `storage` tells of the reader's other tabs, our own event of this one.
  window.addEventListener(changed, onChange);
  window.addEventListener("storage", onChange);
  return () => {
    window.removeEventListener(changed, onChange);
    window.removeEventListener("storage", onChange);
  };
}

function read(kind: ChoiceKind): string | null {
  try {
    return localStorage.getItem(`docs-${kind}`);
  } catch {
    return document.documentElement.getAttribute(`data-docs-${kind}`);
  }
}

function write(kind: ChoiceKind, key: string): void {
  document.documentElement.setAttribute(`data-docs-${kind}`, key);
  try {
    localStorage.setItem(`docs-${kind}`, key);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  window.dispatchEvent(new Event(changed));
}

/**
 * The version of a block that is shown, and how to choose another. A choice of a kind holds on all pages; one
 * without a kind only for its block.
 */
export function useChoice(
  kind: ChoiceKind,
  keys: readonly string[],
): [string, (key: string) => void] {
  const [own, setOwn] = useState<string | null>(null);
  const shared = useSyncExternalStore(
    subscribe,
    () => (kind === "none" ? null : read(kind)),
    () => null,
  );
  const wanted = kind === "none" ? own : shared;
  const chosen = wanted !== null && keys.includes(wanted) ? wanted : (keys[0] ?? "");
  return [chosen, (key) => (kind === "none" ? setOwn(key) : write(kind, key))];
}

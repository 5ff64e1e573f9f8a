"use client";

import { useEffect, useEffectEvent } from "react";

let unsaved = 0;

/** Whether a secret is shown somewhere on the page that would be lost with it. */
export function hasUnsaved(): boolean {
  return unsaved > 0;
}

/**
 * While a secret that is shown once hasn't been saved, nothing that would lose it passes without a question:
 * the browser asks before a reload, and `onLeave` is called for Escape and Back, which stay on the page.
 */
export function useUnsaved(isActive: boolean, onLeave: () => void): void {
  useCounted(isActive);
  useLeaveWarning(isActive);
  useEscape(isActive, onLeave);
  useBack(isActive, onLeave);
}

function useCounted(isActive: boolean): void {
  useEffect(() => {
    if (!isActive) return;
    unsaved += 1;
    return () => {
      unsaved -= 1;
    };
  }, [isActive]);
}

/** Has the browser ask before a reload or a closed tab loses the key. */
function useLeaveWarning(isActive: boolean): void {
  useEffect(() => {
    if (!isActive) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isActive]);
}

/** The dialog itself ignores Escape while a stray press must not close it. */
function useEscape(isActive: boolean, onEscape: () => void): void {
  const ask = useEffectEvent(onEscape);
  useEffect(() => {
    if (!isActive) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape") ask();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [isActive]);
}

/**
 * Takes the browser's Back for a wish to close. A page left by Back is gone without any question, so
 * there is one more entry to go back to, which looks the same.
 */
function useBack(isActive: boolean, onBack: () => void): void {
  const ask = useEffectEvent(onBack);
  useEffect(() => {
    if (!isActive) return;
    const stay = () => window.history.pushState(null, "");
    const listen = () => {
      stay();
      ask();
    };
    stay();
    window.addEventListener("popstate", listen);
    return () => window.removeEventListener("popstate", listen);
  }, [isActive]);
}

"use client";

import { useState } from "react";

export interface Revealed {
  /** In clear while its dialog is open, and nowhere else in the browser. */
  secret: string | null;
  /** It was copied: closing needs no question. */
  isSaved: boolean;
  /** Closing was tried before it was saved. */
  isAsking: boolean;
  show: (secret: string) => void;
  markSaved: () => void;
  /** Escape, the cross and Done: closes what was saved, and asks about what wasn't. */
  dismiss: () => void;
  /** Closes for good, and lets go of the secret. */
  finish: () => void;
}

/** A secret that a dialog shows once; `onClosed` is called when it was let go of. */
export function useRevealed(onClosed: () => void): Revealed {
  const [secret, setSecret] = useState<string | null>(null);
  const [isSaved, setIsSaved] = useState(false);
  const [hasAsked, setHasAsked] = useState(false);

  function finish() {
    setSecret(null);
    onClosed();
  }
  return {
    secret,
    isSaved,
    isAsking: hasAsked && !isSaved,
    show(shown) {
      setIsSaved(false);
      setHasAsked(false);
      setSecret(shown);
    },
    markSaved: () => setIsSaved(true),
    dismiss: () => (isSaved ? finish() : setHasAsked(true)),
    finish,
  };
}

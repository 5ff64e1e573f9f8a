"use client";

import { type Dispatch, type SetStateAction, useEffect, useRef, useState } from "react";
import {
  type Conversation,
  emptyConversation,
  readConversation,
} from "@/app/(dashboard)/playground/turns";

const keepAfterMs = 300;

function readKept(name: string): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    // A browser may be set to keep nothing.
    return null;
  }
}

function keep(name: string, conversation: Conversation): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(conversation));
  } catch {
    // Full or forbidden: then it doesn't survive a reload, and that is all.
  }
}

/**
 * The conversation, kept in the tab so that it survives a reload and goes with the tab. `isRead` is false
 * until what was kept is there.
 */
export function useConversation(
  owner: string,
): [Conversation, Dispatch<SetStateAction<Conversation>>, boolean] {
  const name = `gatehouse.playground.${owner}`;
  const [conversation, setConversation] = useState(emptyConversation);
  const [isRead, setRead] = useState(false);

  useEffect(() => {
    setConversation(readConversation(readKept(name)));
    setRead(true);
  }, [name]);

  useEffect(() => {
    if (!isRead) return;
    const save = () => keep(name, conversation);
    const timer = setTimeout(save, keepAfterMs);
    addEventListener("pagehide", save);
    return () => {
      clearTimeout(timer);
      removeEventListener("pagehide", save);
    };
  }, [name, conversation, isRead]);

  // Leaving for another page of the dashboard is no pagehide.
  const latest = useRef<Conversation>(null);
  useEffect(() => {
    latest.current = isRead ? conversation : null;
  }, [conversation, isRead]);
  useEffect(() => () => void (latest.current && keep(name, latest.current)), [name]);
  return [conversation, setConversation, isRead];
}

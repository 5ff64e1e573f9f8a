"use client";

import { type Dispatch, type SetStateAction, useEffect, useRef, useState } from "react";
import { refreshBalance } from "@/app/(dashboard)/billing/use-balance";
import { ask, askReceipt } from "@/app/(dashboard)/playground/ask";
import type { ChatBody } from "@/app/(dashboard)/playground/chat-body";
import type { Failure } from "@/app/(dashboard)/playground/failure";
import { type Conversation, newTurn, type Turn } from "@/app/(dashboard)/playground/turns";

/** Often enough to look like writing, seldom enough to leave the page its time. */
const paintMs = 40;
/** What of a raw answer is shown; the rest is in the browser's own tools. */
const rawCharactersMax = 200_000;

export interface Exchange {
  body: ChatBody;
  /** Status and headers; empty while there are none. */
  head: string;
  raw: string;
  isCut: boolean;
}

export interface AnswerState {
  /** Null between answers; `waiting` until the first word. */
  running: "waiting" | "writing" | null;
  /** The answer as far as it has come, while it comes. */
  text: string;
  failure: Failure | null;
  /** What was sent last, and what came back. */
  exchange: Exchange | null;
  /** For screen readers: whole answers, not words. */
  announcement: string;
}

const idle: AnswerState = {
  running: null,
  text: "",
  failure: null,
  exchange: null,
  announcement: "",
};

/** Sends questions one at a time, shows the answer as it comes, and puts it into the conversation. */
export function useAnswer(setConversation: Dispatch<SetStateAction<Conversation>>) {
  const [state, setState] = useState<AnswerState>(idle);
  const current = useRef<AbortController | null>(null);
  // An answer that nobody sees any more is ended, so that it costs nothing more.
  useEffect(() => () => current.current?.abort(), []);

  function change(part: Partial<AnswerState>) {
    setState((before) => ({ ...before, ...part }));
  }

  function finish(turn: Omit<Turn, "id" | "role">) {
    if (turn.text === "" && turn.end !== null) return;
    setConversation((before) => {
      const added = { ...newTurn(before.turns, "assistant", turn.text), ...turn };
      return { ...before, turns: [...before.turns, added] };
    });
  }

  async function addReceipt(requestId: string | null) {
    refreshBalance();
    const receipt = requestId === null ? null : await askReceipt(requestId);
    if (!receipt) return;
    setConversation((before) => ({
      ...before,
      turns: before.turns.map((turn) =>
        turn.requestId === requestId ? { ...turn, receipt } : turn,
      ),
    }));
    refreshBalance();
  }

  async function send(keyId: string, body: ChatBody): Promise<void> {
    if (current.current) return;
    const abort = new AbortController();
    current.current = abort;
    let [text, head, raw] = ["", "", ""];
    let requestId: string | null = null;
    const paint = () => {
      const exchange = {
        body,
        head,
        raw: raw.slice(0, rawCharactersMax),
        isCut: raw.length > rawCharactersMax,
      };
      change({ running: text === "" ? "waiting" : "writing", text, exchange });
    };
    setState({ ...idle, running: "waiting", announcement: "Waiting for the answer" });
    paint();
    const painting = setInterval(paint, paintMs);
    let failure: Failure | null = null;
    try {
      failure = await ask(keyId, body, abort.signal, {
        onHead(told) {
          ({ requestId, text: head } = told);
        },
        onRaw(piece) {
          raw += piece;
        },
        onText(piece) {
          text += piece;
        },
      });
    } catch (error) {
      // Taken back: by Stop, or by leaving the page.
      if (!abort.signal.aborted) throw error;
    } finally {
      clearInterval(painting);
      current.current = null;
    }
    paint();
    const end = abort.signal.aborted ? "stopped" : failure ? "broken" : null;
    finish({ text, requestId, receipt: null, end });
    const announcement = end === "stopped" ? "Stopped" : failure ? "" : `Answer: ${text}`;
    change({ running: null, text: "", failure, announcement });
    await addReceipt(requestId);
  }

  return {
    ...state,
    send,
    stop: () => current.current?.abort(),
    forget: () => setState(idle),
  };
}

"use client";

import { startTransition, useEffect, useEffectEvent, useRef, useState } from "react";
import { afterPaint } from "@/components/after-paint";

/** How often a failed read is tried again before it counts as failed, and how soon. */
const retriesMax = 1;
const retryMs = 1_000;
/** Answers of earlier questions that are kept while the page is open. */
const keptMax = 20;

export interface RemoteState<T> {
  data: T | undefined;
  error: Error | null;
}

export interface RemoteOptions<T> {
  /** Names the question: another name is another answer. Null asks nothing. */
  name: string | null;
  read: (signal: AbortSignal) => Promise<T>;
  /** The answer that the page came with. */
  initial?: T | undefined;
  /** An answer is good for so long: it isn't asked for again when its question comes back. */
  staleMs?: number;
  /** When to ask again, in milliseconds; false for not at all. Asks only while the page is in sight. */
  everyMs?: (state: RemoteState<T>) => number | false;
  /** Whether a failure is worth a second attempt. */
  mayRetry?: (error: Error) => boolean;
  /** Shows the answer before this one until it has come. */
  keepsPrevious?: boolean;
}

export interface Remote<T> extends RemoteState<T> {
  /** `data` answers the question before this one. */
  isPlaceholder: boolean;
  /** Asks again now; settles when the answer, or its failure, is there. */
  refetch: () => Promise<void>;
  /** Somebody asked again and waits. */
  isRetrying: boolean;
}

interface Known<T> extends RemoteState<T> {
  name: string | null;
  atMs: number;
}

function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

/** Longest that a first read waits for a quiet moment. */
const idleMaxMs = 1_000;

/** Does something when the browser has nothing else to do. Answers what calls it off. */
function whenIdle(act: () => void): () => void {
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(act, 0);
    return () => clearTimeout(timer);
  }
  const handle = window.requestIdleCallback(act, { timeout: idleMaxMs });
  return () => window.cancelIdleCallback(handle);
}

/** The answer before this one where both say the same: what shows it has nothing to draw then. */
function unlessSame<T>(before: T | undefined, answer: T): T {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(answer)
    ? before
    : answer;
}

/**
 * What an address of ours answers, kept fresh while the page is looked at. Each use has answers of its
 * own, which go with it, so nothing of one session is there in the next.
 */
export function useRemote<T>(options: RemoteOptions<T>): Remote<T> {
  const { name, initial, keepsPrevious = false } = options;
  const [answers] = useState(() => new Map<string, Known<T>>());
  const [last, setLast] = useState<Known<T>>({ name, data: initial, error: null, atMs: 0 });
  const [isRetrying, setIsRetrying] = useState(false);
  const ask = useRef<() => Promise<void>>(async () => undefined);
  const isAlive = useRef(false);

  const read = useEffectEvent((signal: AbortSignal) => options.read(signal));
  const pauseOf = useEffectEvent((state: RemoteState<T>) => options.everyMs?.(state) ?? false);
  const mayRetry = useEffectEvent((error: Error) => options.mayRetry?.(error) ?? false);
  const isFresh = useEffectEvent(
    (known: Known<T> | undefined) =>
      known?.data !== undefined && performance.now() - known.atMs < (options.staleMs ?? 0),
  );
  const settle = useEffectEvent((known: Known<T>) => {
    if (known.name !== null) {
      answers.delete(known.name);
      answers.set(known.name, known);
      const [oldest] = answers.keys();
      if (answers.size > keptMax && oldest !== undefined) answers.delete(oldest);
    }
    // Drawing an answer gives way to what the reader does meanwhile.
    startTransition(() => setLast(known));
  });

  const start = useEffectEvent((asked: string) => {
    const atMs = performance.now();
    const first: Known<T> = { name: asked, data: initial, error: null, atMs };
    return answers.get(asked) ?? (initial === undefined ? undefined : first);
  });

  useEffect(() => {
    if (name === null) return;
    const asked = name;
    let known = start(asked);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let controller = new AbortController();
    let cancel = (): void => undefined;

    function schedule() {
      clearTimeout(timer);
      const pauseMs = pauseOf({ data: known?.data, error: known?.error ?? null });
      if (pauseMs === false || document.visibilityState === "hidden") return;
      timer = setTimeout(() => void run(), pauseMs);
    }

    async function run(): Promise<void> {
      cancel();
      clearTimeout(timer);
      controller.abort();
      controller = new AbortController();
      const { signal } = controller;
      for (let failures = 0; ; failures += 1) {
        try {
          const data = await read(signal);
          if (signal.aborted) return;
          known = {
            name: asked,
            data: unlessSame(known?.data, data),
            error: null,
            atMs: performance.now(),
          };
          break;
        } catch (cause) {
          if (signal.aborted) return;
          const error = toError(cause);
          if (failures < retriesMax && mayRetry(error)) {
            await new Promise((resolve) => setTimeout(resolve, retryMs));
            if (signal.aborted) return;
            continue;
          }
          known = { name: asked, data: known?.data, error, atMs: performance.now() };
          break;
        }
      }
      settle(known);
      schedule();
    }

    function onVisibility() {
      if (document.visibilityState === "hidden") return schedule();
      // What isn't read over and over was read when it was asked for.
      if (pauseOf({ data: known?.data, error: null }) !== false) void run();
    }

    ask.current = run;
    if (isFresh(known)) schedule();
    // A page that comes alive is left alone until it is: what it asks for would take its processor.
    else if (isAlive.current) cancel = afterPaint(() => void run());
    else cancel = whenIdle(() => void run());
    isAlive.current = true;
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      cancel();
      clearTimeout(timer);
      controller.abort();
    };
  }, [name]);

  const own = last.name === name ? last : name === null ? undefined : answers.get(name);
  const placeholder = keepsPrevious ? last.data : undefined;
  const data = own?.data ?? initial;
  return {
    data: data ?? placeholder,
    error: own?.error ?? null,
    isPlaceholder: data === undefined && placeholder !== undefined,
    isRetrying,
    async refetch() {
      setIsRetrying(true);
      await ask.current();
      setIsRetrying(false);
    },
  };
}

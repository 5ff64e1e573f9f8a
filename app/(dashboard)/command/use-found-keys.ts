import { startTransition, useEffect, useState } from "react";
import { readJson } from "@/app/(dashboard)/read-json";
import type { FoundKey } from "@/lib/keys/find-keys";
import { searchTermOf } from "@/lib/search-term";
import { fields, listOf, text } from "@/lib/shape";

const Answer = fields({ keys: listOf(fields({ id: text, name: text, masked: text })) });

const typingPauseMs = 120;

/**
 * The keys that fit what is typed; the newest where nothing is. A pasted key leaves the browser as its last
 * four. Where they can't be read the menu does without.
 */
export function useFoundKeys(typed: string): readonly FoundKey[] {
  const [found, setFound] = useState<readonly FoundKey[]>([]);
  const term = searchTermOf(typed);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(
      () => {
        const address = `/api/find-keys?q=${encodeURIComponent(term)}`;
        readJson(Answer, address, controller.signal).then(
          ({ keys }) => startTransition(() => setFound(keys)),
          () => undefined,
        );
      },
      term === "" ? 0 : typingPauseMs,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [term]);
  return found;
}

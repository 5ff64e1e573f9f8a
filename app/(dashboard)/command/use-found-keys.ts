import { startTransition, useEffect, useState } from "react";
import { readJson } from "@/app/(dashboard)/read-json";
import type { FoundKey } from "@/lib/keys/find-keys";
import { searchTermOf } from "@/lib/search-term";
import { fields, listOf, text } from "@/lib/shape";

const Answer = fields({ keys: listOf(fields({ id: text, name: text, masked: text })) });

const typingPauseMs = 120;

interface Found {
  /** What they were found by. */
  term: string;
  /** Null where they could not be read. */
  keys: readonly FoundKey[] | null;
}

export interface FoundKeys {
  keys: readonly FoundKey[];
  isSearching: boolean;
  hasFailed: boolean;
}

/** Whether a key found by another term would be found by this one, as `findKeys` compares them. */
const fitsTerm = (term: string) => {
  const part = term.toLowerCase();
  return ({ name, masked }: FoundKey) => name.toLowerCase().includes(part) || masked.endsWith(term);
};

/**
 * The keys that fit what is typed; the newest where nothing is. A pasted key leaves the browser as its last
 * four. Where they can't be read the menu does without, and says so. Until they have come, those are left that
 * were found before and fit too: what is chosen must never be another key than the one that was asked for.
 */
export function useFoundKeys(typed: string): FoundKeys {
  const [found, setFound] = useState<Found>({ term: "", keys: [] });
  const term = searchTermOf(typed);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(
      () => {
        const address = `/api/find-keys?q=${encodeURIComponent(term)}`;
        const show = (keys: Found["keys"]) => {
          if (!controller.signal.aborted) startTransition(() => setFound({ term, keys }));
        };
        readJson(Answer, address, controller.signal).then(
          ({ keys }) => show(keys),
          () => show(null),
        );
      },
      term === "" ? 0 : typingPauseMs,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [term]);
  const isSearching = found.term !== term;
  const known = found.keys ?? [];
  return {
    keys: isSearching ? known.filter(fitsTerm(term)) : known,
    isSearching,
    hasFailed: !isSearching && found.keys === null,
  };
}

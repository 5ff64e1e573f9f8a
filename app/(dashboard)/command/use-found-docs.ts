import { startTransition, useEffect, useState } from "react";
import { type Hit, loadIndex, type SearchIndex } from "@/app/docs/search-index";

const shownMax = 4;
const lettersMin = 3;

/** The sections of the documentation that fit what is typed. Their index is fetched with the first letters. */
export function useFoundDocs(typed: string): readonly Hit[] {
  const [index, setIndex] = useState<{ search: SearchIndex } | null>(null);
  const isWanted = typed.trim().length >= lettersMin;
  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    loadIndex().then(
      (search) => {
        if (!isGone) startTransition(() => setIndex({ search }));
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [isWanted]);
  return isWanted && index ? index.search(typed).slice(0, shownMax) : [];
}

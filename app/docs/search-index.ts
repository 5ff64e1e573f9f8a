import MiniSearch from "minisearch";
import { fields, listOf, type Shaped, text as words } from "@/lib/shape";

const Entries = listOf(fields({ href: words, page: words, heading: words, text: words }));

export interface Hit {
  href: string;
  page: string;
  heading: string;
  excerpt: string;
}

/** Finds the sections for a text, best first. */
export type SearchIndex = (text: string) => Hit[];

let loading: Promise<SearchIndex> | undefined;

/** Fetches the index once a visit; a failed attempt is forgotten, so that the next one tries again. */
export function loadIndex(): Promise<SearchIndex> {
  loading ??= fetchIndex().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function fetchIndex(): Promise<SearchIndex> {
  const response = await fetch("/docs/search.json");
  if (!response.ok) throw new Error(`the index answered ${response.status}`);
  return createIndex(await response.json());
}

/** Searches what `/docs/search.json` holds. Headings count most, then names of pages. */
export function createIndex(source: unknown): SearchIndex {
  const parsed = Entries.safeParse(source);
  if (!parsed.success) throw new Error("the index isn't one");
  const entries: Shaped<typeof Entries> = parsed.data;
  const search = new MiniSearch<(typeof entries)[number]>({
    idField: "href",
    fields: ["heading", "page", "text"],
    // `x-should-retry` is found whole and by its words.
    tokenize: (text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [],
    searchOptions: {
      // "rotate" finds the rotation too: what is left of a word is found as the start of others.
      processTerm: (term) =>
        term.length > 5 ? term.replace(/(?:ings?|ions?|e[sd]?|s)$/, "") : term,
      boost: { heading: 4, page: 3 },
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      combineWith: "AND",
    },
  });
  search.addAll(entries);
  const byHref = new Map(entries.map((entry) => [entry.href, entry]));
  return (text) =>
    search.search(text).flatMap(({ id, terms }) => {
      const entry = byHref.get(String(id));
      if (!entry) return [];
      const { href, page, heading } = entry;
      return [{ href, page, heading, excerpt: excerptOf(entry.text, terms) }];
    });
}

const excerptBefore = 30;
const excerptLength = 140;

/** The words around the first one that was found. */
function excerptOf(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const found = places.length > 0 ? Math.min(...places) : 0;
  const start = found <= excerptBefore ? 0 : lower.indexOf(" ", found - excerptBefore) + 1;
  return `${start > 0 ? "… " : ""}${text.slice(start, start + excerptLength)}`;
}

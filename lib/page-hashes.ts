import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What `scripts/static-pages.mjs` wrote after the build. */
export interface PageHashes {
  /** Hashes of the inline scripts of each page that was built whole, by its path. */
  pages: Record<string, string[]>;
  /** Those of the pages that answer on any path: nothing found, and failed. */
  anywhere: string[];
}

const none: PageHashes = { pages: {}, anywhere: [] };

let read: PageHashes | undefined;

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function parsePageHashes(value: unknown): PageHashes {
  if (typeof value !== "object" || value === null) throw new Error("csp-hashes.json is no object");
  if (!("pages" in value) || !("anywhere" in value)) throw new Error("csp-hashes.json lacks parts");
  const { pages, anywhere } = value;
  if (typeof pages !== "object" || pages === null || !isTexts(anywhere)) {
    throw new Error("csp-hashes.json has other parts than it should");
  }
  const entries = Object.entries(pages).map(([path, hashes]) => {
    if (!isTexts(hashes)) throw new Error(`csp-hashes.json has no hashes for ${path}`);
    return [path, hashes] as const;
  });
  return { pages: Object.fromEntries(entries), anywhere };
}

/**
 * The hashes of this build, read once. The development server has none: every page is rendered for its
 * request there. A build without them (made by other means than our own scripts) refuses all inline
 * scripts of its static pages, which shows at once and is the safe way to fail.
 */
export function readPageHashes(): PageHashes {
  if (read) return read;
  if (process.env.NODE_ENV !== "production") return none;
  const file = join(process.cwd(), process.env.NEXT_DIST_DIR || ".next", "csp-hashes.json");
  read = parsePageHashes(JSON.parse(readFileSync(file, "utf8")));
  return read;
}

/** The hashes of the page at `pathname`, or null where it is rendered for each request. */
export function hashesOfPage(pathname: string, known: PageHashes): readonly string[] | null {
  return Object.hasOwn(known.pages, pathname) ? (known.pages[pathname] ?? null) : null;
}

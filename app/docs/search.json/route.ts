import { loadAllPages } from "@/app/docs/all-pages";
import { type SearchEntry, searchEntries } from "@/lib/docs/search-entries";
import { plainOrigin } from "@/lib/docs/values";

export const dynamic = "force-static";

/** What the search of the documentation looks through, fetched when somebody searches. */
export function GET() {
  const entries = loadAllPages().flatMap((page): SearchEntry[] =>
    searchEntries(page, page.blocks).map((entry) => ({ ...entry, text: plainOrigin(entry.text) })),
  );
  return Response.json(entries);
}

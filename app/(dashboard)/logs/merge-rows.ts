import type { LogRow } from "@/lib/usage/log-page";

/** More than this many rows are never kept: the oldest go, and are found on the pages after. */
const rowsMax = 200;

/** The newest first, in the order of the pages; marks have the time first, of one length for ages. */
function compare(a: LogRow, b: LogRow): number {
  const [atA = "", atB = ""] = [a.mark.split("-", 1)[0], b.mark.split("-", 1)[0]];
  if (atA !== atB) return atA.length - atB.length || (atA < atB ? -1 : 1);
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/**
 * The rows that are shown with the newest among them. A request counts from when it began but is logged
 * when it ends, so one may come in below others. Where nothing joins the two, more has come than a page
 * holds: then the newest are shown alone, without a hole in the middle.
 */
export function mergeRows(shown: readonly LogRow[], newest: readonly LogRow[]): LogRow[] {
  const known = new Set(shown.map(({ id }) => id));
  if (newest.length > 0 && shown.length > 0 && !newest.some(({ id }) => known.has(id))) {
    const [oldest, top] = [newest.at(-1), shown.at(0)];
    if (oldest && top && compare(oldest, top) > 0 && newest.length >= 50) return [...newest];
  }
  const added = newest.filter(({ id }) => !known.has(id));
  if (added.length === 0) return [...shown];
  return [...shown, ...added].sort((a, b) => compare(b, a)).slice(0, rowsMax);
}

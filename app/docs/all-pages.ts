import "server-only";
import { type LoadedPage, loadPage } from "@/app/docs/load-page";
import { referenceGroups } from "@/app/docs/reference-groups";
import { docsPages } from "@/lib/docs/pages";

/** Every page there is, filled in: what search and `llms.txt` are made of. */
export function loadAllPages(): LoadedPage[] {
  return [...docsPages.map(({ slug }) => loadPage(slug)), ...referenceGroups()];
}

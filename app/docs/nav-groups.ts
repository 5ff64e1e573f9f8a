import "server-only";
import type { NavGroup } from "@/app/docs/docs-nav";
import { referenceGroups } from "@/app/docs/reference-groups";
import { docsSections } from "@/lib/docs/pages";

/** The sidebar: the pages of prose, then the reference. */
export function navGroups(): NavGroup[] {
  const prose = docsSections.map((section) => ({
    title: section.title,
    links: section.pages.map((page) => ({ href: `/docs/${page.slug}`, label: page.label })),
  }));
  const reference = {
    title: "Reference",
    links: referenceGroups().map((group) => ({ href: group.href, label: group.title })),
  };
  const help = prose.pop();
  return [...prose, reference, ...(help ? [help] : [])];
}

/** All pages in reading order, for the links to the one before and after. */
export function readingOrder(): readonly { href: string; label: string }[] {
  return navGroups().flatMap((group) => group.links);
}

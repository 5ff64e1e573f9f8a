import { type Block, textOf } from "@/lib/docs/blocks";

/** One section of a page, as search finds it. */
export interface SearchEntry {
  /** The page and the heading: `/docs/rotation#first-use`. */
  href: string;
  page: string;
  /** Empty for what stands above a page's first heading. */
  heading: string;
  text: string;
}

const textMax = 1_200;

/** The sections of a page. Code is found by the words around it, not by its own. */
export function searchEntries(
  page: { href: string; title: string; description: string },
  blocks: readonly Block[],
): SearchEntry[] {
  const entries: SearchEntry[] = [
    { href: page.href, page: page.title, heading: "", text: page.description },
  ];
  for (const block of blocks) {
    const last = entries[entries.length - 1];
    if (block.kind === "heading") {
      entries.push({
        href: `${page.href}#${block.id}`,
        page: page.title,
        heading: block.text,
        text: "",
      });
    } else if (last && last.text.length < textMax) {
      last.text = `${last.text} ${wordsOf(block)}`.trim().slice(0, textMax);
    }
  }
  return entries;
}

function wordsOf(block: Block): string {
  switch (block.kind) {
    case "paragraph":
    case "callout":
      return textOf(block.inlines);
    case "list":
      return block.items.map(textOf).join(" ");
    case "table":
      return block.rows.flatMap((row) => row.map(textOf)).join(" ");
    case "code":
      return [block.title, ...block.samples.map((sample) => sample.label)].join(" ");
    default:
      return "";
  }
}

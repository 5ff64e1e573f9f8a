import "server-only";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expandDirective } from "@/app/docs/directives";
import type { Block } from "@/lib/docs/blocks";
import { parseDocument } from "@/lib/docs/markdown";
import { docsPages } from "@/lib/docs/pages";
import { docsValues, fillIn, originMark } from "@/lib/docs/values";

export interface LoadedPage {
  href: string;
  title: string;
  description: string;
  blocks: Block[];
}

const contentDir = join(process.cwd(), "app", "docs", "content");

/** A page of prose with everything filled in but the API's origin. Throws where there is no such page. */
export function loadPage(slug: string): LoadedPage {
  if (!docsPages.some((page) => page.slug === slug)) throw new Error(`no page named ${slug}`);
  const values = docsValues(originMark);
  const source = readFileSync(join(contentDir, `${slug}.md`), "utf8");
  const { title, description, blocks } = parseDocument(fillIn(source, values));
  return {
    href: `/docs/${slug}`,
    title,
    description,
    blocks: blocks.flatMap((block) =>
      block.kind === "directive" ? expandDirective(block.name, block.argument, values) : [block],
    ),
  };
}

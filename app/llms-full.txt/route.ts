import { loadAllPages } from "@/app/docs/all-pages";
import { plainTextReply } from "@/app/docs/plain-text-reply";
import { brand, brandMarks, isBuilding } from "@/lib/brand";
import { toMarkdown } from "@/lib/docs/plain-text";
import { configuredOrigin, plainOrigin } from "@/lib/docs/values";
import { originNote } from "@/lib/shown-origin";

export const dynamic = "force-static";

/** The whole documentation as Markdown. It is made before anybody knows which host it is read from. */
export function GET() {
  const note = isBuilding() ? [brandMarks.originNote] : configuredOrigin() ? [] : [originNote];
  const pages = loadAllPages().map((page) =>
    [`# ${page.title}`, `Page: ${page.href}`, page.description, toMarkdown(page.blocks, "")].join(
      "\n\n",
    ),
  );
  return plainTextReply(
    plainOrigin([`# ${brand.name}: documentation`, ...note, ...pages].join("\n\n")),
  );
}

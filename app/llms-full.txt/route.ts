import { loadAllPages } from "@/app/docs/all-pages";
import { plainTextReply } from "@/app/docs/plain-text-reply";
import { brand } from "@/lib/brand";
import { toMarkdown } from "@/lib/docs/plain-text";
import { configuredOrigin, defaultOrigin, plainOrigin } from "@/lib/docs/values";

export const dynamic = "force-static";

/** The whole documentation as Markdown. It is made before anybody knows which host it is read from. */
export function GET() {
  const note = configuredOrigin()
    ? []
    : [
        `> The API is served under /v1 of the host that this text comes from. Where it says ${defaultOrigin}, put that host.`,
      ];
  const pages = loadAllPages().map((page) =>
    [`# ${page.title}`, `Page: ${page.href}`, page.description, toMarkdown(page.blocks, "")].join(
      "\n\n",
    ),
  );
  return plainTextReply(
    plainOrigin([`# ${brand.name}: documentation`, ...note, ...pages].join("\n\n")),
  );
}

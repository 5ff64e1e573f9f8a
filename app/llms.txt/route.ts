import { loadPage } from "@/app/docs/load-page";
import { plainTextReply } from "@/app/docs/plain-text-reply";
import { referenceGroups } from "@/app/docs/reference-groups";
import { brand } from "@/lib/brand";
import { docsSections } from "@/lib/docs/pages";
import { plainOrigin } from "@/lib/docs/values";

export const dynamic = "force-static";

/** The index for programs that read, after https://llmstxt.org. */
export function GET() {
  const line = (page: { href: string; title: string; description: string }) =>
    `- [${page.title}](${page.href}): ${plainOrigin(page.description)}`;
  const sections = docsSections.map(
    (section) =>
      `## ${section.title}\n\n${section.pages.map(({ slug }) => line(loadPage(slug))).join("\n")}`,
  );
  return plainTextReply(
    [
      `# ${brand.name}`,
      `> ${brand.tagline}`,
      `The API speaks OpenAI's Chat Completions, Anthropic's Messages and plain REST under /v1 of this host; its OpenAPI document is at /v1/openapi.json. All pages in one text: [/llms-full.txt](/llms-full.txt).`,
      ...sections,
      `## Reference\n\n${referenceGroups().map(line).join("\n")}`,
    ].join("\n\n"),
  );
}

import type { Metadata, Route } from "next";
import Link from "next/link";
import { Blocks } from "@/app/docs/block-view";
import { expandDirective } from "@/app/docs/directives";
import { loadPage } from "@/app/docs/load-page";
import { referenceGroups } from "@/app/docs/reference-groups";
import { withOrigin } from "@/app/docs/with-origin";
import { brand } from "@/lib/brand";
import { docsSections } from "@/lib/docs/pages";
import { docsValues, originMark } from "@/lib/docs/values";

export const dynamic = "error";

export function generateMetadata(): Metadata {
  return {
    title: "Docs",
    description: `How to use ${brand.name}: the first request, libraries, errors, limits and keys.`,
  };
}

/** The door to the documentation: one request that works, and every page with what it answers. */
export default function DocsHome() {
  return (
    <main
      id="main"
      tabIndex={-1}
      // As wide as a page's text, with the place of its contents left free: the text stays where it is.
      className="min-w-0 px-5 pt-8 pb-16 md:px-10 lg:pt-10 xl:mr-58"
    >
      <div className="mx-auto max-w-[46rem]">
        <h1 className="text-2xl font-semibold">Documentation</h1>
        <p className="mt-2 text-md text-fg-2">
          Every model behind one key. Start with the request below, or keep the OpenAI or Anthropic
          library you have and change its address.
        </p>
        <Blocks blocks={expandDirective("snippet", "first-request", docsValues(originMark))} />
        <p className="text-fg-2">
          No key yet?{" "}
          <Link
            href={"/docs/quickstart" as Route}
            className="rounded-sm text-fg underline decoration-line-strong underline-offset-3 hover:decoration-fg"
          >
            The quickstart
          </Link>{" "}
          takes a minute.
        </p>
        {docsSections.map((section) => (
          <PageList
            key={section.title}
            title={section.title}
            pages={section.pages.map(({ slug, label }) => ({ ...loadPage(slug), label }))}
          />
        ))}
        <PageList
          title="Reference"
          pages={referenceGroups().map((group) => ({ ...group, label: group.title }))}
        />
      </div>
    </main>
  );
}

interface ListedPage {
  href: string;
  label: string;
  description: string;
}

function PageList({ title, pages }: { title: string; pages: readonly ListedPage[] }) {
  if (pages.length === 0) return null;
  return (
    <section className="mt-10 border-t border-line pt-8">
      <h2 className="text-md font-medium">{title}</h2>
      <ul className="mt-3 -mx-2.5 grid gap-x-4 sm:grid-cols-2">
        {pages.map((page) => (
          <li key={page.href}>
            <Link
              href={page.href as Route}
              prefetch={false}
              className="block rounded-md px-2.5 py-2 transition-colors duration-100 hover:bg-hover"
            >
              <span className="font-medium">{page.label}</span>
              <span className="mt-0.5 block text-sm text-fg-2">{withOrigin(page.description)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

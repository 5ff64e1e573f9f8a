import { ArrowLeft, ArrowRight, ChevronDown } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { Blocks } from "@/app/docs/block-view";
import type { LoadedPage } from "@/app/docs/load-page";
import { readingOrder } from "@/app/docs/nav-groups";
import { Toc } from "@/app/docs/toc";
import { withOrigin } from "@/app/docs/with-origin";
import { type Heading, headingsOf } from "@/lib/docs/blocks";

/** More than these, and the lower level is left out of the table of contents. */
const tocMax = 24;

/** A page: its text, beside it its headings, below it the way on. */
export function PageView({ page }: { page: LoadedPage }) {
  const all = headingsOf(page.blocks);
  const headings = all.length > tocMax ? all.filter((heading) => heading.level === 2) : all;
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] xl:grid-cols-[minmax(0,1fr)_232px]">
      <main id="main" tabIndex={-1} className="min-w-0 px-5 pt-8 pb-16 md:px-10 lg:pt-10">
        <article className="mx-auto max-w-[46rem]">
          <h1 className="text-2xl font-semibold">{page.title}</h1>
          <p className="mt-2 text-md text-fg-2">{withOrigin(page.description)}</p>
          <InlineToc headings={headings} />
          <div className="mt-6">
            <Blocks blocks={page.blocks} />
          </div>
          <Neighbours href={page.href} />
        </article>
      </main>
      <div className="max-xl:hidden" data-print="hide">
        <div className="sticky top-14 max-h-[calc(100dvh-3.5rem)] overflow-y-auto py-10 pr-6">
          {headings.length > 1 ? <Toc headings={headings} /> : null}
        </div>
      </div>
    </div>
  );
}

/** The headings on screens without room beside the text. */
function InlineToc({ headings }: { headings: readonly Heading[] }) {
  if (headings.length < 3) return null;
  return (
    <details data-print="hide" className="group mt-5 rounded-lg border border-line xl:hidden">
      <summary className="flex min-h-10 list-none items-center gap-2 px-3.5 text-sm text-fg-2 [&::-webkit-details-marker]:hidden">
        On this page
        <ChevronDown
          aria-hidden
          className="ml-auto size-4 text-fg-3 transition-transform group-open:rotate-180"
        />
      </summary>
      <ul className="grid border-t border-line py-2 text-sm">
        {headings.map((heading) => (
          <li key={heading.id}>
            <a
              href={`#${heading.id}`}
              className={`block py-1.5 break-words text-fg-2 hover:text-fg ${heading.level === 3 ? "px-7" : "px-3.5"}`}
            >
              {heading.text}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Neighbours({ href }: { href: string }) {
  const order = readingOrder();
  const at = order.findIndex((page) => page.href === href);
  const before = at > 0 ? order[at - 1] : undefined;
  const after = at >= 0 ? order[at + 1] : undefined;
  const linkClass =
    "flex min-h-11 items-center gap-2 rounded-md text-fg-2 hover:text-fg [&_svg]:size-4";
  return (
    <nav
      aria-label="Previous and next page"
      className="mt-14 flex flex-wrap justify-between gap-x-6 gap-y-1 border-t border-line pt-4"
    >
      {before ? (
        <Link href={before.href as Route} rel="prev" className={linkClass}>
          <ArrowLeft aria-hidden />
          <span className="sr-only">Previous: </span>
          {before.label}
        </Link>
      ) : (
        <span />
      )}
      {after ? (
        <Link href={after.href as Route} rel="next" className={linkClass}>
          <span className="sr-only">Next: </span>
          {after.label}
          <ArrowRight aria-hidden />
        </Link>
      ) : null}
    </nav>
  );
}

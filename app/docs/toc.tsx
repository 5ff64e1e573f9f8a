import { clsx } from "clsx";
import type { Heading } from "@/lib/docs/blocks";

/** The headings of the page. The one being read is marked by the islands. */
export function Toc({ headings }: { headings: readonly Heading[] }) {
  return (
    <nav data-toc aria-label="On this page" className="text-sm">
      <p className="mb-2 text-xs font-medium text-fg-3">On this page</p>
      <ul className="grid gap-px border-l border-line">
        {headings.map((heading) => (
          <li key={heading.id}>
            <a
              href={`#${heading.id}`}
              className={clsx(
                "-ml-px block border-l py-1 break-words transition-colors duration-100 hover:text-fg",
                heading.level === 3 ? "pl-6" : "pl-3",
                "border-transparent text-fg-3 aria-[current]:border-fg aria-[current]:text-fg",
              )}
            >
              {heading.text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

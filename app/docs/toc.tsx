"use client";

import { clsx } from "clsx";
import { useEffect, useState } from "react";
import type { Heading } from "@/lib/docs/blocks";

/** The headings of the page, the one being read marked. */
export function Toc({ headings }: { headings: readonly Heading[] }) {
  const reading = useReading(headings);
  return (
    <nav aria-label="On this page" className="text-sm">
      <p className="mb-2 text-xs font-medium text-fg-3">On this page</p>
      <ul className="grid gap-px border-l border-line">
        {headings.map((heading) => (
          <li key={heading.id}>
            <a
              href={`#${heading.id}`}
              aria-current={heading.id === reading ? "location" : undefined}
              className={clsx(
                "-ml-px block border-l py-1 break-words transition-colors duration-100 hover:text-fg",
                heading.level === 3 ? "pl-6" : "pl-3",
                heading.id === reading ? "border-fg text-fg" : "border-transparent text-fg-3",
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

/** The last heading above the upper third of the window. */
function useReading(headings: readonly Heading[]): string | null {
  const [reading, setReading] = useState<string | null>(null);
  useEffect(() => {
    let frame = 0;
    function look() {
      const line = window.innerHeight / 3;
      const above = headings.filter(({ id }) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top;
        return top !== undefined && top < line;
      });
      setReading(above[above.length - 1]?.id ?? null);
    }
    function onScroll() {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    }
    onScroll();
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", onScroll);
    };
  }, [headings]);
  return reading;
}

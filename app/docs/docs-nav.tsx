"use client";

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

export interface NavGroup {
  title: string;
  links: readonly { href: string; label: string }[];
}

/** The sidebar of the documentation. */
export function DocsNav({ groups }: { groups: readonly NavGroup[] }) {
  const pathname = usePathname();
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another link.
  useEffect(() => showCurrent(nav.current), [pathname]);
  return (
    <nav ref={nav} aria-label="Documentation" className="grid gap-6 text-sm">
      <NavGroups groups={groups} current={pathname} />
    </nav>
  );
}

/** Scrolls the sidebar, and nothing else, to the link of the page. */
function showCurrent(nav: HTMLElement | null) {
  const sidebar = nav?.parentElement;
  const link = nav?.querySelector("[aria-current=page]");
  if (!sidebar || !link) return;
  const below = link.getBoundingClientRect().bottom - sidebar.getBoundingClientRect().bottom;
  if (below > 0) sidebar.scrollTop += below + sidebar.clientHeight / 3;
}

/** The same on a phone: a bar that names the page and opens the list. */
export function PhoneDocsNav({ groups }: { groups: readonly NavGroup[] }) {
  const pathname = usePathname();
  const details = useRef<HTMLDetailsElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes on arrival at another page.
  useEffect(() => details.current?.removeAttribute("open"), [pathname]);
  const here = groups.flatMap((group) => group.links).find((link) => link.href === pathname);
  return (
    <details
      ref={details}
      data-print="hide"
      className="group sticky top-14 z-30 border-b border-line bg-bg lg:hidden"
    >
      <summary className="flex h-11 list-none items-center gap-2 px-5 text-sm text-fg-2 [&::-webkit-details-marker]:hidden">
        <ChevronDown aria-hidden className="size-4 transition-transform group-open:rotate-180" />
        <span className="sr-only">All pages, now at </span>
        {here?.label ?? "Documentation"}
      </summary>
      <nav
        aria-label="Documentation pages"
        className="grid max-h-[calc(100dvh-6.25rem)] gap-6 overflow-y-auto overscroll-contain border-t border-line px-5 py-5"
      >
        <NavGroups groups={groups} current={pathname} />
      </nav>
    </details>
  );
}

function NavGroups({ groups, current }: { groups: readonly NavGroup[]; current: string }) {
  return groups.map((group) => (
    <div key={group.title}>
      <p className="mb-1 px-2 text-xs font-medium text-fg-3">{group.title}</p>
      <ul className="grid gap-px">
        {group.links.map((link) => (
          <li key={link.href}>
            <Link
              href={link.href as Route}
              prefetch={false}
              aria-current={link.href === current ? "page" : undefined}
              className={clsx(
                "flex min-h-7.5 items-center rounded-md px-2 transition-colors duration-100 max-lg:min-h-10",
                link.href === current
                  ? "bg-selected font-medium text-fg"
                  : "text-fg-2 hover:bg-hover hover:text-fg",
              )}
            >
              {link.label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  ));
}

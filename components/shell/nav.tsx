"use client";

import { clsx } from "clsx";
import { BookOpen, LifeBuoy } from "lucide-react";
import { usePathname } from "next/navigation";
import { NearLink } from "@/components/near-link";
import { isCurrent, navItems } from "@/components/shell/nav-items";

const linkClass =
  "group flex h-7.5 items-center gap-2.25 rounded-md px-2 text-[0.84375rem] transition-colors duration-100 " +
  "max-md:h-10 max-md:gap-3 max-md:text-md [&_svg]:size-4 [&_svg]:shrink-0";

/** The dashboard's pages, the current one marked. */
export function Nav() {
  const pathname = usePathname();
  return (
    <nav aria-label="Main">
      <ul className="grid gap-0.5">
        {navItems.map(({ href, label, icon: Icon, shortcut }) => {
          const current = isCurrent(href, pathname);
          return (
            <li key={href}>
              <NearLink
                href={href}
                aria-current={current ? "page" : undefined}
                aria-keyshortcuts={shortcut}
                className={clsx(
                  linkClass,
                  current
                    ? "bg-selected font-medium text-fg"
                    : "text-fg-2 hover:bg-hover hover:text-fg",
                )}
              >
                <Icon aria-hidden strokeWidth={1.75} />
                {label}
                <span
                  aria-hidden
                  className={clsx(
                    "ml-auto text-2xs font-normal group-hover:opacity-100 group-focus-visible:opacity-100",
                    "transition-opacity pointer-coarse:hidden max-md:hidden",
                    current ? "text-fg-2" : "text-fg-3 opacity-0",
                  )}
                >
                  {shortcut}
                </span>
              </NearLink>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Where to read how things are done: a document of its own, which needs none of the dashboard. */
export function DocsLink() {
  return (
    <a href="/docs" className={clsx(linkClass, "text-fg-2 hover:bg-hover hover:text-fg")}>
      <BookOpen aria-hidden strokeWidth={1.75} />
      Docs
    </a>
  );
}

/** Where to ask a person. */
export function SupportLink({ email }: { email: string }) {
  return (
    <a
      href={`mailto:${email}`}
      className={clsx(linkClass, "text-fg-2 hover:bg-hover hover:text-fg")}
    >
      <LifeBuoy aria-hidden strokeWidth={1.75} />
      Support
    </a>
  );
}

"use client";

import { clsx } from "clsx";
import { usePathname } from "next/navigation";
import { NearLink } from "@/components/near-link";
import { consoleGroups } from "@/components/shell/console-items";
import { isCurrent } from "@/components/shell/nav-items";

/** The console's pages, the current one marked. */
export function ConsoleNav() {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="grid gap-4">
      {consoleGroups.map(({ label, items }) => (
        <div key={label}>
          <p aria-hidden className="px-2 pb-1 text-xs text-fg-3">
            {label}
          </p>
          <ul aria-label={label} className="grid gap-0.5">
            {items.map(({ href, label: name, icon: Icon }) => {
              const current = isCurrent(href, pathname);
              return (
                <li key={href}>
                  <NearLink
                    href={href}
                    aria-current={current ? "page" : undefined}
                    className={clsx(
                      "flex h-7.5 items-center gap-2.25 rounded-md px-2 text-[0.84375rem] transition-colors duration-100",
                      "max-md:h-10 max-md:gap-3 max-md:text-md [&_svg]:size-4 [&_svg]:shrink-0",
                      current
                        ? "bg-selected font-medium text-fg"
                        : "text-fg-2 hover:bg-hover hover:text-fg",
                    )}
                  >
                    <Icon aria-hidden strokeWidth={1.75} />
                    {name}
                  </NearLink>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}

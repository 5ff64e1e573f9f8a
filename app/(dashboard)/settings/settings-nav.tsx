"use client";

import { clsx } from "clsx";
import type { Route } from "next";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { NearLink } from "@/components/near-link";

interface Part {
  href: Route;
  label: string;
}

const groups: readonly { label: string; parts: readonly Part[] }[] = [
  {
    label: "You",
    parts: [
      { href: "/settings" as Route, label: "Profile" },
      { href: "/settings/security" as Route, label: "Security" },
      { href: "/settings/notifications" as Route, label: "Notifications" },
    ],
  },
  {
    label: "Workspace",
    parts: [
      { href: "/settings/workspace" as Route, label: "General" },
      { href: "/settings/members" as Route, label: "Members" },
      { href: "/settings/keys" as Route, label: "Key safety" },
      { href: "/settings/audit" as Route, label: "Audit log" },
    ],
  },
];

/**
 * The parts of the settings: a column beside the page, on phones a row above it that scrolls. `hasOwn` is false for
 * who isn't in the workspace and only looks at it.
 */
export function SettingsNav({ hasOwn }: { hasOwn: boolean }) {
  const pathname = usePathname();
  const row = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another part to show.
  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (current && row.current) row.current.scrollLeft = current.offsetLeft - 24;
  }, [pathname]);
  return (
    <nav
      ref={row}
      aria-label="Settings"
      data-print="hide"
      className={clsx(
        "flex max-md:-mx-4 max-md:mb-5 max-md:gap-1 max-md:overflow-x-auto max-md:border-b max-md:border-line max-md:px-4",
        "md:sticky md:top-7 md:z-10 md:flex-col md:gap-5 md:self-start",
      )}
    >
      {(hasOwn ? groups : groups.slice(1)).map((group) => (
        <div key={group.label} className="flex md:flex-col max-md:gap-1">
          <p aria-hidden className="px-2.5 pb-1 text-xs text-fg-3 max-md:hidden">
            {group.label}
          </p>
          {group.parts.map((part) => (
            <PartLink key={part.href} part={part} isCurrent={pathname === part.href} />
          ))}
        </div>
      ))}
    </nav>
  );
}

function PartLink({ part, isCurrent }: { part: Part; isCurrent: boolean }) {
  return (
    <NearLink
      href={part.href}
      aria-current={isCurrent ? "page" : undefined}
      className={clsx(
        "rounded-md px-2.5 py-1.5 text-sm whitespace-nowrap transition-colors focus-visible:outline-offset-[-2px]",
        "max-md:-mb-px max-md:rounded-none max-md:border-b-2 max-md:py-2.5",
        isCurrent
          ? "font-medium text-fg max-md:border-fg md:bg-selected"
          : "text-fg-2 hover:text-fg max-md:border-transparent md:hover:bg-hover",
      )}
    >
      {part.label}
    </NearLink>
  );
}

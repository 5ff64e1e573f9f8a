import { ChevronLeft } from "lucide-react";
import type { Route } from "next";
import { NearLink } from "@/components/near-link";

/** Back to the list that a page belongs to. */
export function BackLink({ href, children }: { href: Route; children: string }) {
  return (
    <nav aria-label="Breadcrumb" className="mb-2">
      <NearLink
        href={href}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm pr-1 text-sm text-fg-2 hover:text-fg"
      >
        <ChevronLeft aria-hidden className="size-4" />
        {children}
      </NearLink>
    </nav>
  );
}

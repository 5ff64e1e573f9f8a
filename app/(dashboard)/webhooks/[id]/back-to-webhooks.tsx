import { ChevronLeft } from "lucide-react";
import type { Route } from "next";
import { NearLink } from "@/components/near-link";

/** The way up, above the page's name. */
export function BackToWebhooks() {
  return (
    <nav aria-label="Breadcrumb" className="mb-2">
      <NearLink
        href={"/webhooks" as Route}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm pr-1 text-sm text-fg-2 hover:text-fg"
      >
        <ChevronLeft aria-hidden className="size-4" />
        Webhooks
      </NearLink>
    </nav>
  );
}

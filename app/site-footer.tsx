import type { Route } from "next";
import Link from "next/link";
import { brand } from "@/lib/brand";

/** The foot of the pages that everybody reads. */
export function SiteFooter() {
  return (
    <footer className="flex justify-between gap-x-8 gap-y-3 border-t border-line px-5 py-6 text-sm text-fg-3 max-md:flex-col md:items-center md:px-10">
      <p className="min-w-0 wrap-anywhere">{brand.name}</p>
      <div className="flex min-w-0 flex-wrap items-center gap-x-5 gap-y-1 md:justify-end">
        <Link href={"/docs" as Route} className="rounded-sm text-fg-2 hover:text-fg">
          Docs
        </Link>
        <Link href={"/prices" as Route} className="rounded-sm text-fg-2 hover:text-fg">
          Prices
        </Link>
        <a
          href={`mailto:${brand.supportEmail}`}
          className="rounded-sm text-fg-2 wrap-anywhere hover:text-fg"
        >
          {brand.supportEmail}
        </a>
      </div>
    </footer>
  );
}

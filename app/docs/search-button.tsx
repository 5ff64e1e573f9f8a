import { Search } from "lucide-react";
import { Kbd } from "@/components/kbd";

/** Opens the search; so does `/`. Both are the islands' part. */
export function SearchButton() {
  return (
    <button
      type="button"
      data-search
      aria-keyshortcuts="/ Meta+K Control+K"
      className="flex h-8 items-center gap-2 rounded-md border border-line-strong bg-raised px-2.5 text-sm text-fg-3 transition-colors duration-100 hover:border-line-control hover:text-fg-2 sm:w-56 max-sm:w-8 max-sm:justify-center max-sm:px-0"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span className="max-sm:sr-only">Search the docs</span>
      <span className="ml-auto max-sm:hidden">
        <Kbd>/</Kbd>
      </span>
    </button>
  );
}

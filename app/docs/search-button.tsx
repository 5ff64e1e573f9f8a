"use client";

import { Search } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Kbd } from "@/components/kbd";
import { useShortcut } from "@/components/use-shortcut";

// The index and what searches it are fetched by those who search.
const SearchDialog = lazy(() => import("@/app/docs/search-dialog"));

/** Opens the search; so does `/`. */
export function SearchButton() {
  const [isOpen, setIsOpen] = useState(false);
  useShortcut("/", () => setIsOpen(true));
  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="/"
        onClick={() => setIsOpen(true)}
        className="flex h-8 items-center gap-2 rounded-md border border-line-strong bg-raised px-2.5 text-sm text-fg-3 transition-colors duration-100 hover:border-line-control hover:text-fg-2 sm:w-56 max-sm:w-8 max-sm:justify-center max-sm:px-0"
      >
        <Search aria-hidden className="size-4 shrink-0" />
        <span className="max-sm:sr-only">Search the docs</span>
        <span className="ml-auto max-sm:hidden">
          <Kbd>/</Kbd>
        </span>
      </button>
      {isOpen ? (
        <Suspense>
          <SearchDialog onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

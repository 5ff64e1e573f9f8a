"use client";

import { keysAddress, type ShownKeys } from "@/app/(dashboard)/keys/keys-address";
import { LiveSearch } from "@/components/live-search";

/** Narrows the keys by name or last four. */
export function KeySearch({ shown }: { shown: ShownKeys }) {
  return (
    <LiveSearch
      label="Search keys"
      placeholder="Search by name or last 4"
      search={shown.search}
      addressOf={(search) => keysAddress({ ...shown, search })}
      className="md:w-auto md:max-w-70 md:min-w-44 md:flex-1 md:max-[87rem]:max-w-none md:max-[87rem]:basis-2/5"
    />
  );
}

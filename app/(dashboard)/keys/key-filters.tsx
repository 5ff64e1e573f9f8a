import { KeySearch } from "@/app/(dashboard)/keys/key-search";
import { KeySortSelect } from "@/app/(dashboard)/keys/key-sort-select";
import { keysAddress, shownKeys } from "@/app/(dashboard)/keys/keys-address";
import { SegmentedLinks } from "@/components/segmented-links";
import type { KeyCounts } from "@/lib/keys/queries";
import { type KeyListQuery, keyEnvironmentFilters, keyStatusFilters } from "@/lib/keys/schema";

const statusLabels: Record<KeyListQuery["status"], string> = {
  all: "All",
  active: "Active",
  rotating: "Rotating",
  disabled: "Disabled",
  expired: "Expired",
  revoked: "Revoked",
};

const environmentLabels: Record<KeyListQuery["environment"], string> = {
  all: "Both",
  live: "Live",
  test: "Test",
};

/** Search, status, environment and order. A change starts over with the first page. */
export function KeyFilters({ query, counts }: { query: KeyListQuery; counts: KeyCounts }) {
  const shown = shownKeys(query);
  return (
    <div data-print="hide" className="mb-3 flex flex-wrap items-center gap-2">
      <KeySearch shown={shown} />
      <SegmentedLinks
        label="Status"
        links={keyStatusFilters.map((filter) => ({
          href: keysAddress({ ...shown, status: filter }),
          label: statusLabels[filter],
          count: counts[filter],
          current: filter === query.status,
        }))}
      />
      <span className="flex gap-2 max-md:w-full max-md:justify-between min-[87rem]:ml-auto">
        <SegmentedLinks
          label="Environment"
          links={keyEnvironmentFilters.map((filter) => ({
            href: keysAddress({ ...shown, environment: filter }),
            label: environmentLabels[filter],
            current: filter === query.environment,
          }))}
        />
        <KeySortSelect shown={shown} />
      </span>
    </div>
  );
}

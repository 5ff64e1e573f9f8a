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

/**
 * Search, status, environment and order, in one row where there is room for big counts too, else the
 * statuses in a row of their own. A change starts over with the first page.
 */
export function KeyFilters({ query, counts }: { query: KeyListQuery; counts: KeyCounts }) {
  const shown = shownKeys(query);
  return (
    <div
      data-print="hide"
      className="mb-3 flex flex-wrap items-center gap-2 min-[87rem]:flex-nowrap"
    >
      <KeySearch shown={shown} />
      <SegmentedLinks
        label="Status"
        className="md:max-[87rem]:order-last"
        links={keyStatusFilters.map((filter) => ({
          href: keysAddress({ ...shown, status: filter }),
          label: statusLabels[filter],
          count: counts[filter],
          current: filter === query.status,
        }))}
      />
      <span className="flex shrink-0 gap-2 max-md:w-full max-md:justify-between md:ml-auto">
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

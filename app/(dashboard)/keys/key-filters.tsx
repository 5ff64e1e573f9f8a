import { KeySearch } from "@/app/(dashboard)/keys/key-search";
import { keysAddress } from "@/app/(dashboard)/keys/keys-address";
import { SegmentedLinks } from "@/components/segmented-links";
import type { KeyCounts } from "@/lib/keys/queries";
import { type KeyListQuery, keyEnvironmentFilters, keyStatusFilters } from "@/lib/keys/schema";

const statusLabels: Record<KeyListQuery["status"], string> = {
  all: "All",
  active: "Active",
  expired: "Expired",
  revoked: "Revoked",
};

const environmentLabels: Record<KeyListQuery["environment"], string> = {
  all: "Both",
  live: "Live",
  test: "Test",
};

/** Search, status and environment. A change starts over with the newest keys. */
export function KeyFilters({ query, counts }: { query: KeyListQuery; counts: KeyCounts }) {
  const { search, status, environment } = query;
  const shown = { search, status, environment };
  return (
    <div data-print="hide" className="mb-3 flex flex-wrap gap-2">
      <KeySearch query={shown} />
      <SegmentedLinks
        label="Status"
        links={keyStatusFilters.map((filter) => ({
          href: keysAddress({ ...shown, status: filter }),
          label: statusLabels[filter],
          count: counts[filter],
          current: filter === status,
        }))}
      />
      <SegmentedLinks
        label="Environment"
        className="md:ml-auto"
        links={keyEnvironmentFilters.map((filter) => ({
          href: keysAddress({ ...shown, environment: filter }),
          label: environmentLabels[filter],
          current: filter === environment,
        }))}
      />
    </div>
  );
}

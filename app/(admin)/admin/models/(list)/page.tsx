import { Coins } from "lucide-react";
import type { Metadata, Route } from "next";
import { ConsoleSearch } from "@/app/(admin)/admin/form/console-search";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { ModelsSkeleton } from "@/app/(admin)/admin/models/(list)/models-skeleton";
import { AddModel } from "@/app/(admin)/admin/models/add-model";
import { ModelTable } from "@/app/(admin)/admin/models/model-table";
import { soon } from "@/app/soon";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { SegmentedLinks } from "@/components/segmented-links";
import { getDb } from "@/db/client";
import { requirePageOperator } from "@/lib/auth/session";
import {
  type CatalogueFilter,
  catalogueFilters,
  listCatalogue,
  listUpstreamChoices,
} from "@/lib/models/catalogue-queries";

export const metadata: Metadata = { title: "Models and prices" };

const labels = { listed: "Listed", unlisted: "Not listed", retired: "Retired" } as const;

const one = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? "";

export default function ModelsPage(props: PageProps<"/admin/models">) {
  return soon(ModelsContent(props), <ModelsSkeleton />);
}

async function ModelsContent({ searchParams }: PageProps<"/admin/models">) {
  await requirePageOperator();
  const params = await searchParams;
  const term = one(params.q).slice(0, 200);
  const filter = catalogueFilters.find((each) => each === one(params.show)) ?? null;
  const db = getDb();
  const [models, upstreams] = await Promise.all([
    listCatalogue(db, { term, filter }),
    listUpstreamChoices(db),
  ]);
  return (
    <>
      <PageHeader
        title="Models and prices"
        description="The models you sell. A request is charged at the price in effect when it was admitted."
        actions={
          <DialogButton dialog="new" variant="primary" data-focus-fallback>
            Add model
          </DialogButton>
        }
      />
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <SegmentedLinks
          label="Show"
          links={[null, ...catalogueFilters].map((each) => ({
            href: hrefOf(term, each),
            label: each ? labels[each] : "All",
            current: each === filter,
          }))}
        />
        <ConsoleSearch label="Search models" placeholder="Name or maker" />
      </div>
      {models.length > 0 ? (
        <ModelTable models={models} />
      ) : term || filter ? (
        <EmptyState
          icon={<Coins />}
          title="No model matches"
          action={<ButtonLink href={"/admin/models" as Route}>Clear filters</ButtonLink>}
        >
          Try a shorter part of the name, or show all models.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<Coins />}
          title="No models yet"
          action={
            <DialogButton dialog="new" variant="primary">
              Add your first model
            </DialogButton>
          }
        >
          A model has a name, upstreams that answer for it, and a price.
        </EmptyState>
      )}
      <AddModel upstreams={upstreams} />
    </>
  );
}

function hrefOf(term: string, filter: CatalogueFilter | null): Route {
  const params = new URLSearchParams({
    ...(filter ? { show: filter } : {}),
    ...(term ? { q: term } : {}),
  });
  return `/admin/models${params.size > 0 ? `?${params}` : ""}` as Route;
}

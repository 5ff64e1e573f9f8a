import type { Metadata } from "next";
import { KeysSkeleton } from "@/app/(dashboard)/keys/(list)/keys-skeleton";
import { CreateKeyButton } from "@/app/(dashboard)/keys/create-key-button";
import { FilteredEmpty, NoKeys } from "@/app/(dashboard)/keys/empty";
import { KeyActs } from "@/app/(dashboard)/keys/key-acts";
import { KeyFilters } from "@/app/(dashboard)/keys/key-filters";
import { KeyTable } from "@/app/(dashboard)/keys/key-table";
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { soon, soonThere } from "@/app/soon";
import { PageHeader } from "@/components/page-header";
import { getDb } from "@/db/client";
import { summarizeError } from "@/lib/auth/error-summary";
import { requirePageScope } from "@/lib/auth/session";
import { type KeyFigures, listKeyFigures } from "@/lib/keys/figures";
import { type KeyPage, listKeys } from "@/lib/keys/queries";
import { KeyListQuery } from "@/lib/keys/schema";
import { log } from "@/lib/log";
import { may } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

export const metadata: Metadata = { title: "API keys" };

export default function KeysPage(props: PageProps<"/keys">) {
  return soon(KeysContent(props), <KeysSkeleton />);
}

async function KeysContent({ searchParams }: PageProps<"/keys">) {
  const scope = await requirePageScope("keys.read");
  const { q, status, env, sort, order, after, before } = await searchParams;
  const query = KeyListQuery.parse({
    ...{ search: q, status, environment: env, sort, order, after, before },
  });
  const page = await listKeys(getDb(), scope, query);
  const figures = readFigures(scope, page);
  const shownFigures = (await soonThere(figures)) ?? figures;
  const canManage = may(scope.role, "keys.manage");
  return (
    <>
      <PageHeader
        title={pageHeads.keys.title}
        description={
          canManage ? pageHeads.keys.description : "Your role can see keys but not change them."
        }
        actions={
          canManage ? (
            // Where there is no key yet, the page's own invitation is the one that stands out.
            <CreateKeyButton kbd="C" variant={page.hasAny ? "primary" : "secondary"}>
              Create key
            </CreateKeyButton>
          ) : null
        }
      />
      {page.hasAny ? (
        <>
          <KeyFilters query={query} counts={page.counts} />
          {page.keys.length > 0 ? (
            <KeyActs>
              <KeyTable page={page} query={query} canManage={canManage} figures={shownFigures} />
            </KeyActs>
          ) : (
            <FilteredEmpty query={query} />
          )}
        </>
      ) : (
        <NoKeys canManage={canManage} />
      )}
    </>
  );
}

/** The rows don't wait for their figures when these take long, and stand without them where they can't be read. */
function readFigures(scope: Scope, { keys, now }: KeyPage): Promise<Map<string, KeyFigures>> {
  const ids = keys.map(({ id }) => id);
  return listKeyFigures(getDb(), scope, ids, now).catch((error: unknown) => {
    log.error({ error: summarizeError(error) }, "keys' figures not read");
    return new Map();
  });
}

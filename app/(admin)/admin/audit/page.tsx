import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { operatorLogAddress } from "@/app/(admin)/admin/audit/address";
import { LogFilters } from "@/app/(admin)/admin/audit/log-filters";
import { LogRow } from "@/app/(admin)/admin/audit/log-row";
import { AuditExport } from "@/app/(dashboard)/settings/audit/audit-export";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { listActingOperators, listOperatorLog } from "@/lib/audit/operator-log";
import { readOperatorLogQuery } from "@/lib/audit/operator-log-query";
import {
  hasOperatorFilters,
  type OperatorLogQuery,
  operatorLogQueryText,
} from "@/lib/audit/operator-log-terms";
import { requirePageOperator } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Audit log" };

export default async function OperatorLogPage({ searchParams }: PageProps<"/admin/audit">) {
  await requirePageOperator();
  const words = Object.entries(await searchParams).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const query = readOperatorLogQuery(new URLSearchParams(words));
  const [page, operators] = await Promise.all([
    listOperatorLog(getDb(), query),
    listActingOperators(getDb()),
  ]);
  const { before: _, ...filters } = query;
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Everything that operators did, to whom and why. Entries can’t be edited or removed."
        actions={<AuditExport path="/admin/audit/log.csv" search={operatorLogQueryText(filters)} />}
      />
      <Section flush footer={<Pages query={query} olderThan={page.olderThan} />}>
        <LogFilters query={query} operators={operators} />
        {page.acts.length > 0 ? (
          <ul aria-label="Acts" className="divide-y divide-line">
            {page.acts.map((act) => (
              <LogRow key={act.id} act={act} filters={filters} />
            ))}
          </ul>
        ) : (
          <Nothing query={query} />
        )}
      </Section>
    </>
  );
}

function Nothing({ query }: { query: OperatorLogQuery }) {
  if (query.before !== "") return <EmptyState bare title="There is nothing older" />;
  if (!hasOperatorFilters(query)) {
    return (
      <EmptyState bare icon={<ScrollText />} title="Nothing yet">
        What operators do appears here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      bare
      icon={<ScrollText />}
      title="Nothing matches"
      action={<ButtonLink href={operatorLogAddress({})}>Clear filters</ButtonLink>}
    >
      No act fits these filters.
    </EmptyState>
  );
}

function Pages({ query, olderThan }: { query: OperatorLogQuery; olderThan: string | null }) {
  return (
    <nav
      aria-label="Pages of the audit log"
      className="flex flex-1 items-center justify-between gap-2"
    >
      {query.before === "" ? (
        <span>Times are relative; open an entry for the exact one.</span>
      ) : (
        <ButtonLink size="sm" href={operatorLogAddress({ ...query, before: "" })}>
          Newest
        </ButtonLink>
      )}
      {olderThan ? (
        <ButtonLink size="sm" href={operatorLogAddress({ ...query, before: olderThan })}>
          Older
        </ButtonLink>
      ) : null}
    </nav>
  );
}

import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { auditAddress } from "@/app/(dashboard)/settings/audit/address";
import { AuditExport } from "@/app/(dashboard)/settings/audit/audit-export";
import { AuditFilters } from "@/app/(dashboard)/settings/audit/audit-filters";
import { AuditRow } from "@/app/(dashboard)/settings/audit/audit-row";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { listActors, listAuditLog } from "@/lib/audit/log";
import { readAuditLogQuery } from "@/lib/audit/log-query";
import { type AuditLogQuery, auditLogQueryText, hasFilters } from "@/lib/audit/log-terms";
import { requirePageScope } from "@/lib/auth/session";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditLogPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const scope = await requirePageScope("audit.read");
  const query = readAuditLogQuery(
    new URLSearchParams(
      Object.entries(await searchParams).flatMap(([name, value]) =>
        [value ?? []].flat().map((one): [string, string] => [name, one]),
      ),
    ),
  );
  const [page, actors] = await Promise.all([
    listAuditLog(getDb(), scope, query),
    listActors(getDb(), scope, query.actor),
  ]);
  const isWhole = may(scope.role, "audit.read_all");
  const { before: _, ...filters } = query;
  return (
    <Section
      flush
      title="Audit log"
      description={
        isWhole
          ? "Everything that was done in this workspace, by whom and from where. Entries can’t be edited or removed."
          : "What you did in this workspace. Owners and admins see what everybody did."
      }
      actions={<AuditExport path="/settings/audit/log.csv" search={auditLogQueryText(filters)} />}
      footer={<Pages query={query} olderThan={page.olderThan} />}
    >
      <AuditFilters query={query} actors={isWhole ? actors : null} />
      {page.acts.length > 0 ? (
        <ul aria-label="Acts" className="divide-y divide-line">
          {page.acts.map((act) => (
            <AuditRow key={act.id} act={act} filters={filters} />
          ))}
        </ul>
      ) : (
        <Nothing query={query} />
      )}
    </Section>
  );
}

function Nothing({ query }: { query: AuditLogQuery }) {
  if (query.before !== "") return <EmptyState bare title="There is nothing older" />;
  if (!hasFilters(query)) {
    return (
      <EmptyState bare icon={<ScrollText />} title="Nothing yet">
        What is done in this workspace appears here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      bare
      icon={<ScrollText />}
      title="Nothing matches"
      action={<ButtonLink href={auditAddress({})}>Clear filters</ButtonLink>}
    >
      No act fits these filters.
    </EmptyState>
  );
}

function Pages({ query, olderThan }: { query: AuditLogQuery; olderThan: string | null }) {
  return (
    <nav
      aria-label="Pages of the audit log"
      className="flex flex-1 items-center justify-between gap-2"
    >
      {query.before === "" ? (
        <span>Times are relative; open an entry for the exact one.</span>
      ) : (
        <ButtonLink size="sm" href={auditAddress({ ...query, before: "" })}>
          Newest
        </ButtonLink>
      )}
      {olderThan ? (
        <ButtonLink size="sm" href={auditAddress({ ...query, before: olderThan })}>
          Older
        </ButtonLink>
      ) : null}
    </nav>
  );
}

import type { Metadata } from "next";
import { auditAddress } from "@/app/(dashboard)/settings/audit/address";
import { AuditExport } from "@/app/(dashboard)/settings/audit/audit-export";
import { AuditFilters } from "@/app/(dashboard)/settings/audit/audit-filters";
import { AuditLogSkeleton } from "@/app/(dashboard)/settings/audit/audit-log-skeleton";
import { AuditRow } from "@/app/(dashboard)/settings/audit/audit-row";
import { LogPages, NoActs } from "@/app/(dashboard)/settings/audit/log-pages";
import { soon } from "@/app/soon";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { listActors, listAuditLog } from "@/lib/audit/log";
import { readAuditLogQuery } from "@/lib/audit/log-query";
import { auditLogQueryText, hasFilters } from "@/lib/audit/log-terms";
import { requirePageScope } from "@/lib/auth/session";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Audit log" };

export default function AuditLogPage(props: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  return soon(AuditLogContent(props), <AuditLogSkeleton />);
}

async function AuditLogContent({
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
      footer={
        page.acts.length > 0 || query.before !== "" ? (
          <LogPages
            newest={query.before === "" ? null : auditAddress({ ...query, before: "" })}
            older={page.olderThan ? auditAddress({ ...query, before: page.olderThan }) : null}
          />
        ) : null
      }
    >
      <AuditFilters query={query} actors={isWhole ? actors : null} />
      {page.acts.length > 0 ? (
        <ul aria-label="Acts" className="divide-y divide-line">
          {page.acts.map((act) => (
            <AuditRow key={act.id} act={act} filters={filters} />
          ))}
        </ul>
      ) : (
        <NoActs
          isBehind={query.before !== ""}
          unfiltered={hasFilters(query) ? auditAddress({}) : null}
        >
          Changes made in this workspace appear here.
        </NoActs>
      )}
    </Section>
  );
}

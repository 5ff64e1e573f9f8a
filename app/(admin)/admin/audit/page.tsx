import type { Metadata } from "next";
import { operatorLogAddress } from "@/app/(admin)/admin/audit/address";
import { LogFilters } from "@/app/(admin)/admin/audit/log-filters";
import { LogRow } from "@/app/(admin)/admin/audit/log-row";
import { OperatorLogSkeleton } from "@/app/(admin)/admin/audit/operator-log-skeleton";
import { AuditExport } from "@/app/(dashboard)/settings/audit/audit-export";
import { LogPages, NoActs } from "@/app/(dashboard)/settings/audit/log-pages";
import { soon } from "@/app/soon";
import { PageHeader } from "@/components/page-header";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { listActingOperators, listOperatorLog } from "@/lib/audit/operator-log";
import { readOperatorLogQuery } from "@/lib/audit/operator-log-query";
import { hasOperatorFilters, operatorLogQueryText } from "@/lib/audit/operator-log-terms";
import { requirePageOperator } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Audit log" };

export default function OperatorLogPage(props: PageProps<"/admin/audit">) {
  return soon(OperatorLogContent(props), <OperatorLogSkeleton />);
}

async function OperatorLogContent({ searchParams }: PageProps<"/admin/audit">) {
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
      <Section
        flush
        footer={
          page.acts.length > 0 || query.before !== "" ? (
            <LogPages
              newest={query.before === "" ? null : operatorLogAddress({ ...query, before: "" })}
              older={
                page.olderThan ? operatorLogAddress({ ...query, before: page.olderThan }) : null
              }
            />
          ) : null
        }
      >
        <LogFilters query={query} operators={operators} />
        {page.acts.length > 0 ? (
          <ul aria-label="Acts" className="divide-y divide-line">
            {page.acts.map((act) => (
              <LogRow key={act.id} act={act} filters={filters} />
            ))}
          </ul>
        ) : (
          <NoActs
            isBehind={query.before !== ""}
            unfiltered={hasOperatorFilters(query) ? operatorLogAddress({}) : null}
          >
            What operators do is listed here.
          </NoActs>
        )}
      </Section>
    </>
  );
}

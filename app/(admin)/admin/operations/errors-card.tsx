import { EmptyState } from "@/components/empty-state";
import { Section } from "@/components/section";
import { StatusDot } from "@/components/status-dot";
import { Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import { readErrors, type UpstreamErrors } from "@/lib/operations/queries";

/** Hundredths of a percent are enough to see a change; nothing at all reads as 0%. */
export function rateText({ failures, requests }: Pick<UpstreamErrors, "failures" | "requests">) {
  if (failures === 0) return "0%";
  const percent = (failures * 100) / requests;
  return percent < 0.01 ? "<0.01%" : `${percent.toFixed(percent < 10 ? 2 : 1)}%`;
}

const worthATone = 0.01;

/** What callers were answered within the last hour. */
export async function ErrorsCard() {
  const rows = await readErrors(getDb());
  return (
    <Section
      title="Errors in the last hour"
      description="Answers of 500 and above, by the upstream that a model prefers."
      flush
    >
      {rows.length === 0 ? (
        <EmptyState bare title="No requests in the last hour">
          As soon as a program calls, its answers are counted here.
        </EmptyState>
      ) : (
        <Table caption="Errors in the last hour" framed={false}>
          <TableHead>
            <Th>Upstream</Th>
            <Th align="right">Requests</Th>
            <Th align="right">Error rate</Th>
            <Th>Statuses</Th>
          </TableHead>
          <TableBody>
            {rows.map((row) => (
              <Tr key={row.upstream}>
                <Td cell="title" className="wrap-anywhere">
                  {row.upstream || <span className="text-fg-2">without a model</span>}
                </Td>
                <Td label="Requests" align="right">
                  {countText(row.requests)}
                </Td>
                <Td label="Error rate" align="right">
                  <StatusDot tone={row.failures / row.requests > worthATone ? "red" : "green"}>
                    {rateText(row)}
                  </StatusDot>
                </Td>
                <Td label="Statuses" className="py-2">
                  <StatusList statuses={row.statuses} />
                </Td>
              </Tr>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}

function StatusList({ statuses }: Pick<UpstreamErrors, "statuses">) {
  if (statuses.length === 0) return <span className="text-fg-3">none of 400 and above</span>;
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1 text-xs max-md:justify-end">
      {statuses.map(({ status, requests }) => (
        <span key={status} className="whitespace-nowrap">
          <span className={status >= 500 ? "text-red" : "text-fg-2"}>{status}</span>{" "}
          <span className="text-fg-3">× {countText(requests)}</span>
        </span>
      ))}
    </span>
  );
}

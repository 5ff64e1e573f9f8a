import type { Route } from "next";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import type { Scope } from "@/lib/scope";
import { columnUsdText, decimalsNeeded } from "@/lib/usage/figures";
import { listRecentRequests, type RecentRequest } from "@/lib/usage/overview-queries";

const shown = 5;

/** The newest requests, answered and refused. */
export async function LatestRequests({ scope }: { scope: Scope }) {
  const requests = await listRecentRequests(getDb(), scope, shown);
  const decimals = decimalsNeeded(requests.map(({ costNanos }) => costNanos));
  return (
    <Section
      flush
      title="Latest requests"
      actions={
        <ButtonLink href={"/logs" as Route} size="sm">
          See logs
        </ButtonLink>
      }
    >
      {requests.length === 0 ? (
        <EmptyState bare title="No requests yet">
          They appear here within seconds.
        </EmptyState>
      ) : (
        <Table caption="Latest requests" framed={false}>
          <TableHead>
            <Th>Time</Th>
            <Th>Status</Th>
            <Th>Model</Th>
            <Th>Key</Th>
            <Th align="right">Cost</Th>
          </TableHead>
          <TableBody>
            {requests.map((request) => (
              <RequestRow key={request.id} request={request} decimals={decimals} />
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}

function RequestRow({ request, decimals }: { request: RecentRequest; decimals: number }) {
  const { at, status, model, keyName, costNanos } = request;
  const tone = status >= 500 ? "red" : status >= 400 ? "amber" : "green";
  return (
    <Tr>
      <Td cell="title" className="md:h-10! whitespace-nowrap">
        <NearLink
          href={`/logs?request=${request.id}` as Route}
          className="rounded-sm underline decoration-line-control underline-offset-3 hover:decoration-current"
        >
          <RelativeTime at={at.toISOString()} />
        </NearLink>
      </Td>
      <Td label="Status" className="md:h-10!">
        <Badge tone={tone} className="tabular-nums">
          {status}
        </Badge>
      </Td>
      <Td label="Model" mono className="md:h-10! md:max-w-44 md:truncate" title={model}>
        {model || <span className="text-fg-3">–</span>}
      </Td>
      <Td label="Key" className="md:h-10! max-w-64 truncate">
        {keyName}
      </Td>
      <Td label="Cost" align="right" mono className="md:h-10!" data-nanos={costNanos.toString()}>
        {columnUsdText(costNanos, decimals)}
      </Td>
    </Tr>
  );
}

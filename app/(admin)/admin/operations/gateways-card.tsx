import { EmptyState } from "@/components/empty-state";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { StatusDot } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import { type GatewayState, listGateways } from "@/lib/operations/queries";

/** The processes that serve the API, by their leases. */
export async function GatewaysCard() {
  const gateways = await listGateways(getDb());
  const alive = gateways.filter(({ isAlive }) => isAlive).length;
  return (
    <Section
      title="Gateways"
      description={`${alive} alive. Gateways that ended within the hour are still listed.`}
      flush
    >
      {gateways.length === 0 ? (
        <EmptyState bare title="No gateway is running">
          Requests to the API get no answer until one is started.
        </EmptyState>
      ) : (
        <Table caption="Gateways" framed={false}>
          <TableHead>
            <Th>Gateway</Th>
            <Th>Lease</Th>
            <Th>Started</Th>
            <Th align="right">Open holds</Th>
          </TableHead>
          <TableBody>
            {gateways.map((gateway) => (
              <Tr key={gateway.id} className={gateway.isAlive ? "" : "text-fg-3"}>
                <Td cell="title" className="py-2">
                  <CellText
                    title={`${gateway.host}, process ${gateway.pid}`}
                    detail={<span className="font-mono wrap-anywhere">{gateway.id}</span>}
                  />
                </Td>
                <Td label="Lease">
                  <Lease gateway={gateway} />
                </Td>
                <Td label="Started" className="whitespace-nowrap">
                  <RelativeTime at={gateway.startedAt} />
                </Td>
                <Td label="Open holds" align="right">
                  {countText(gateway.holds)}
                </Td>
              </Tr>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}

function Lease({ gateway: { isAlive, isCurrent, leaseUntil } }: { gateway: GatewayState }) {
  if (!isAlive) {
    return (
      <StatusDot tone="neutral">
        ended <RelativeTime at={leaseUntil} />
      </StatusDot>
    );
  }
  return isCurrent ? (
    <StatusDot tone="green">live</StatusDot>
  ) : (
    <StatusDot tone="amber">live, taking a change in</StatusDot>
  );
}

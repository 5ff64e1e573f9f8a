import type { ReactNode } from "react";
import { colored, groupNames } from "@/app/(dashboard)/usage/names";
import { Swatch } from "@/components/chart/swatch";
import { Table, TableBody, TableFoot, TableHead, Td, Th, Tr } from "@/components/table";
import { countText } from "@/lib/count-text";
import { columnUsdText, decimalsNeeded } from "@/lib/usage/figures";
import { latencyText } from "@/lib/usage/latency";
import type {
  Latency,
  UsageAnswer,
  UsageLatencies,
  UsageSeries,
  UsageTotals,
} from "@/lib/usage/schema";

export interface BreakdownTableProps {
  answer: UsageAnswer;
  /** Undefined until they are known. */
  latencies: UsageLatencies | undefined;
  /** Makes the name of a group a way to look at it alone, where it can be. */
  linkOf: (series: UsageSeries, name: string) => ReactNode;
}

/** Every figure of the period by group; its last row equals the cards. */
export function BreakdownTable({ answer, latencies, linkOf }: BreakdownTableProps) {
  if (answer.series.length === 0) return null;
  const latencyOf = ({ id, isOther }: UsageSeries) =>
    latencies?.series.find((one) => one.id === id && one.isOther === isOther)?.latency;
  const groupName = groupNames[answer.group];
  const decimals = decimalsNeeded(answer.series.map(({ totals }) => BigInt(totals.costNanos)));
  return (
    <Table caption={`Usage by ${groupName.toLowerCase()}`}>
      <TableHead>
        <Th>{answer.group === "none" ? "Requests" : groupName}</Th>
        <Th align="right">Cost</Th>
        <Th align="right">Requests</Th>
        <Th align="right">Tokens in</Th>
        <Th align="right">Tokens out</Th>
        <Th align="right">Errors</Th>
        <Th align="right" className="w-26" title="Approximate: interpolated in a histogram">
          ≈ p95
        </Th>
      </TableHead>
      <TableBody>
        {colored(answer.series).map(({ key, name, color, series }) => (
          <Tr key={key}>
            <Td cell="title" className="md:h-10!">
              <span className="flex items-center gap-2">
                <Swatch color={color} />
                <span className="min-w-0 break-words">
                  {series.isOther ? name : linkOf(series, name)}
                </span>
              </span>
            </Td>
            <TotalCells totals={series.totals} latency={latencyOf(series)} decimals={decimals} />
          </Tr>
        ))}
      </TableBody>
      {answer.series.length > 1 ? (
        <TableFoot>
          <tr>
            <Td cell="title" className="md:h-10!">
              Total
            </Td>
            <TotalCells totals={answer.totals} latency={latencies?.all} decimals={decimals} />
          </tr>
        </TableFoot>
      ) : null}
    </Table>
  );
}

interface TotalCellsProps {
  totals: UsageTotals;
  latency: Latency | null | undefined;
  decimals: number;
}

function TotalCells({ totals, latency, decimals }: TotalCellsProps) {
  return (
    <>
      <Td label="Cost" align="right" mono className="md:h-10!" data-nanos={totals.costNanos}>
        {columnUsdText(BigInt(totals.costNanos), decimals)}
      </Td>
      <Td label="Requests" align="right" mono className="md:h-10!">
        {countText(BigInt(totals.requests))}
      </Td>
      <Td label="Tokens in" align="right" mono className="md:h-10!">
        {countText(BigInt(totals.inputTokens))}
      </Td>
      <Td label="Tokens out" align="right" mono className="md:h-10!">
        {countText(BigInt(totals.outputTokens))}
      </Td>
      <Td label="Errors" align="right" mono className="md:h-10!">
        {countText(BigInt(totals.errors))}
      </Td>
      <Td label="≈ p95" align="right" mono className="md:h-10!">
        {latency === undefined ? "…" : latency ? latencyText(latency.p95Ms) : "–"}
      </Td>
    </>
  );
}

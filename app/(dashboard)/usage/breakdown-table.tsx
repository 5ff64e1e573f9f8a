import { SeriesSwatch, seriesColor } from "@/app/(dashboard)/usage/series-color";
import { Table, TableBody, TableFoot, TableHead, Td, Th, Tr } from "@/components/table";
import { columnUsdText, countText, decimalsNeeded } from "@/lib/usage/figures";
import type { UsageAnswer, UsageTotals } from "@/lib/usage/schema";

/** Every figure of the period by key or model; its last row equals the cards. */
export function BreakdownTable({ answer, groupName }: { answer: UsageAnswer; groupName: string }) {
  if (answer.series.length === 0) return null;
  const decimals = decimalsNeeded(answer.series.map(({ totals }) => BigInt(totals.costNanos)));
  return (
    <Table caption={`Usage by ${groupName.toLowerCase()}`}>
      <TableHead>
        <Th>{groupName}</Th>
        <Th align="right">Cost</Th>
        <Th align="right">Requests</Th>
        <Th align="right">Tokens in</Th>
        <Th align="right">Tokens out</Th>
        <Th align="right">Errors</Th>
      </TableHead>
      <TableBody>
        {answer.series.map((series, index) => (
          <Tr key={series.id || series.label}>
            <Td cell="title" className="md:h-10!">
              <span className="flex items-center gap-2">
                <SeriesSwatch color={seriesColor(series, index)} />
                <span className="min-w-0 break-words">{series.label}</span>
              </span>
            </Td>
            <TotalCells totals={series.totals} decimals={decimals} />
          </Tr>
        ))}
      </TableBody>
      <TableFoot>
        <tr>
          <Td cell="title" className="md:h-10!">
            Total
          </Td>
          <TotalCells totals={answer.totals} decimals={decimals} />
        </tr>
      </TableFoot>
    </Table>
  );
}

function TotalCells({ totals, decimals }: { totals: UsageTotals; decimals: number }) {
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
    </>
  );
}

import type { Route } from "next";
import { Money } from "@/components/money";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { CreditAct } from "@/lib/billing/credit-queries";

/** What operators gave and took lately. */
export function LatestActs({ acts }: { acts: readonly CreditAct[] }) {
  return (
    <Table caption="Latest grants and adjustments" framed={false}>
      <TableHead>
        <Th>Account</Th>
        <Th>What</Th>
        <Th align="right">Amount</Th>
        <Th>By</Th>
        <Th>When</Th>
      </TableHead>
      <TableBody>
        {acts.map((act) => (
          <Tr key={act.id}>
            <Td cell="title" className="py-2 md:max-w-64">
              <CellText
                title={
                  <NearLink
                    href={`/admin/credits?account=${act.workspaceId}` as Route}
                    className="rounded-sm underline-offset-2 hover:underline"
                  >
                    {act.workspaceName}
                  </NearLink>
                }
                detail={<span className="line-clamp-2 wrap-anywhere">{act.reason}</span>}
              />
            </Td>
            <Td label="What">{act.kind === "credit.granted" ? "Grant" : "Adjustment"}</Td>
            <Td label="Amount" align="right">
              <Money nanos={act.amountNanos.toString()} />
            </Td>
            <Td label="By" className="wrap-anywhere">
              {act.by}
            </Td>
            <Td label="When" className="whitespace-nowrap">
              <RelativeTime at={act.at} />
            </Td>
          </Tr>
        ))}
      </TableBody>
    </Table>
  );
}

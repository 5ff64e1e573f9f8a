import { minuteText } from "@/app/(dashboard)/billing/utc-text";
import { Section } from "@/components/section";
import { StatusDot, type StatusTone } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { listTopUps, type TopUpView } from "@/lib/billing/queries";
import { centsToNanos, formatUsd } from "@/lib/money";
import type { Scope } from "@/lib/scope";

const looks: Record<TopUpView["status"], { tone: StatusTone; text: string }> = {
  pending: { tone: "amber", text: "pending" },
  needs_action: { tone: "amber", text: "needs action" },
  succeeded: { tone: "green", text: "paid" },
  failed: { tone: "red", text: "failed" },
  cancelled: { tone: "neutral", text: "cancelled" },
};

const shownMax = 20;

/** The account's latest payments, whatever became of them. */
export async function PaymentsSection({ scope }: { scope: Scope }) {
  const topUps = await listTopUps(getDb(), scope, shownMax);
  return (
    <Section
      flush
      title="Payments"
      description={topUps.length === 0 ? null : `The latest ${shownMax}, paid or not.`}
    >
      {topUps.length === 0 ? (
        <p className="px-4 py-3.5 text-sm text-fg-2">It has paid nothing yet.</p>
      ) : (
        <Table caption="Payments" framed={false}>
          <TableHead>
            <Th>Amount</Th>
            <Th>Status</Th>
            <Th>Provider</Th>
            <Th>Started</Th>
          </TableHead>
          <TableBody>
            {topUps.map((topUp) => (
              <Tr key={topUp.id}>
                <Td cell="title" className="md:py-2">
                  <CellText
                    title={formatUsd(centsToNanos(topUp.amountCents))}
                    detail={topUp.kind === "auto" ? "automatic" : topUp.id}
                  />
                </Td>
                <Td label="Status">
                  <StatusDot tone={looks[topUp.status].tone}>{looks[topUp.status].text}</StatusDot>
                </Td>
                <Td label="Provider">{topUp.provider}</Td>
                <Td label="Started" className="whitespace-nowrap">
                  {minuteText(topUp.createdAt)}
                </Td>
              </Tr>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}

import { ReceiptLink } from "@/app/(dashboard)/billing/receipt-link";
import { ResumeLink, resumeAddress } from "@/app/(dashboard)/billing/resume-link";
import { minuteText } from "@/app/(dashboard)/billing/utc-text";
import { exactTimeText } from "@/components/relative-time-text";
import { Section } from "@/components/section";
import { StatusDot, type StatusTone } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { TopUpView } from "@/lib/billing/queries";
import { centsToNanos, formatUsd } from "@/lib/money";

const looks: Record<TopUpView["status"], { tone: StatusTone; text: string }> = {
  pending: { tone: "amber", text: "Pending" },
  needs_action: { tone: "amber", text: "Needs action" },
  succeeded: { tone: "green", text: "Paid" },
  failed: { tone: "red", text: "Failed" },
  cancelled: { tone: "neutral", text: "Cancelled" },
};

/** The latest top-ups with what became of them; those that failed never reach the transactions. */
export function Payments(props: { topUps: readonly TopUpView[]; mayPay: boolean }) {
  const { topUps, mayPay } = props;
  return (
    <Section flush title="Top-ups" description="Your latest payments, paid or not.">
      <Table caption="Top-ups" framed={false}>
        <TableHead>
          <Th>Amount</Th>
          <Th>Status</Th>
          <Th>Started</Th>
          <Th hiddenLabel="Actions" />
        </TableHead>
        <TableBody>
          {topUps.map((topUp) => (
            <Tr key={topUp.id}>
              <Td cell="title">
                <CellText
                  title={formatUsd(centsToNanos(topUp.amountCents))}
                  detail={topUp.kind === "auto" ? "Automatic" : undefined}
                />
              </Td>
              <Td label="Status">
                <StatusDot tone={looks[topUp.status].tone}>
                  {looks[topUp.status].text}
                  {topUp.failureMessage ? (
                    <span className="text-fg-2"> · {topUp.failureMessage}</span>
                  ) : null}
                </StatusDot>
              </Td>
              <Td label="Started" className="whitespace-nowrap text-fg-2">
                <time
                  dateTime={topUp.createdAt.toISOString()}
                  title={exactTimeText(topUp.createdAt)}
                >
                  {minuteText(topUp.createdAt)}
                </time>
              </Td>
              <Td cell="actions">
                {topUp.status === "succeeded" ? <ReceiptLink topUpId={topUp.id} /> : null}
                {mayPay && resumeAddress(topUp) ? (
                  <ResumeLink topUp={topUp} label="Continue" />
                ) : null}
              </Td>
            </Tr>
          ))}
        </TableBody>
      </Table>
    </Section>
  );
}

import { disableCodeAction } from "@/app/(admin)/admin/credits/actions";
import { ConfirmAct } from "@/app/(admin)/admin/form/confirm-act";
import { Money } from "@/components/money";
import { StatusDot } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { CodeEntry } from "@/lib/billing/credit-queries";
import { countText } from "@/lib/count-text";
import { dayYearText } from "@/lib/day-text";

const statuses = {
  active: { tone: "green", text: "active" },
  disabled: { tone: "neutral", text: "disabled" },
  expired: { tone: "neutral", text: "expired" },
  used_up: { tone: "neutral", text: "used up" },
} as const;

/** A code ends with its last day in UTC: `24 Dec 2026`. */
const lastDayText = (expiresAt: Date) => dayYearText(new Date(expiresAt.getTime() - 1));

/** The codes, and how many uses are left of each. */
export function CodeTable({ codes }: { codes: readonly CodeEntry[] }) {
  return (
    <Table caption="Credit codes" framed={false}>
      <TableHead>
        <Th>Code</Th>
        <Th align="right">Worth</Th>
        <Th align="right">Uses left</Th>
        <Th>Last day</Th>
        <Th>Status</Th>
        <Th hiddenLabel="Actions" />
      </TableHead>
      <TableBody>
        {codes.map((code) => (
          <CodeRow key={code.id} code={code} />
        ))}
      </TableBody>
    </Table>
  );
}

function CodeRow({ code }: { code: CodeEntry }) {
  const { id, hint, description, amountNanos, uses, usesMax, expiresAt, status } = code;
  const { tone, text } = statuses[status];
  return (
    <Tr className={status === "active" ? "" : "text-fg-3"}>
      <Td cell="title" className="py-2 md:max-w-72">
        <CellText
          title={<span className="font-mono text-[0.8125rem]">…{hint}</span>}
          detail={<span className="line-clamp-1 wrap-anywhere">{description}</span>}
        />
      </Td>
      <Td label="Worth" align="right">
        <Money nanos={amountNanos.toString()} />
      </Td>
      <Td label="Uses left" align="right">
        {countText(usesMax - uses)} of {countText(usesMax)}
      </Td>
      <Td label="Last day" className="whitespace-nowrap">
        {expiresAt ? lastDayText(expiresAt) : <span className="text-fg-3">none</span>}
      </Td>
      <Td label="Status">
        <StatusDot tone={tone}>{text}</StatusDot>
      </Td>
      <Td cell="actions">
        {status === "active" ? (
          <ConfirmAct
            label="Disable"
            size="sm"
            aria-label={`Disable the code that ends in ${hint}`}
            title="Disable this code?"
            confirmLabel="Disable code"
            done="Code disabled"
            act={disableCodeAction.bind(null, { id })}
          >
            Nobody can redeem it any more, and it can’t be re-enabled. What was redeemed stays with
            the customers.
          </ConfirmAct>
        ) : null}
      </Td>
    </Tr>
  );
}

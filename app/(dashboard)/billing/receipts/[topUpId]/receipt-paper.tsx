import type { ReactNode } from "react";
import { cardText } from "@/app/(dashboard)/billing/card-text";
import { minuteText } from "@/app/(dashboard)/billing/utc-text";
import { Badge, type BadgeTone } from "@/components/badge";
import { Logo } from "@/components/logo";
import type { Receipt, ReceiptReversal } from "@/lib/billing/receipts";
import { brand } from "@/lib/brand";
import { centsToNanos, formatUsd } from "@/lib/money";

const usd = (cents: number) => formatUsd(centsToNanos(cents));

/** The receipt itself: what is printed. */
export function ReceiptPaper({ receipt }: { receipt: Receipt }) {
  const status = statusOf(receipt);
  return (
    <article className="rounded-lg border border-line bg-raised p-6 md:p-9 print:mt-6 print:border-0 print:p-0">
      <header className="flex flex-wrap items-start justify-between gap-4">
        <Logo brandName={brand.name} />
        <Badge tone={status.tone}>{status.text}</Badge>
      </header>
      <p className="mt-8 text-2xl font-semibold tabular-nums">{usd(receipt.amountCents)}</p>
      <p className="mt-1 text-fg-2">
        Paid on{" "}
        <time dateTime={receipt.paidAt.toISOString()}>{minuteText(receipt.paidAt)} UTC</time>
      </p>
      <dl className="mt-8 grid gap-x-8 gap-y-5 text-sm sm:grid-cols-2">
        <Fact term="Receipt number">
          <span className="font-mono text-[0.78125rem]">{receipt.number}</span>
        </Fact>
        <Fact term="Payment method">{methodText(receipt)}</Fact>
        <Fact term="From">
          {brand.name}
          <Second>{brand.supportEmail}</Second>
        </Fact>
        <Fact term="To">
          {receipt.workspaceName}
          <Second>
            {receipt.payer.name}, {receipt.payer.email}
          </Second>
        </Fact>
      </dl>
      <Lines receipt={receipt} />
      <p className="mt-8 text-xs text-fg-3 wrap-anywhere">
        Payment {receipt.topUpId}
        {receipt.providerPaymentId ? ` · ${receipt.providerPaymentId}` : null}
      </p>
    </article>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-fg-3">{term}</dt>
      <dd className="mt-0.5 wrap-anywhere">{children}</dd>
    </div>
  );
}

function Second({ children }: { children: ReactNode }) {
  return <span className="block text-fg-2">{children}</span>;
}

function Lines({ receipt }: { receipt: Receipt }) {
  const { amountCents, reversedCents, reversals, kind } = receipt;
  return (
    <table className="mt-8 w-full text-sm tabular-nums">
      <caption className="sr-only">What was paid</caption>
      <thead className="border-b border-line-strong text-xs text-fg-3">
        <tr>
          <th scope="col" className="pb-2 text-left font-medium">
            Description
          </th>
          <th scope="col" className="pb-2 text-right font-medium">
            Amount
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        <Line
          text="Prepaid API credit"
          detail={kind === "auto" ? "Automatic top-up" : undefined}
          amount={usd(amountCents)}
        />
        {reversals.map((reversal) => (
          <Line
            key={reversal.id}
            text={reversalTexts[reversal.kind][reversal.status]}
            detail={`${minuteText(reversal.at)} UTC`}
            amount={reversal.status === "released" ? usd(0) : `-${usd(reversal.amountCents)}`}
          />
        ))}
      </tbody>
      <tfoot className="border-t border-line-strong font-semibold">
        <tr>
          <th scope="row" className="pt-3 text-left font-semibold">
            {reversals.length > 0 ? "Total after refunds" : "Total paid"}
          </th>
          <td className="pt-3 text-right">{usd(Math.max(0, amountCents - reversedCents))} USD</td>
        </tr>
      </tfoot>
    </table>
  );
}

function Line(props: { text: string; detail?: string | undefined; amount: string }) {
  return (
    <tr>
      <td className="py-3">
        {props.text}
        {props.detail ? <span className="block text-xs text-fg-3">{props.detail}</span> : null}
      </td>
      <td className="py-3 text-right align-top">{props.amount}</td>
    </tr>
  );
}

const reversalTexts: Record<ReceiptReversal["kind"], Record<ReceiptReversal["status"], string>> = {
  refund: { booked: "Refund", released: "Refund that failed", lost: "Refund" },
  dispute: {
    booked: "Disputed with the bank",
    released: "Dispute decided for the company",
    lost: "Returned by the bank",
  },
};

function statusOf(receipt: Receipt): { text: string; tone: BadgeTone } {
  const { reversals, reversedCents, amountCents } = receipt;
  if (reversals.some(({ kind, status }) => kind === "dispute" && status === "booked")) {
    return { text: "Disputed", tone: "amber" };
  }
  if (reversedCents >= amountCents) return { text: "Refunded", tone: "neutral" };
  if (reversedCents > 0) return { text: "Partly refunded", tone: "neutral" };
  return { text: "Paid", tone: "green" };
}

function methodText({ provider, card }: Receipt): string {
  if (card) return cardText(card);
  return provider === "demo" ? "Demo payment, no money moved" : "Card, through Stripe";
}

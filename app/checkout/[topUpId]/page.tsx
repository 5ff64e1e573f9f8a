import { CreditCard, LockKeyhole } from "lucide-react";
import type { Metadata, Route } from "next";
import { notFound } from "next/navigation";
import { CheckoutForm } from "@/app/checkout/[topUpId]/checkout-form";
import { ButtonLink } from "@/components/button-link";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { findPaymentProvider } from "@/lib/billing/provider";
import { findTopUp, type TopUpView } from "@/lib/billing/queries";
import { brand } from "@/lib/brand";
import { centsToNanos, formatUsd } from "@/lib/money";

export const metadata: Metadata = { title: "Checkout", robots: { index: false } };

/** The page that a payment provider would host. It shows the payment and what can become of it. */
export default async function CheckoutPage(props: PageProps<"/checkout/[topUpId]">) {
  const { params, searchParams } = props;
  const scope = await requirePageScope("billing.read");
  const { topUpId } = await params;
  const saveCard = (await searchParams).save_card === "1";
  const topUp = await findTopUp(getDb(), scope, topUpId);
  if (!topUp || findPaymentProvider()?.name !== "demo") notFound();
  const amount = formatUsd(centsToNanos(topUp.amountCents));
  return (
    <main className="grid min-h-dvh bg-panel max-md:grid-rows-[auto_1fr] md:grid-cols-2">
      <section
        aria-label="Your order"
        className="px-6 py-10 md:flex md:justify-end md:px-14 md:py-24"
      >
        <div className="mx-auto w-full max-w-90 md:mx-0">
          <p className="text-fg-2">Pay {brand.name}</p>
          <p className="mt-1 text-display font-semibold tracking-[-0.02em] tabular-nums">
            {amount}
          </p>
          <dl className="mt-8 grid gap-3 border-t border-line-strong pt-4 text-sm max-md:mt-5">
            <OrderLine term="Prepaid credit" value={amount} />
            <OrderLine term="Tax" value="$0.00" />
            <div className="border-t border-line-strong" />
            <OrderLine term="Total due" value={`${amount} USD`} isTotal />
          </dl>
        </div>
      </section>
      <section
        aria-label="Payment"
        className="border-line bg-bg px-6 py-10 max-md:border-t md:border-l md:px-14 md:py-24"
      >
        <div className="mx-auto grid w-full max-w-90 gap-6 md:mx-0">
          <header>
            <h1 className="flex items-center gap-2 text-lg font-semibold">
              <CreditCard aria-hidden className="size-4.5 text-fg-2" />
              Demo payments
            </h1>
            <p className="mt-1 text-fg-2">
              This stands in for a payment provider. No card is asked for and no money moves.
            </p>
          </header>
          {topUp.status === "pending" ? (
            <CheckoutForm topUpId={topUp.id} amount={amount} saveCard={saveCard} />
          ) : (
            <Ended topUp={topUp} />
          )}
          <p className="flex items-center gap-1.5 text-xs text-fg-3">
            <LockKeyhole aria-hidden className="size-3.5 shrink-0" />
            <span>
              Reference <code className="font-mono break-all select-all">{topUp.id}</code>
            </span>
          </p>
        </div>
      </section>
    </main>
  );
}

function OrderLine(props: { term: string; value: string; isTotal?: boolean }) {
  return (
    <div className={props.isTotal ? "flex justify-between font-medium" : "flex justify-between"}>
      <dt className={props.isTotal ? undefined : "text-fg-2"}>{props.term}</dt>
      <dd className="tabular-nums">{props.value}</dd>
    </div>
  );
}

const endings: Record<Exclude<TopUpView["status"], "pending">, string> = {
  succeeded: "This payment is complete.",
  needs_action: "This payment waits for the cardholder's bank.",
  failed: "This payment was declined.",
  cancelled: "This payment was cancelled.",
};

function Ended({ topUp }: { topUp: TopUpView }) {
  if (topUp.status === "pending") return null;
  return (
    <div className="grid gap-4">
      <p>{endings[topUp.status]}</p>
      <ButtonLink
        size="lg"
        variant="primary"
        className="w-full"
        href={`/billing?top_up=${topUp.id}` as Route}
      >
        Back to {brand.name}
      </ButtonLink>
    </div>
  );
}

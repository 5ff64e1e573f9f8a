import { CreditCard } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CardForm } from "@/app/checkout/card/card-form";
import { requirePageScope } from "@/lib/auth/session";
import { demoCards } from "@/lib/billing/demo/cards";
import { findPaymentProvider } from "@/lib/billing/provider";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Save a card", robots: { index: false } };

/** The page that a payment provider would host, on which a card is saved for payments to come. */
export default async function CardPage() {
  await requirePageScope("billing.read");
  if (findPaymentProvider()?.name !== "demo") notFound();
  const cards = demoCards.map(({ id, last4, behaviour }) => ({
    value: id,
    label: `Visa ending in ${last4}`,
    description: behaviour,
  }));
  return (
    <main className="grid min-h-dvh place-items-center bg-panel px-6 py-10">
      <div className="grid w-full max-w-100 gap-6 rounded-lg border border-line bg-bg p-6">
        <header>
          <h1 className="flex items-center gap-2 text-lg font-semibold">
            <CreditCard aria-hidden className="size-4.5 text-fg-2" />
            Save a demo card for {brand.name}
          </h1>
          <p className="mt-1 text-fg-2">
            This stands in for a payment provider. Each card shows how its payments can end; no
            money moves.
          </p>
        </header>
        <CardForm cards={cards} />
      </div>
    </main>
  );
}

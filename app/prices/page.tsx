import type { Metadata, Route } from "next";
import Link from "next/link";
import { SiteFooter } from "@/app/site-footer";
import { ButtonLink } from "@/components/button-link";
import { Logo } from "@/components/logo";
import { PageHeader } from "@/components/page-header";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { brand } from "@/lib/brand";
import { countText } from "@/lib/count-text";
import { type CatalogueEntry, listCatalogue } from "@/lib/models/catalogue-queries";
import { formatUsdExact } from "@/lib/money";

export function generateMetadata(): Metadata {
  return {
    title: "Prices",
    description: `What the models of ${brand.name} cost, and from when on.`,
  };
}

// A price may change at any minute.
export const dynamic = "force-dynamic";

const dayFormat = new Intl.DateTimeFormat("en-GB", {
  ...{ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  timeZone: "UTC",
});

/** The listed models with the prices of this moment, for everybody. */
export default async function PricesPage() {
  const models = await listCatalogue(getDb(), { term: "", filter: "listed" });
  const priced = models.filter((model) => model.price !== null);
  return (
    <div className="mx-auto flex min-h-dvh max-w-360 flex-col">
      <header className="flex h-14 items-center justify-between gap-4 border-b border-line px-5 md:px-10">
        <Link href="/" className="flex min-w-0 rounded-md">
          <Logo brandName={brand.name} />
        </Link>
        <div className="flex shrink-0 items-center gap-2">
          <ButtonLink href={"/docs/models" as Route} variant="ghost">
            Docs
          </ButtonLink>
          <ButtonLink href={"/overview" as Route}>Dashboard</ButtonLink>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-4xl flex-1 px-5 pt-10 pb-16">
        <PageHeader
          title="Prices"
          description="US dollars per million tokens. A request is charged at the price in effect when it was admitted."
        />
        {priced.length === 0 ? (
          <p className="text-fg-2">No models are listed at the moment.</p>
        ) : (
          <PriceTable models={priced} />
        )}
      </main>
      <SiteFooter />
    </div>
  );
}

function PriceTable({ models }: { models: readonly CatalogueEntry[] }) {
  return (
    <Table caption="Models and prices">
      <TableHead>
        <Th>Model</Th>
        <Th align="right">Context</Th>
        <Th align="right">Max output</Th>
        <Th align="right">Input</Th>
        <Th align="right">Output</Th>
      </TableHead>
      <TableBody>
        {models.map((model) => (
          <Tr key={model.id}>
            <Td cell="title" className="py-2">
              <CellText
                title={<span className="font-mono text-[0.8125rem]">{model.id}</span>}
                detail={
                  <>
                    {model.displayName}
                    {model.next ? <NextPrice next={model.next} /> : null}
                  </>
                }
              />
            </Td>
            <Td label="Context" align="right">
              {countText(model.contextTokens)}
            </Td>
            <Td label="Max output" align="right">
              {model.outputTokensMax === 0 ? "–" : countText(model.outputTokensMax)}
            </Td>
            <Td label="Input" align="right" mono>
              {formatUsdExact(model.price?.inputNanosPerMtok ?? 0n)}
            </Td>
            <Td label="Output" align="right" mono>
              {model.outputTokensMax === 0
                ? "–"
                : formatUsdExact(model.price?.outputNanosPerMtok ?? 0n)}
            </Td>
          </Tr>
        ))}
      </TableBody>
    </Table>
  );
}

function NextPrice({ next }: { next: NonNullable<CatalogueEntry["next"]> }) {
  return (
    <span className="block">
      From {dayFormat.format(next.effectiveFrom)} UTC: {formatUsdExact(next.inputNanosPerMtok)} in,{" "}
      {formatUsdExact(next.outputNanosPerMtok)} out.
    </span>
  );
}

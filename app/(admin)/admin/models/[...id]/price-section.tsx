import type { ReactNode } from "react";
import { ConfirmAct } from "@/app/(admin)/admin/form/confirm-act";
import { SetPrice } from "@/app/(admin)/admin/models/[...id]/set-price";
import { withdrawPriceAction } from "@/app/(admin)/admin/models/actions";
import { instantText, perMtokText, priceText } from "@/app/(admin)/admin/models/price-text";
import { Section } from "@/components/section";
import { StatusDot } from "@/components/status-dot";
import { Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { CatalogueEntry } from "@/lib/models/catalogue-queries";
import type { DatedPrice, PriceHistory } from "@/lib/models/prices";
import { nanosToDecimal } from "@/lib/money";

export interface PriceSectionProps {
  model: CatalogueEntry;
  history: PriceHistory;
}

/** What the model costs, will cost and has cost. */
export function PriceSection({ model, history }: PriceSectionProps) {
  const { scheduled, current, past } = history;
  const shown = current ?? scheduled[0] ?? null;
  return (
    <Section
      title="Prices"
      description="US dollars per million tokens. A price that has taken effect never changes."
      flush
    >
      <Table caption={`Prices of ${model.id}`} framed={false}>
        <TableHead>
          <Th>From</Th>
          <Th align="right">Input</Th>
          <Th align="right">Output</Th>
          <Th>State</Th>
          <Th hiddenLabel="Actions" />
        </TableHead>
        <TableBody>
          {[...scheduled].reverse().map((price) => (
            <PriceRow
              key={price.effectiveFrom.getTime()}
              price={price}
              state={<StatusDot tone="amber">scheduled</StatusDot>}
              action={model.isConfigured ? null : <Withdraw id={model.id} price={price} />}
            />
          ))}
          {current ? (
            <PriceRow price={current} state={<StatusDot tone="green">in force</StatusDot>} />
          ) : null}
          {past.map((price) => (
            <PriceRow
              key={price.effectiveFrom.getTime()}
              price={price}
              state={<StatusDot tone="neutral">over</StatusDot>}
            />
          ))}
        </TableBody>
      </Table>
      {model.isConfigured ? null : (
        <SetPrice
          id={model.id}
          input={shown ? nanosToDecimal(shown.inputNanosPerMtok) : ""}
          output={shown ? nanosToDecimal(shown.outputNanosPerMtok) : ""}
        />
      )}
    </Section>
  );
}

interface PriceRowProps {
  price: DatedPrice;
  state: ReactNode;
  action?: ReactNode;
}

function PriceRow({ price, state, action }: PriceRowProps) {
  return (
    <Tr>
      <Td cell="title" className="whitespace-nowrap">
        {instantText(price.effectiveFrom)}
      </Td>
      <Td label="Input" align="right" mono>
        {perMtokText(price.inputNanosPerMtok)}
      </Td>
      <Td label="Output" align="right" mono>
        {perMtokText(price.outputNanosPerMtok)}
      </Td>
      <Td label="State">{state}</Td>
      <Td cell="actions">{action}</Td>
    </Tr>
  );
}

function Withdraw({ id, price }: { id: string; price: DatedPrice }) {
  const from = instantText(price.effectiveFrom);
  return (
    <ConfirmAct
      label="Withdraw"
      size="sm"
      aria-label={`Withdraw the price from ${from}`}
      title="Withdraw this price?"
      confirmLabel="Withdraw price"
      done="Price withdrawn"
      act={withdrawPriceAction.bind(null, {
        ...{ id, effectiveFrom: price.effectiveFrom.toISOString() },
      })}
    >
      {priceText(price)}, from {from}. The price before it goes on.
    </ConfirmAct>
  );
}

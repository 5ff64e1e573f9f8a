import { modelHref } from "@/app/(admin)/admin/models/model-address";
import { instantText, perMtokText, priceText } from "@/app/(admin)/admin/models/price-text";
import { Badge } from "@/components/badge";
import { NearLink } from "@/components/near-link";
import { StatusDot } from "@/components/status-dot";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { CatalogueEntry } from "@/lib/models/catalogue-queries";

/** The models with the prices of this moment. */
export function ModelTable({ models }: { models: readonly CatalogueEntry[] }) {
  return (
    <Table
      caption="Models"
      footer={
        <span className="tabular-nums">
          {models.length} {models.length === 1 ? "model" : "models"} · dollars for a million tokens
        </span>
      }
    >
      <TableHead>
        <Th>Model</Th>
        <Th>Answered by</Th>
        <Th align="right">Input</Th>
        <Th align="right">Output</Th>
        <Th>Status</Th>
      </TableHead>
      <TableBody>
        {models.map((model) => (
          <ModelRow key={model.id} model={model} />
        ))}
      </TableBody>
    </Table>
  );
}

function ModelRow({ model }: { model: CatalogueEntry }) {
  const { id, displayName, ways, price, next } = model;
  const [first, ...others] = ways;
  return (
    <Tr>
      <Td cell="title" className="py-2 md:max-w-80">
        <CellText
          title={
            <NearLink
              href={modelHref(id)}
              className="rounded-sm font-mono text-[0.8125rem] wrap-anywhere underline-offset-2 hover:underline"
            >
              {id}
            </NearLink>
          }
          detail={
            displayName === id ? null : (
              <span className="line-clamp-1 wrap-anywhere">{displayName}</span>
            )
          }
        />
      </Td>
      <Td label="Answered by" className="md:max-w-56">
        <span className="block wrap-anywhere max-md:text-right">
          {first?.upstreamName}
          {others.length > 0 ? (
            <span className="block text-xs text-fg-3">
              then {others.map((way) => way.upstreamName).join(", ")}
            </span>
          ) : null}
        </span>
      </Td>
      <Td label="Input" align="right" mono>
        {price ? perMtokText(price.inputNanosPerMtok) : "–"}
      </Td>
      <Td label="Output" align="right" mono>
        {price ? perMtokText(price.outputNanosPerMtok) : "–"}
      </Td>
      <Td label="Status" className="py-2">
        <span className="block max-md:text-right">
          <ModelStatus model={model} />
          {next ? (
            <span className="block text-xs text-fg-3">
              {priceText(next)} from {instantText(next.effectiveFrom)}
            </span>
          ) : null}
        </span>
      </Td>
    </Tr>
  );
}

/** How a model stands. */
export function ModelStatus({ model }: { model: CatalogueEntry }) {
  const { retiredAt, price, listed, isConfigured } = model;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      {retiredAt ? (
        <StatusDot tone="neutral">retired</StatusDot>
      ) : price === null ? (
        <StatusDot tone="red">no price</StatusDot>
      ) : (
        <StatusDot tone="green">answering</StatusDot>
      )}
      {listed ? null : <Badge>not listed</Badge>}
      {isConfigured ? <Badge>configuration file</Badge> : null}
    </span>
  );
}

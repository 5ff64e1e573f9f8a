import type { Route } from "next";
import type { ReactNode } from "react";
import { NearLink } from "@/components/near-link";
import { StatusDot } from "@/components/status-dot";
import { Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { countText } from "@/lib/count-text";

/** How often something failed, and how it answered where it didn't succeed. */
export interface Rate {
  name: string;
  /** Null where there is no page of it. */
  href: Route | null;
  count: number;
  failures: number;
  tone: "red" | "amber" | "green";
  answers: { text: string; count: number; isFailure: boolean }[];
}

export interface RateTableProps {
  caption: string;
  /** What the rows are, and what is counted of them. */
  columns: { name: string; count: string };
  /** The worst first. */
  rates: readonly Rate[];
}

const rowsMax = 15;

/** Hundredths of a percent are enough to see a change; nothing at all reads as 0%. */
function rateText({ failures, count }: Rate): string {
  if (failures === 0) return "0%";
  if (failures === count) return "100%";
  const percent = (failures * 100) / count;
  return percent < 0.01 ? "<0.01%" : `${percent.toFixed(percent < 10 ? 2 : 1)}%`;
}

/** The worst of them; those that are left out fared better. */
export function RateTable({ caption, columns, rates }: RateTableProps) {
  const left = rates.length - rowsMax;
  return (
    <Table
      caption={caption}
      framed={false}
      footer={left > 0 ? `${countText(left)} more had fewer failures.` : null}
    >
      <TableHead>
        <Th className="w-1/3">{columns.name}</Th>
        <Th align="right">{columns.count}</Th>
        <Th align="right">Error rate</Th>
        <Th className="w-1/3">Statuses</Th>
      </TableHead>
      <TableBody>
        {rates.slice(0, rowsMax).map((rate) => (
          <Tr key={rate.href ?? rate.name}>
            <Td cell="title" className="wrap-anywhere">
              <Name rate={rate} />
            </Td>
            <Td label={columns.count} align="right">
              {countText(rate.count)}
            </Td>
            <Td label="Error rate" align="right">
              <StatusDot tone={rate.tone}>{rateText(rate)}</StatusDot>
            </Td>
            <Td label="Statuses" className="py-2">
              <Answers answers={rate.answers} />
            </Td>
          </Tr>
        ))}
      </TableBody>
    </Table>
  );
}

function Name({ rate: { name, href } }: { rate: Rate }): ReactNode {
  if (href === null) return <span className="text-fg-2">{name}</span>;
  return (
    <NearLink href={href} className="rounded-sm underline-offset-2 hover:underline">
      {name}
    </NearLink>
  );
}

function Answers({ answers }: Pick<Rate, "answers">) {
  if (answers.length === 0) return <span className="text-fg-3">all succeeded</span>;
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1 text-xs max-md:justify-end">
      {answers.map(({ text, count, isFailure }) => (
        <span key={text} className="whitespace-nowrap">
          <span className={isFailure ? "text-red" : "text-fg-2"}>{text}</span>{" "}
          <span className="text-fg-3">× {countText(count)}</span>
        </span>
      ))}
    </span>
  );
}

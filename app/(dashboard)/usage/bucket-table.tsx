import { clsx } from "clsx";
import { colored, metricNames, percentileNames } from "@/app/(dashboard)/usage/names";
import type { Percentile } from "@/app/(dashboard)/usage/page-query";
import { Table, TableBody, TableFoot, TableHead, Td, Th, Tr } from "@/components/table";
import { countText } from "@/lib/count-text";
import { columnUsdText, decimalsNeeded, metricOf } from "@/lib/usage/figures";
import { latencyText } from "@/lib/usage/latency";
import type { CountedMetric, Latency, UsageAnswer, UsageBucket } from "@/lib/usage/schema";

export interface BucketTableProps {
  answer: UsageAnswer;
  percentile?: Percentile;
  /** Adds the period before as a column. */
  compare?: boolean;
  /** Nothing around it takes focus to scroll. */
  scrollable?: boolean;
}

/** A column of the table: its name, and its cell in a bucket and under all of them. */
interface Column {
  key: string;
  name: string;
  isTotal?: boolean;
  inBucket: (bucket: UsageBucket) => Cell;
  inAll: Cell;
}

interface Cell {
  text: string;
  /** There is nothing to see. */
  isNone: boolean;
  nanos?: string;
}

/** The chart in figures: a row a bucket, a column a series, and totals that equal the cards. */
export function BucketTable(props: BucketTableProps) {
  const { answer, percentile = "p95", compare = false, scrollable = false } = props;
  const { metric } = answer;
  const columns =
    metric === "latency"
      ? latencyColumns(answer, percentile, compare)
      : countedColumns(answer, metric, compare);
  return (
    <Table
      caption={`${metricNames[metric]} by the ${answer.step}`}
      framed={false}
      scrollable={scrollable}
    >
      <TableHead>
        <Th>{`${answer.step === "hour" ? "Hour" : "Day"} (${answer.zone})`}</Th>
        {columns.map(({ key, name }) => (
          <Th key={key} align="right" title={name} className="max-w-32 truncate">
            {name}
          </Th>
        ))}
      </TableHead>
      <TableBody>
        {answer.buckets.map((bucket) => (
          <Tr key={bucket.start}>
            <Td cell="title" className="md:h-9! whitespace-nowrap">
              {bucket.name}
              {bucket.isPartial ? <span className="text-fg-3"> · partial</span> : null}
            </Td>
            {columns.map((column) => (
              <Figure key={column.key} column={column} cell={column.inBucket(bucket)} />
            ))}
          </Tr>
        ))}
      </TableBody>
      <TableFoot>
        <tr>
          <Td cell="title" className="md:h-10!">
            {metric === "latency" ? "Whole range" : "Total"}
          </Td>
          {columns.map((column) => (
            <Figure key={column.key} column={column} cell={column.inAll} />
          ))}
        </tr>
      </TableFoot>
    </Table>
  );
}

function countedColumns(answer: UsageAnswer, metric: CountedMetric, compare: boolean): Column[] {
  const { series, buckets, totals, previous } = answer;
  const decimals = decimalsNeeded(
    metric === "cost"
      ? buckets.flatMap(({ values, before }) =>
          [...values, ...(compare && before ? [before.value] : [])].map(BigInt),
        )
      : [],
  );
  const cell = (value: bigint): Cell =>
    metric === "cost"
      ? { text: columnUsdText(value, decimals), isNone: value === 0n, nanos: value.toString() }
      : { text: countText(value), isNone: value === 0n };
  const sum = ({ values }: UsageBucket) => values.reduce((all, value) => all + BigInt(value), 0n);
  return [
    ...colored(series).map(({ key, name, series: one, index }) => ({
      key,
      name,
      inBucket: ({ values }: UsageBucket) => cell(BigInt(values[index] ?? "0")),
      inAll: cell(metricOf(one.totals, metric)),
    })),
    {
      key: "total",
      name: "Total",
      isTotal: true,
      inBucket: (bucket) => cell(sum(bucket)),
      inAll: cell(metricOf(totals, metric)),
    },
    ...(compare
      ? [
          {
            key: "before",
            name: "Period before",
            inBucket: ({ before }: UsageBucket) => (before ? cell(BigInt(before.value)) : nothing),
            inAll: cell(metricOf(previous, metric)),
          },
        ]
      : []),
  ];
}

const nothing: Cell = { text: "–", isNone: true };

function latencyColumns(answer: UsageAnswer, percentile: Percentile, compare: boolean): Column[] {
  const cell = (latency: Latency | null | undefined, which: Percentile): Cell =>
    latency
      ? { text: latencyText(which === "p50" ? latency.p50Ms : latency.p95Ms), isNone: false }
      : nothing;
  const whole = (which: Percentile, name: string): Column => ({
    key: which,
    name,
    isTotal: true,
    inBucket: ({ latency }) => cell(latency, which),
    inAll: cell(answer.latency, which),
  });
  const isSplit = answer.group !== "none";
  const compared = isSplit ? percentile : "p95";
  return [
    ...(isSplit
      ? [
          ...colored(answer.series).map(({ key, name, series, index }) => ({
            key,
            name: `${name}, ${percentileNames[percentile]}`,
            inBucket: ({ latencies }: UsageBucket) => cell(latencies[index], percentile),
            inAll: cell(series.latency, percentile),
          })),
          whole(percentile, `All, ${percentileNames[percentile]}`),
        ]
      : [whole("p50", percentileNames.p50), whole("p95", percentileNames.p95)]),
    ...(compare
      ? [
          {
            key: "before",
            name: `Period before, ${percentileNames[compared]}`,
            inBucket: ({ before }: UsageBucket) => cell(before?.latency, compared),
            inAll: { text: "", isNone: true },
          },
        ]
      : []),
  ];
}

function Figure({ column, cell }: { column: Column; cell: Cell }) {
  return (
    <Td
      label={column.name}
      align="right"
      mono
      // On a phone a day lists only what there was.
      className={clsx(
        "md:h-9!",
        cell.isNone && "text-fg-3",
        cell.isNone && !column.isTotal && "max-md:hidden!",
      )}
      {...(cell.nanos === undefined ? {} : { "data-nanos": cell.nanos })}
    >
      {cell.text}
    </Td>
  );
}

import { clsx } from "clsx";
import { metricNames } from "@/app/(dashboard)/usage/names";
import { Table, TableBody, TableFoot, TableHead, Td, Th, Tr } from "@/components/table";
import { bucketName } from "@/lib/usage/buckets";
import { columnUsdText, countText, decimalsNeeded, metricOf } from "@/lib/usage/figures";
import type { UsageAnswer, UsageMetric } from "@/lib/usage/schema";

/** The chart in figures: a row a bucket, a column a series, and totals that equal the cards. */
export function BucketTable({ answer, metric }: { answer: UsageAnswer; metric: UsageMetric }) {
  const { series, buckets, step } = answer;
  const nameOf = (id: string, label: string) => id || label;
  const decimals = decimalsNeeded(
    metric === "cost" ? buckets.flatMap(({ values }) => values.map(BigInt)) : [],
  );
  return (
    <Table caption={`${metricNames[metric]} over time`} framed={false}>
      <TableHead>
        <Th>{step === "hour" ? "Hour (UTC)" : "Day (UTC)"}</Th>
        {series.map(({ id, label }) => (
          <Th key={nameOf(id, label)} align="right">
            {label}
          </Th>
        ))}
        <Th align="right">Total</Th>
      </TableHead>
      <TableBody>
        {buckets.map((bucket) => {
          const total = bucket.values.reduce((sum, value) => sum + BigInt(value), 0n);
          return (
            <Tr key={bucket.start}>
              <Td cell="title" className="md:h-9! whitespace-nowrap">
                {bucketName(new Date(bucket.start), step)}
                {bucket.isPartial ? <span className="text-fg-3"> · partial</span> : null}
              </Td>
              {series.map(({ id, label }, index) => (
                <Figure
                  key={nameOf(id, label)}
                  label={label}
                  metric={metric}
                  decimals={decimals}
                  value={BigInt(bucket.values[index] ?? "0")}
                />
              ))}
              <Figure label="Total" metric={metric} decimals={decimals} value={total} />
            </Tr>
          );
        })}
      </TableBody>
      <TableFoot>
        <tr>
          <Td cell="title" className="md:h-10!">
            Total
          </Td>
          {series.map(({ id, label, totals }) => (
            <Figure
              key={nameOf(id, label)}
              label={label}
              metric={metric}
              decimals={decimals}
              value={metricOf(totals, metric)}
            />
          ))}
          <Figure
            label="Total"
            metric={metric}
            decimals={decimals}
            value={metricOf(answer.totals, metric)}
          />
        </tr>
      </TableFoot>
    </Table>
  );
}

interface FigureProps {
  label: string;
  metric: UsageMetric;
  decimals: number;
  value: bigint;
}

function Figure({ label, metric, decimals, value }: FigureProps) {
  const isIdle = value === 0n && label !== "Total";
  return (
    <Td
      label={label}
      align="right"
      mono
      // On a phone a day lists only what there was.
      className={clsx("md:h-9!", value === 0n && "text-fg-3", isIdle && "max-md:hidden!")}
      {...(metric === "cost" ? { "data-nanos": value.toString() } : {})}
    >
      {metric === "cost" ? columnUsdText(value, decimals) : countText(value)}
    </Td>
  );
}

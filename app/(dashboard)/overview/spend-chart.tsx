import { ButtonLink } from "@/components/button-link";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { formatUsdExact } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { bucketName, bucketTick } from "@/lib/usage/buckets";
import { usageCostText } from "@/lib/usage/figures";
import { getUsage } from "@/lib/usage/queries";

/** Thirty days of spend as small bars; the exact figures are one step away. */
export async function SpendChart({ scope }: { scope: Scope }) {
  const usage = await getUsage(getDb(), scope, { range: "30d", metric: "cost", group: "none" });
  const total = BigInt(usage.totals.costNanos);
  const days = usage.buckets.map((bucket) => ({
    start: new Date(bucket.start),
    isPartial: bucket.isPartial,
    nanos: BigInt(bucket.values[0] ?? "0"),
  }));
  const most = days.reduce((max, { nanos }) => (nanos > max ? nanos : max), 0n);
  const [first] = days;
  const last = days.at(-1);
  return (
    <Section
      title="Spend, 30 days"
      description={
        <span title={formatUsdExact(total)} data-nanos={usage.totals.costNanos}>
          {usageCostText(total)}
        </span>
      }
      actions={
        <ButtonLink href="/usage" size="sm">
          See usage
        </ButtonLink>
      }
    >
      <div
        role="img"
        aria-label={`Spend by day over 30 days, ${formatUsdExact(total)} in all, at most ${formatUsdExact(most)} on a day`}
        className="flex h-40 gap-0.5 forced-color-adjust-none lg:h-46 lg:gap-1"
      >
        {days.map(({ start, isPartial, nanos }) => (
          <div
            key={start.toISOString()}
            title={`${bucketName(start, "day")}: ${formatUsdExact(nanos)}${isPartial ? ", not over yet" : ""}`}
            className="group flex flex-1 items-end rounded-sm hover:bg-hover"
          >
            <div
              className="min-h-px w-full rounded-[2px] bg-s1 group-hover:opacity-80"
              style={{
                height: `${most === 0n ? 0 : (Number(nanos) / Number(most)) * 100}%`,
                opacity: isPartial ? 0.55 : nanos === 0n ? 0.25 : undefined,
              }}
            />
          </div>
        ))}
      </div>
      <div aria-hidden className="mt-2 flex justify-between text-2xs text-fg-3 tabular-nums">
        <span>{first ? bucketTick(first.start, "day") : null}</span>
        <span>{last ? `${bucketTick(last.start, "day")}, partial` : null}</span>
      </div>
    </Section>
  );
}

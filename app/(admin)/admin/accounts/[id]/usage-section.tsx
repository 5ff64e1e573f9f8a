import { KeyUsage } from "@/app/(dashboard)/keys/[id]/usage/key-usage";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import type { Scope } from "@/lib/scope";
import { usageCostText } from "@/lib/usage/figures";
import { getUsage } from "@/lib/usage/queries";

const shown = { range: "30d", group: "model" } as const;

/** Thirty days of the account's requests, from the same roll-ups as its own usage page. */
export async function UsageSection({ scope }: { scope: Scope }) {
  const [cost, requests] = await Promise.all([
    getUsage(getDb(), scope, { ...shown, metric: "cost" }),
    getUsage(getDb(), scope, { ...shown, metric: "requests" }),
  ]);
  const count = BigInt(cost.totals.requests);
  return (
    <Section
      flush
      title="Usage, 30 days"
      description={
        <span className="tabular-nums">
          {usageCostText(BigInt(cost.totals.costNanos))} in {countText(count)}{" "}
          {count === 1n ? "request" : "requests"}
        </span>
      }
    >
      <KeyUsage answers={{ cost, requests }} />
    </Section>
  );
}
